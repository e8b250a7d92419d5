"""Threads on records, their posts, and what hangs on posts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of
from entente_objectives.visibility.models import About, Narrowed

from .domain import Reaction


class Discussion(Narrowed, About, Base):
    """What hangs on a discussion the database shows to those alone to whom it shows the discussion."""

    __tablename__ = "discussion"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        Index("ix_discussion_subject", "partnership_id", "subject_id", "id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    topic: Mapped[str]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class Post(Base):
    """`text` is null where it was deleted. `revision` counts what it said, `version` every change."""

    __tablename__ = "post"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "discussion_id"], ["discussion.partnership_id", "discussion.id"]),
        ForeignKeyConstraint(["partnership_id", "reply_to"], ["post.partnership_id", "post.id"]),
        Index("ix_post_discussion_id", "partnership_id", "discussion_id", "id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    discussion_id: Mapped[UUID]
    reply_to: Mapped[UUID | None]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    text: Mapped[str | None]
    revision: Mapped[int]
    posted_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class PostRevision(Base):
    """What a post said before it was edited."""

    __tablename__ = "post_revision"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "post_id"], ["post.partnership_id", "post.id"]),
        UniqueConstraint("partnership_id", "post_id", "revision"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    post_id: Mapped[UUID]
    revision: Mapped[int]
    text: Mapped[str]
    written_at: Mapped[datetime]


class Mention(Base):
    """A member whom a post names."""

    __tablename__ = "mention"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "post_id"], ["post.partnership_id", "post.id"]),
        ForeignKeyConstraint(["partnership_id", "member_id"], ["member.partnership_id", "member.id"]),
        UniqueConstraint("partnership_id", "post_id", "member_id"),
        Index("ix_mention_person_id", "partnership_id", "person_id", "id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    post_id: Mapped[UUID]
    discussion_id: Mapped[UUID]
    member_id: Mapped[UUID]
    person_id: Mapped[UUID]
    mentioned_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class PostReaction(Base):
    """Each kind once for each person."""

    __tablename__ = "post_reaction"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "post_id", "person_id", "kind"),
        ForeignKeyConstraint(["partnership_id", "post_id"], ["post.partnership_id", "post.id"]),
    )

    partnership_id: Mapped[UUID]
    post_id: Mapped[UUID]
    person_id: Mapped[UUID]
    kind: Mapped[Reaction] = mapped_column(text_of(Reaction))
