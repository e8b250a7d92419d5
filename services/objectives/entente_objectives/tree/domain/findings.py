"""What is found when a goal is held against the criteria, and what it is held against.

After G. T. Doran, There's a S.M.A.R.T. way to write management's goals and objectives, Management Review 70 (1981).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from .attainability import Record
from .goals import Level


class Criterion(StrEnum):
    SPECIFIC = "specific"
    MEASURABLE = "measurable"
    ACHIEVABLE = "achievable"
    RELEVANT = "relevant"
    TIME_BOUND = "time_bound"


class Severity(StrEnum):
    """A goal with a refusal is not taken; advice is for people to weigh."""

    REFUSAL = "refusal"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """`pointer` is the field's in the goal; `detail` says what to change, to be filled with `params`."""

    criterion: Criterion
    severity: Severity
    pointer: str
    detail: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kin:
    """A parent or a child, as far as it bounds a goal."""

    statement: str
    level: Level
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a goal is judged against.

    `parents`: those that there are among the draft's, by id. `owners`: active members. `objectives`: those in the charter,
    with their record. `measured`: objectives that other goals are measured by. `standing_due_at`: the goal's due date so far.
    """

    now: datetime
    parents: Mapping[UUID, Kin]
    children: Sequence[Kin]
    owners: Collection[UUID]
    objectives: Mapping[UUID, Record]
    measured: Collection[UUID]
    standing_due_at: datetime | None = None


Found = tuple[Severity, str, str, Mapping[str, Any]]


def refusal(pointer: str, detail: str, **params: Any) -> Found:
    return Severity.REFUSAL, pointer, detail, params


def advice(pointer: str, detail: str, **params: Any) -> Found:
    return Severity.ADVICE, pointer, detail, params
