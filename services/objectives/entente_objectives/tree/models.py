"""Goals, their edges, every revision that they had, assessments by rubric, and what each party finds them worth."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of

from .domain.goals import Level, Measure

_GOAL = ["goal.partnership_id", "goal.id"]


class GoalForest(Base):
    """All goals of a partnership: its row is locked by each of their writes, and `version` counts those."""

    __tablename__ = "goal_forest"
    __table_args__ = (ForeignKeyConstraint(["partnership_id"], ["partnership.partnership_id"]),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()


class Goal(Base):
    """`anchors` are those of a rubric: score -> what it looks like. `score` is the latest assessment's."""

    __tablename__ = "goal"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "objective_id"], ["objective.partnership_id", "objective.id"]),
        ForeignKeyConstraint(["partnership_id", "owner_member_id"], ["member.partnership_id", "member.id"]),
        Index(
            "uq_goal_objective_id",
            "partnership_id",
            "objective_id",
            unique=True,
            postgresql_where=text("NOT archived"),
        ),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    statement: Mapped[str]
    level: Mapped[Level] = mapped_column(text_of(Level))
    measure: Mapped[Measure] = mapped_column(text_of(Measure))
    objective_id: Mapped[UUID | None]
    anchors: Mapped[dict[str, Any]] = mapped_column(JSONB)
    owner_member_id: Mapped[UUID]
    due_at: Mapped[datetime]
    score: Mapped[int | None]
    revision: Mapped[int]
    archived: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class GoalEdge(Base):
    """The child serves the parent, with a weight against the parent's other children. Goals that are archived have none."""

    __tablename__ = "goal_edge"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "child_id", "parent_id"),
        ForeignKeyConstraint(["partnership_id", "child_id"], _GOAL),
        ForeignKeyConstraint(["partnership_id", "parent_id"], _GOAL),
        Index("ix_goal_edge_parent_id", "partnership_id", "parent_id"),
    )

    partnership_id: Mapped[UUID]
    child_id: Mapped[UUID]
    parent_id: Mapped[UUID]
    weight: Mapped[float]


class GoalRevision(Base):
    """A goal as it was, with its parents: `content` has the fields of `Draft.content`."""

    __tablename__ = "goal_revision"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "goal_id"], _GOAL),
        UniqueConstraint("partnership_id", "goal_id", "revision"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    goal_id: Mapped[UUID]
    revision: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str]
    person_id: Mapped[UUID]
    revised_at: Mapped[datetime]


class GoalAssessment(Base):
    """A judgement by the rubric that the goal had then. None is ever changed; the latest counts."""

    __tablename__ = "goal_assessment"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "goal_id"], _GOAL),
        ForeignKeyConstraint(["partnership_id", "member_id"], ["member.partnership_id", "member.id"]),
        Index("ix_goal_assessment_goal_id", "partnership_id", "goal_id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    goal_id: Mapped[UUID]
    score: Mapped[int]
    anchor: Mapped[str]
    reason: Mapped[str]
    member_id: Mapped[UUID]
    assessed_at: Mapped[datetime]


class GoalWeight(Base):
    """How many times its agreed weight a goal counts in one party's view."""

    __tablename__ = "goal_weight"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "goal_id", "party_id"),
        ForeignKeyConstraint(["partnership_id", "goal_id"], _GOAL),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    goal_id: Mapped[UUID]
    party_id: Mapped[UUID]
    factor: Mapped[float]
    person_id: Mapped[UUID]
    set_at: Mapped[datetime]
