"""Bodies of goals that are tried, and of what they were."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict

from entente_objectives.bodies import Record
from entente_shared.web import Strict

from . import examples
from .domain.findings import Criterion, Finding, Severity
from .schemas import GoalDraft


class FindingRead(Record):
    """A goal with a `refusal` is not taken; `advice` is for you to weigh."""

    criterion: Criterion
    severity: Severity
    pointer: str
    detail: str

    @classmethod
    def of(cls, found: Finding, say: Callable[[str], str]) -> "FindingRead":
        detail = say(found.detail).format(**found.params)
        return cls(criterion=found.criterion, severity=found.severity, pointer=found.pointer, detail=detail)


class ValidationCreate(Strict):
    """`goal_id`: the goal that is to become `goal`; left out, a new one is tried."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"goal": examples.GOAL}]})

    goal: GoalDraft
    goal_id: UUID | None = None


class ValidationRead(Record):
    acceptable: bool
    findings: list[FindingRead]


class GoalRevisionRead(Record):
    """The goal as it was from `revised_at` on, with its parents; who changed it, and why."""

    id: UUID
    revision: int
    content: dict[str, Any]
    reason: str
    person_id: UUID
    revised_at: datetime


class DifferenceRead(Record):
    field: str
    before: Any
    after: Any


class DifferencesRead(Record):
    """What is not alike in two revisions, field by field, and the changes that led from the one to the other."""

    before: int
    after: int
    differences: list[DifferenceRead]
    changes: list[GoalRevisionRead]
