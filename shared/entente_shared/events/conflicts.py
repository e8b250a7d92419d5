"""Events of the conflicts service."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from .base import Body, Event, Kind
from .resources import Change


class CauseKind(StrEnum):
    DECISION = "decision"
    INFEASIBLE = "infeasible"
    PERSON = "person"
    RISK = "risk"


class Cause(Body):
    kind: CauseKind
    id: UUID


class RebaselineTerm(Body):
    """A new agreed path for an objective."""

    kind: Literal["rebaseline"] = "rebaseline"
    objective_id: UUID
    baseline: float
    target: float
    due_at: datetime


class AdjustmentTerm(Body):
    """A reallocation that the parties agreed on; `adjustment_id` names the refused proposal whose changes or alternative it takes up."""

    kind: Literal["adjustment"] = "adjustment"
    adjustment_id: UUID | None
    kpi_id: UUID | None
    changes: list[Change]


class CommitmentTerm(Body):
    """What one party will do by when."""

    kind: Literal["commitment"] = "commitment"
    party_id: UUID
    what: str
    due_at: datetime


Term = Annotated[RebaselineTerm | AdjustmentTerm | CommitmentTerm, Field(discriminator="kind")]


class CaseOpened(Event, producer="conflicts", name="case_opened", kind=Kind.EFFECT, aggregate="case", key="case_id"):
    partnership_id: UUID
    case_id: UUID
    cause: Cause
    title: str
    deviation_id: UUID | None
    adjustment_id: UUID | None
    kpi_id: UUID | None
    opened_at: datetime


class LevelReached(
    Event, producer="conflicts", name="level_reached", kind=Kind.EFFECT, aggregate="case", key="case_id"
):
    """`step` counts the levels that the case has been at, from 1; `due_at` is when the ladder climbs on."""

    partnership_id: UUID
    case_id: UUID
    step: int
    level: int
    name: str
    reached_at: datetime
    due_at: datetime | None


class CaseSettled(Event, producer="conflicts", name="case_settled", kind=Kind.EFFECT, aggregate="case", key="case_id"):
    partnership_id: UUID
    case_id: UUID
    settlement_id: UUID
    level: int
    terms: list[Term]
    settled_at: datetime


class CaseClosed(Event, producer="conflicts", name="case_closed", kind=Kind.EFFECT, aggregate="case", key="case_id"):
    partnership_id: UUID
    case_id: UUID
    outcome: str
    closed_at: datetime
