"""Grants: a party lets others read a record of its own for one purpose, until a date."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from entente_objectives.clauses.domain import ConfidentialityTerm, IntellectualPropertyTerm, RecordVisibility
from entente_shared.errors import N_, Conflict, Forbidden, Unprocessable


class GrantStanding(StrEnum):
    """`lapsed`: it rested on a term of the charter that the charter in force does not have any more."""

    IN_FORCE = "in_force"
    EXPIRED = "expired"
    REVOKED = "revoked"
    LAPSED = "lapsed"


class InvalidGrant(Unprocessable):
    slug, title = "invalid-grant", N_("The grant makes no sense")


class NotGrantable(Conflict):
    slug, title = "not-grantable", N_("This record cannot be granted")


class WiderThanAgreed(Conflict):
    slug, title = "wider-than-agreed", N_("The charter keeps such records narrower")


class GrantEnded(Conflict):
    slug, title = "grant-ended", N_("The grant was revoked already")


class OtherPurpose(Forbidden):
    slug, title = "other-purpose", N_("The record was granted to you for another purpose")


class NotOwn(Forbidden):
    slug, title = "not-your-record", N_("This is for the party that the record belongs to")


@dataclass(frozen=True)
class Draft:
    """What is to be granted. `term` is the key of the charter's term on intellectual property that it rests on."""

    readers: tuple[UUID, ...]
    purpose: str
    expires_at: datetime
    term: str | None = None


@dataclass(frozen=True)
class Rules:
    """What the charter in force says of records of a kind, and the rights that it grants, by key."""

    confidentiality: ConfidentialityTerm | None
    rights: Mapping[str, IntellectualPropertyTerm]

    def narrowed(self, visibility: RecordVisibility) -> RecordVisibility:
        """The visibility of a record under the charter: never wider than agreed, whatever its party chose."""
        if self.confidentiality is None:
            return visibility
        return min(visibility, self.confidentiality.widest, key=lambda each: each.rank)

    def admits(self, roles: Iterable[str]) -> bool:
        """Whether somebody of another party may read at all."""
        return self.confidentiality is None or not set[str](self.confidentiality.roles).isdisjoint(roles)

    def supports(self, term: str | None, owner: UUID, reader: UUID, purpose: str, now: datetime) -> bool:
        """Whether a grant that rests on `term` still has it. One that rests on none needs none."""
        if term is None:
            return True
        right = self.rights.get(term)
        return (
            right is not None
            and right.granted_by == owner
            and reader in right.granted_to
            and right.purpose == purpose
            and right.expires_at > now
        )


def check_draft(draft: Draft, owner: UUID, parties: Collection[UUID], rules: Rules, now: datetime) -> None:
    """Raises InvalidGrant."""
    for index, reader in enumerate(draft.readers):
        if reader not in parties or reader == owner:
            raise InvalidGrant(
                N_("readers: is no other party of this partnership; use the id of one of them."),
                pointer=f"/readers/{index}",
            )
        if reader in draft.readers[:index]:
            raise InvalidGrant(N_("readers: stands here twice; name each party once."), pointer=f"/readers/{index}")
    if draft.expires_at <= now:
        raise InvalidGrant(
            N_("expires_at: is past already; the partnership's present is {now}."),
            pointer="/expires_at",
            now=now.isoformat(),
        )
    if draft.term is not None:
        _check_term(draft, owner, rules)


def _check_term(draft: Draft, owner: UUID, rules: Rules) -> None:
    right = rules.rights.get(draft.term or "")
    if right is None or right.granted_by != owner:
        raise InvalidGrant(
            N_("term: the charter in force has no such grant of your party; name one of its intellectual_property."),
            pointer="/term",
        )
    if draft.purpose != right.purpose:
        raise InvalidGrant(
            N_("purpose: is not the term's, which is {agreed}."), pointer="/purpose", agreed=right.purpose
        )
    if draft.expires_at > right.expires_at:
        raise InvalidGrant(
            N_("expires_at: is later than the term's; choose {agreed} or earlier."),
            pointer="/expires_at",
            agreed=right.expires_at.isoformat(),
        )
    for index, reader in enumerate(draft.readers):
        if reader not in right.granted_to:
            raise InvalidGrant(
                N_("readers: the term does not grant it to this party; leave the party out."),
                pointer=f"/readers/{index}",
            )


def check_grantable(visibility: RecordVisibility) -> None:
    """`visibility` is the record's under the charter."""
    if visibility is RecordVisibility.PARTY:
        raise NotGrantable(N_("It is for your party alone; make it named first, if the charter allows that."))
    if visibility is RecordVisibility.SHARED:
        raise NotGrantable(N_("All parties may read it already; no grant is needed."))


def check_width(visibility: RecordVisibility, rules: Rules) -> None:
    narrowed = rules.narrowed(visibility)
    if narrowed is not visibility:
        raise WiderThanAgreed(
            N_("visibility: the charter allows {widest} at most; choose that, or agree on another rule."),
            pointer="/visibility",
            widest=narrowed.value,
        )


def standing(revoked_at: datetime | None, expires_at: datetime, *, supported: bool, now: datetime) -> GrantStanding:
    if revoked_at is not None:
        return GrantStanding.REVOKED
    if expires_at <= now:
        return GrantStanding.EXPIRED
    return GrantStanding.IN_FORCE if supported else GrantStanding.LAPSED


def check_purpose(granted: Sequence[str], stated: str | None) -> None:
    """Where something was granted, but not for what the reader states. Raises OtherPurpose."""
    if granted and stated not in granted:
        raise OtherPurpose(
            N_("State what you read it for by the header Purpose; GET .../grants lists what was granted to you.")
        )
