"""Delegation of votes: to a member of the same party, without chains, so that every vote has one person who casts it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from entente_objectives.mandates.domain import Domain
from entente_shared.errors import N_, Conflict, Forbidden, Unprocessable


class InvalidDelegation(Unprocessable):
    slug, title = "invalid-delegation", N_("A vote cannot be delegated like this")


class DelegationClash(Conflict):
    slug, title = "delegation-clash", N_("Another delegation stands in the way")


class NotYourDelegation(Forbidden):
    slug, title = "not-your-delegation", N_("Only who delegated a vote may take it back")


@dataclass(frozen=True)
class Grant:
    """`person_id` lets `delegate_id` vote from `starts_at` to before `ends_at` (None: until revoked), in a domain (None: in all)."""

    person_id: UUID
    delegate_id: UUID
    domain: Domain | None
    starts_at: datetime
    ends_at: datetime | None

    def holds(self, domain: Domain, now: datetime) -> bool:
        return self.domain in {None, domain} and self.starts_at <= now and (self.ends_at is None or now < self.ends_at)

    def meets(self, other: "Grant") -> bool:
        """Whether both could hold at once."""
        return (
            (self.domain is None or other.domain is None or self.domain is other.domain)
            and (other.ends_at is None or self.starts_at < other.ends_at)
            and (self.ends_at is None or other.starts_at < self.ends_at)
        )


def check_grant(grant: Grant, now: datetime, colleagues: Collection[UUID], standing: Collection[Grant]) -> None:
    """Refuse a delegation to oneself or a stranger, without an end, or one that would make a chain with `standing` ones."""
    if grant.delegate_id == grant.person_id:
        raise InvalidDelegation(
            N_("delegate_id: is yourself; name another person of your party."), pointer="/delegate_id"
        )
    if grant.delegate_id not in colleagues:
        raise InvalidDelegation(
            N_("delegate_id: is no member for your party; name a person who is."), pointer="/delegate_id"
        )
    if grant.ends_at is None and grant.domain is None:
        raise InvalidDelegation(
            N_("ends_at: a vote is delegated for a time or in one domain; send ends_at, or a domain."),
            pointer="/ends_at",
        )
    if grant.ends_at is not None and grant.ends_at <= max(grant.starts_at, now):
        raise InvalidDelegation(
            N_("ends_at: is not after the start and the present; choose a later time."), pointer="/ends_at"
        )
    for other in standing:
        if grant.meets(other):
            _check_beside(grant, other)


def _check_beside(grant: Grant, other: Grant) -> None:
    if other.person_id == grant.person_id:
        raise DelegationClash(N_("You have delegated this vote already; revoke that delegation first."))
    if other.person_id == grant.delegate_id:
        raise DelegationClash(
            N_("delegate_id: this person has delegated their own vote, and votes are not passed on; name another."),
            pointer="/delegate_id",
        )
    if other.delegate_id == grant.person_id:
        raise DelegationClash(
            N_("You hold a colleague's vote for that time, and votes are not passed on; have it revoked first.")
        )


def delegates(grants: Collection[Grant], domain: Domain, now: datetime, parties: dict[UUID, UUID]) -> dict[UUID, UUID]:
    """Who votes for whom in a decision of `domain` that opens at `now`, by person.

    `parties` are the parties of those who are members at that moment: a vote whose delegate has left returns to its
    elector.
    """
    return {
        grant.person_id: grant.delegate_id
        for grant in grants
        if grant.holds(domain, now)
        and parties.get(grant.delegate_id) is not None
        and parties.get(grant.delegate_id) == parties.get(grant.person_id)
    }
