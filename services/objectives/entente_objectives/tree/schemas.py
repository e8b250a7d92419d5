"""Bodies of goals, their edges and revisions."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from entente_objectives.bodies import Moment, Record
from entente_shared.errors import N_
from entente_shared.web import LongText, Strict, Text

from . import examples
from .domain.goals import Draft, Level, Measure, Parent

BATCH = 1000
Score = Literal[0, 25, 50, 75, 100]
EdgeWeight = Annotated[
    float, Field(gt=0, le=1_000_000, description="against the parent's other children", examples=[1.0])
]
Statement = Annotated[str, Field(max_length=1000, examples=["Halve the time from order to delivery by summer"])]
Ref = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$", description="names a goal within this request")
]


class AnchorBody(Strict):
    """What one would see at this score."""

    score: Score
    meaning: Text


class ParentBody(Strict):
    model_config = ConfigDict(from_attributes=True)

    goal_id: UUID
    weight: EdgeWeight = 1.0


class GoalDraft(Strict):
    """What may be left out here a goal needs all the same: the findings say so, with all else that there is to change."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.GOAL]})

    statement: Statement | None = None
    level: Level | None = None
    measure: Measure | None = None
    objective_id: UUID | None = Field(None, description="of quantitative goals: the charter's objective with its KPI")
    anchors: list[AnchorBody] = Field(default_factory=list, max_length=5, description="of qualitative goals")
    owner_member_id: UUID | None = Field(None, description="the one member who answers for it")
    due_at: Moment | None = None
    parents: list[ParentBody] = Field(default_factory=list, max_length=20)

    @field_validator("anchors")
    @classmethod
    def _once_each(cls, anchors: list[AnchorBody]) -> list[AnchorBody]:
        if len({anchor.score for anchor in anchors}) < len(anchors):
            raise PydanticCustomError("anchors", "each score stands here once")
        return anchors

    def draft(self) -> Draft:
        return draft_of(self, tuple(Parent(parent.goal_id, parent.weight) for parent in self.parents))


def draft_of(body: Any, parents: tuple[Parent, ...]) -> Draft:
    return Draft(
        statement=body.statement and body.statement.strip(),
        level=body.level,
        measure=body.measure,
        objective_id=body.objective_id,
        anchors={anchor.score: anchor.meaning for anchor in body.anchors},
        owner_member_id=body.owner_member_id,
        due_at=body.due_at,
        parents=parents,
    )


class GoalCreate(GoalDraft):
    reason: LongText | None = Field(None, description="why the partnership takes this goal on")


class GoalUpdate(GoalDraft):
    """The whole goal as it is to be, its parents too."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.UPDATE]})

    reason: LongText


class ParentsUpdate(Strict):
    """All parents that the goal is to have."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "parents": [{"goal_id": "01939f60-1c00-7a10-8c01-5e0f3a7b3001", "weight": 2.0}],
                    "reason": "Late records hide where to check",
                }
            ]
        }
    )

    parents: list[ParentBody] = Field(max_length=20)
    reason: LongText


class GoalArchive(Strict):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "The ministry replaces the register by a national one"}]}
    )

    reason: LongText


class BatchParent(Strict):
    """A goal that stands already (`goal_id`), or one of this request (`ref`): the one or the other."""

    goal_id: UUID | None = None
    ref: Ref | None = None
    weight: EdgeWeight = 1.0

    @model_validator(mode="after")
    def _one_of_them(self) -> "BatchParent":
        if (self.goal_id is None) == (self.ref is None):
            raise ValueError(N_("Name the parent either by its goal_id or by the ref of a goal in this request."))
        return self


class BatchGoal(GoalDraft):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.BATCH_GOAL]})

    ref: Ref
    parents: list[BatchParent] = Field(default_factory=list, max_length=20)  # type: ignore[assignment]

    def draft_in(self, find: Callable[[str], UUID | None]) -> Draft:
        """`find` gives the id of a goal of the same request."""
        return draft_of(
            self, tuple(Parent(find(p.ref) if p.ref is not None else p.goal_id, p.weight) for p in self.parents)
        )


class BatchCreate(Strict):
    """Goals that are all taken on, or none; those of the request may serve one another, in any order."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.BATCH]})

    goals: list[BatchGoal] = Field(min_length=1, max_length=BATCH)
    reason: LongText | None = None


class CreatedGoal(Record):
    ref: str
    id: UUID


class BatchRead(Record):
    goals: list[CreatedGoal]


class GoalRead(Record):
    """`score` is the latest assessment's by the rubric. Archived goals have no parents; their revisions keep them."""

    id: UUID
    statement: str
    level: Level
    measure: Measure
    objective_id: UUID | None
    anchors: list[AnchorBody]
    owner_member_id: UUID
    due_at: datetime
    parents: list[ParentBody]
    score: int | None
    revision: int
    archived: bool
