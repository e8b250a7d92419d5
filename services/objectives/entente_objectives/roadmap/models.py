"""The roadmap: milestones, the actions gathered in them, and what depends on what."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of

from .domain import ActionKind, ActionStatus, MilestoneStatus


class Roadmap(Base):
    """`revision` counts the changes of anything that a schedule rests on."""

    __tablename__ = "roadmap"
    __table_args__ = (ForeignKeyConstraint(["partnership_id"], ["partnership.partnership_id"]),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]


class Milestone(Base):
    __tablename__ = "milestone"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        ForeignKeyConstraint(["partnership_id", "objective_id"], ["objective.partnership_id", "objective.id"]),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    party_id: Mapped[UUID]
    title: Mapped[str]
    due_on: Mapped[date] = mapped_column(Date())
    objective_id: Mapped[UUID | None]
    status: Mapped[MilestoneStatus] = mapped_column(text_of(MilestoneStatus))
    reached_on: Mapped[date | None] = mapped_column(Date())
    reached_party_id: Mapped[UUID | None]
    reached_person_id: Mapped[UUID | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class Action(Base):
    """`duration` in days on which all of `calendar_ids` work; `done_on` is planned, with the validations after the work."""

    __tablename__ = "action"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        ForeignKeyConstraint(["partnership_id", "accountable_id"], ["member.partnership_id", "member.id"]),
        ForeignKeyConstraint(["partnership_id", "schedule_id"], ["schedule.partnership_id", "schedule.id"]),
        Index("ix_action_accountable_id", "partnership_id", "accountable_id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    party_id: Mapped[UUID]
    accountable_id: Mapped[UUID]
    title: Mapped[str]
    kind: Mapped[ActionKind] = mapped_column(text_of(ActionKind))
    process_before: Mapped[str | None]
    process_after: Mapped[str | None]
    duration: Mapped[int]
    calendar_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    validator_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    earliest_on: Mapped[date | None] = mapped_column(Date())
    deadline_on: Mapped[date | None] = mapped_column(Date())
    needs_budget: Mapped[bool]
    at_cycle_start: Mapped[bool]
    status: Mapped[ActionStatus] = mapped_column(text_of(ActionStatus))
    progress: Mapped[float]
    began_on: Mapped[date | None] = mapped_column(Date())
    finished_on: Mapped[date | None] = mapped_column(Date())
    planned_from: Mapped[date | None] = mapped_column(Date())
    planned_to: Mapped[date | None] = mapped_column(Date())
    planned_done: Mapped[date | None] = mapped_column(Date())
    schedule_id: Mapped[UUID | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class MilestoneAction(Base):
    """An action gathered in a milestone; one action may be what several milestones wait for."""

    __tablename__ = "milestone_action"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "milestone_id", "action_id"),
        ForeignKeyConstraint(["partnership_id", "milestone_id"], ["milestone.partnership_id", "milestone.id"]),
        ForeignKeyConstraint(["partnership_id", "action_id"], ["action.partnership_id", "action.id"]),
        Index("ix_milestone_action_action_id", "partnership_id", "action_id"),
    )

    partnership_id: Mapped[UUID]
    milestone_id: Mapped[UUID]
    action_id: Mapped[UUID]


class Dependency(Base):
    """`after_id` begins once `before_id` is done and `lag` working days have passed."""

    __tablename__ = "action_dependency"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "before_id"], ["action.partnership_id", "action.id"]),
        ForeignKeyConstraint(["partnership_id", "after_id"], ["action.partnership_id", "action.id"]),
        UniqueConstraint("partnership_id", "before_id", "after_id"),
        Index("ix_action_dependency_after_id", "partnership_id", "after_id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    before_id: Mapped[UUID]
    after_id: Mapped[UUID]
    lag: Mapped[int]
