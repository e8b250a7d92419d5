"""Links to shared workspaces and documents."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of
from entente_objectives.visibility.models import About, Narrowed

from .domain import LinkKind


class Workspace(Narrowed, About, Base):
    """A link that `party_id` keeps; `owner_member_id` looks after the place that it leads to."""

    __tablename__ = "workspace"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        ForeignKeyConstraint(["partnership_id", "owner_member_id"], ["member.partnership_id", "member.id"]),
        Index("ix_workspace_subject", "partnership_id", "subject_id", "id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    title: Mapped[str]
    url: Mapped[str]
    kind: Mapped[LinkKind] = mapped_column(text_of(LinkKind))
    owner_member_id: Mapped[UUID]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    linked_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it
