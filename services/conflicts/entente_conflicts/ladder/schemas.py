"""Bodies of ladders."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import Duration, LongText, Strict

from .domain import Defect, Reason


class EscalationCreate(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Three talks brought no offer"}]})

    reason: Annotated[LongText, Field(examples=["Three talks brought no offer"])]


class LevelRead(Strict):
    """`limit` is how long a case stands here before it climbs on; on the last level it never runs."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    responders: list[str]
    limit: Duration


class StepRead(Strict):
    """A level that the case has been at, why it was reached, and by whose wish."""

    model_config = ConfigDict(from_attributes=True)

    step: int
    level: int
    name: str
    reason: Reason
    note: str | None
    person_id: UUID | None
    reached_at: datetime
    due_at: datetime | None


class FindingRead(Strict):
    """A defect of the ladder; `level` is null where the ladder as a whole is meant."""

    model_config = ConfigDict(from_attributes=True)

    level: int | None
    defect: Defect


class LadderRead(Strict):
    """The ladder that the next case will be given; without a `charter_version` it is the default one."""

    charter_version: int | None
    levels: list[LevelRead]
    findings: list[FindingRead]
