"""Bodies of the tree with its roll-up."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from entente_objectives.bodies import Record

from .domain.goals import Level, Measure
from .schemas import GoalRead

RAW = "progress; below 0 or above 1 where the way back or beyond was gone; null: nothing known"
CLAMPED = "the same, each goal counted from 0 to 1, so that none makes up for another"
COVERAGE = "the share of weight below it that has progress, from 0 to 1"


class RollUpRead(Record):
    raw: float | None = Field(description=RAW)
    clamped: float | None = Field(description=CLAMPED)
    coverage: float = Field(description=COVERAGE)


class NodeRead(RollUpRead):
    """`own` is what the goal's own measure says, which stands where there is one."""

    id: UUID
    own: float | None
    statement: str
    level: Level
    measure: Measure
    objective_id: UUID | None
    owner_member_id: UUID
    due_at: datetime
    score: int | None


class EdgeRead(Record):
    """The child serves the parent; `weight` is the one of the view that was asked for."""

    parent_id: UUID
    child_id: UUID
    weight: float


class TreeRead(Record):
    """`party_id`: whose view it is; null: by the agreed weights."""

    party_id: UUID | None
    rule_version: str
    nodes: list[NodeRead]
    edges: list[EdgeRead]


class AncestorRead(RollUpRead):
    id: UUID
    statement: str
    level: Level


class PartyWeightRead(Record):
    party_id: UUID
    factor: float
    set_at: datetime


class GoalStandingRead(GoalRead):
    """A goal with its roll-up and that of all goals that it serves, near ones first. Archived goals have neither."""

    roll_up: RollUpRead | None
    ancestors: list[AncestorRead]
    weights: list[PartyWeightRead]
