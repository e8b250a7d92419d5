"""Bodies of cases."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.events.conflicts import Cause
from entente_shared.events.objectives import Vote
from entente_shared.events.resources import Alternative
from entente_shared.web import Strict, Text

from ..ladder.schemas import LevelRead, StepRead
from ..settlement.schemas import SettlementRead
from .domain import CaseState


class ClosureCreate(Strict):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "Settled by mediation; the half measure applies from May"}]}
    )

    outcome: Annotated[Text, Field(examples=["Settled by mediation; the half measure applies from May"])]


class CaseRead(Strict):
    """`level` counts from 1 in the case's ladder; `due_at` is when it climbs on, null where no limit runs."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    state: CaseState
    title: str
    description: str
    cause: Cause
    deviation_id: UUID | None
    adjustment_id: UUID | None
    kpi_id: UUID | None
    correlation_id: UUID
    step: int
    level: int
    level_name: str
    reached_at: datetime
    due_at: datetime | None
    opened_at: datetime
    settled_at: datetime | None
    closed_at: datetime | None
    outcome: str | None


class TraceRead(Strict):
    """One event of the saga that led here: `said` is its body."""

    model_config = ConfigDict(from_attributes=True)

    event_id: UUID
    causation_id: UUID | None
    type: str
    aggregate_id: UUID
    occurred_at: datetime
    said: dict[str, Any]


class CaseDetail(CaseRead):
    """A case with all that it is filled with. The trace has causes before their effects."""

    charter_version: int | None
    ladder: list[LevelRead]
    steps: list[StepRead]
    trace: list[TraceRead]
    votes: list[Vote]
    tally: dict[str, Any]
    alternatives: list[Alternative]
    settlements: list[SettlementRead]
