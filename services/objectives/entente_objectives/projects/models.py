"""Cross projects."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKeyConstraint, PrimaryKeyConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of

from .domain import ProjectState


class CrossProject(Base):
    """`lead_member_id` is the one who is accountable."""

    __tablename__ = "cross_project"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "lead_member_id"], ["member.partnership_id", "member.id"]),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    title: Mapped[str]
    aim: Mapped[str]
    lead_member_id: Mapped[UUID]
    party_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[ProjectState] = mapped_column(text_of(ProjectState))
    outcome: Mapped[str | None]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it
