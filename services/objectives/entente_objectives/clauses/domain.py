"""What a charter may say beside its objectives and mandates: fairness, pain and gain, secrets, rights, and who is told how.

Every clause is optional. A charter without them reads, byte for byte, as one from before they could be agreed.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from entente_objectives.partnerships.domain import Role
from entente_shared.errors import N_

WHOLE = Decimal(1)


class RecordKind(StrEnum):
    """The kinds of records whose confidentiality is enforced."""

    DOCUMENT = "document"


class RecordVisibility(StrEnum):
    """Who may see a record, from the narrowest: the own party, those it grants it to, all parties."""

    PARTY = "party"
    NAMED = "named"
    SHARED = "shared"

    @property
    def rank(self) -> int:
        return list(RecordVisibility).index(self)


class MessageType(StrEnum):
    INFORMATION = "information"
    CONCERN = "concern"
    INNOVATION = "innovation"


class Urgency(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    IMMEDIATE = "immediate"


class Channel(StrEnum):
    STREAM = "stream"
    EMAIL = "email"
    WEBHOOK = "webhook"
    MEETING = "meeting"


@dataclass(frozen=True, kw_only=True)
class EquityTerm:
    """A criterion by which fairness is judged, what measures it, and what it weighs; the weights add up to 1."""

    key: str
    criterion: str
    measure: str
    weight: Decimal


@dataclass(frozen=True, kw_only=True)
class ConfidentialityTerm:
    """Records of a kind are seen at most as `widest` allows, and in other parties by `roles` alone."""

    record: RecordKind
    widest: RecordVisibility
    roles: tuple[Role, ...]


@dataclass(frozen=True, kw_only=True)
class IntellectualPropertyTerm:
    """`granted_by` lets `granted_to` use `subject` for `purpose`, until `expires_at`."""

    key: str
    granted_by: UUID
    granted_to: tuple[UUID, ...]
    subject: str
    purpose: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class CommunicationTerm:
    """Messages of a type and urgency go by `channels` to those who hold one of `roles`."""

    type: MessageType
    urgency: Urgency
    channels: tuple[Channel, ...]
    roles: tuple[Role, ...]


def check_equity(terms: Sequence[EquityTerm]) -> Iterator[tuple[str, str]]:
    yield from twice("/equity", "key", [term.key for term in terms])
    for index, term in enumerate(terms):
        if term.weight <= 0:
            yield f"/equity/{index}/weight", N_("weight: must be above 0; leave out a criterion that does not count.")
    if terms and sum(term.weight for term in terms) != WHOLE:
        yield "/equity", N_("equity: the weights do not add up to exactly 1; correct them.")


def check_confidentiality(terms: Sequence[ConfidentialityTerm]) -> Iterator[tuple[str, str]]:
    yield from twice("/confidentiality", "record", [term.record for term in terms])
    for index, term in enumerate(terms):
        yield from _check_list(f"/confidentiality/{index}/roles", term.roles)


def check_rights(terms: Sequence[IntellectualPropertyTerm], parties: Collection[UUID]) -> Iterator[tuple[str, str]]:
    section = "/intellectual_property"
    yield from twice(section, "key", [term.key for term in terms])
    for index, term in enumerate(terms):
        if term.granted_by not in parties:
            yield f"{section}/{index}/granted_by", _STRANGER
        yield from unknown(f"{section}/{index}/granted_to", "", term.granted_to, parties)
        yield from _check_list(f"{section}/{index}/granted_to", term.granted_to)
        if term.granted_by in term.granted_to:
            yield (
                f"{section}/{index}/granted_to/{term.granted_to.index(term.granted_by)}",
                N_("granted_to: a party needs no grant from itself; leave it out."),
            )


def check_communication(terms: Sequence[CommunicationTerm]) -> Iterator[tuple[str, str]]:
    seen: set[tuple[MessageType, Urgency]] = set()
    for index, term in enumerate(terms):
        if (term.type, term.urgency) in seen:
            yield (
                f"/communication/{index}/urgency",
                N_("urgency: this type has a rule for this urgency already; keep one of them."),
            )
        seen.add((term.type, term.urgency))
        yield from _check_list(f"/communication/{index}/channels", term.channels)
        yield from _check_list(f"/communication/{index}/roles", term.roles)


_STRANGER = N_("This is no party of this partnership; use the id of one of its parties.")


def twice(section: str, field: str, values: Sequence[object]) -> Iterator[tuple[str, str]]:
    for index, value in enumerate(values):
        if value in values[:index]:
            yield f"{section}/{index}/{field}", N_("This stands here twice; use each once.")


def unknown(section: str, field: str, named: Sequence[UUID], parties: Collection[UUID]) -> Iterator[tuple[str, str]]:
    for index, party in enumerate(named):
        if party not in parties:
            yield f"{section}/{index}{field}", _STRANGER


def _check_list(pointer: str, values: Sequence[object]) -> Iterator[tuple[str, str]]:
    if not values:
        yield pointer, N_("This is empty; name at least one.")
    for index, value in enumerate(values):
        if value in values[:index]:
            yield f"{pointer}/{index}", N_("This stands here twice; use each once.")
