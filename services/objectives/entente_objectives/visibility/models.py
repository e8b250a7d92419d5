"""Columns of records that not all parties may see, and of records that are about another."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import text_of
from entente_shared.outbox import SHARED, parties

from .domain import RecordKind, Sight, Subject, Visibility


class Narrowed:
    """The database shows the row to the organisations `seen_by`; `party_ids` are the same, as the partnership knows them."""

    visibility: Mapped[Visibility] = mapped_column(text_of(Visibility))
    party_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    seen_by: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))

    def show_to(self, sight: Sight) -> None:
        self.visibility = sight.visibility
        self.party_ids, self.seen_by = list(sight.parties), list(sight.organisations)

    @property
    def audience(self) -> str:
        """That of an event about it."""
        return SHARED if self.visibility is Visibility.SHARED else parties(*self.seen_by)


class About:
    """The record that it is about, of any service; none where both are null."""

    subject_kind: Mapped[RecordKind | None] = mapped_column(text_of(RecordKind))
    subject_id: Mapped[UUID | None]

    def be_about(self, subject: Subject | None) -> None:
        self.subject_kind = subject.kind if subject else None
        self.subject_id = subject.id if subject else None

    @property
    def subject(self) -> Subject | None:
        if self.subject_kind is None or self.subject_id is None:
            return None
        return Subject(self.subject_kind, self.subject_id)


def about(model: type[About], kind: RecordKind | None, subject_id: UUID | None) -> list[Any]:
    """Conditions of the rows about a kind of record, or about one."""
    conditions: list[Any] = []
    if kind is not None:
        conditions.append(model.subject_kind == kind)
    if subject_id is not None:
        conditions.append(model.subject_id == subject_id)
    return conditions
