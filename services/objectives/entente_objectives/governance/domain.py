"""A decision's life: who votes in it, until when, and when its outcome is final."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from entente_objectives.mandates.domain import Mandate, Tier
from entente_objectives.partnerships.domain import Role
from entente_objectives.voting.domain import Elector, Verdict
from entente_shared.errors import N_, Conflict, Forbidden, Unprocessable

ELECTORS = {
    Tier.ALLIANCE_MANAGERS: Role.ALLIANCE_MANAGER,
    Tier.COMMITTEE: Role.COMMITTEE_MEMBER,
    Tier.SPONSORS: Role.SPONSOR,
}


class Status(StrEnum):
    """`passed`: the votes approved it, and its veto window is still open."""

    OPEN = "open"
    PASSED = "passed"
    APPROVED = "approved"
    REFUSED = "refused"
    VETOED = "vetoed"
    EXPIRED = "expired"


FINAL = {Status.APPROVED, Status.REFUSED, Status.VETOED, Status.EXPIRED}


class DecisionClosed(Conflict):
    slug, title = "decision-closed", N_("The decision takes no more votes")


class NotAnElector(Forbidden):
    slug, title = "not-an-elector", N_("You have no vote in this decision")


class OwnMatter(Forbidden):
    slug, title = "own-matter", N_("A party does not veto what is decided about itself")


class VetoUnavailable(Conflict):
    slug, title = "veto-unavailable", N_("The decision can no longer be vetoed")


class UnknownGround(Unprocessable):
    slug, title = "unknown-ground", N_("The charter does not list this ground for a veto")


@dataclass(frozen=True)
class Seat:
    """A role that a person holds for a party."""

    member_id: UUID
    party_id: UUID
    person_id: UUID
    role: Role
    party_weight: Decimal


@dataclass(frozen=True)
class Bench:
    """Who could vote: all seats, the members of the committee that the charter names (None: it names none).

    The party that the decision concerns does not vote at the tiers in `silent`.
    """

    seats: Sequence[Seat]
    committee: Collection[UUID] | None = None
    concerned: UUID | None = None
    silent: Collection[Tier] = ()

    def votes(self, tier: Tier, seat: Seat) -> bool:
        if seat.party_id == self.concerned and tier in self.silent:
            return False
        if tier is Tier.COMMITTEE and self.committee is not None:
            return seat.member_id in self.committee
        return seat.role is ELECTORS.get(tier)


def electorate(tier: Tier, bench: Bench) -> tuple[Tier, list[Elector]]:
    """Who votes at `tier`. Where nobody may, the next heavier tier that has somebody decides."""
    for heavier in list(Tier)[tier.rank :]:
        electors = [
            Elector(seat.member_id, seat.party_id, seat.person_id, seat.party_weight)
            for seat in bench.seats
            if bench.votes(heavier, seat)
        ]
        if electors:
            return heavier, electors
    return Tier.SPONSORS, []


def veto_until_at_opening(mandate: Mandate, opened_at: datetime) -> datetime | None:
    """When the veto's window ends, unless it waits for the parties' receipts of the outcome."""
    if mandate.veto is None or mandate.veto.deemed_after is not None:
        return None
    return opened_at + mandate.veto.window


def finalise(verdict: Verdict, now: datetime, veto_until: datetime | None) -> Status:
    """What `verdict` comes to at `now`: what passed is approved once nobody can veto it any more."""
    if verdict is Verdict.PASSED and (veto_until is None or now >= veto_until):
        return Status.APPROVED
    return Status(verdict.value)


def check_vote(status: Status, now: datetime, expires_at: datetime, *, elector: bool, delegated: bool = False) -> None:
    """Refuse a vote by a stranger, by who delegated it, or too late; time decides, not the timer that follows it."""
    if not elector and delegated:
        raise NotAnElector(N_("You had delegated your vote when the decision opened; your delegate casts it."))
    if not elector:
        raise NotAnElector(N_("The electorate was frozen when the decision opened, and you are not in it."))
    if status is not Status.OPEN or now >= expires_at:
        raise DecisionClosed(N_("The decision is closed; its outcome stands in its record."))


def check_not_concerned(party_id: UUID, concerned: UUID | None) -> None:
    """A party cannot veto what is decided on its own breach, default or exit (DESCA)."""
    if party_id == concerned:
        raise OwnMatter(N_("The decision is about your party, which cannot veto it; vote, or record your dissent."))


def check_veto(mandate: Mandate, status: Status, now: datetime, veto_until: datetime | None, ground: str) -> None:
    """Refuse a veto without a listed ground, after its window, or on what is decided."""
    if mandate.veto is None or veto_until is None:
        raise VetoUnavailable(N_("The mandate for this decision knows no veto; vote no instead."))
    if ground not in mandate.veto.grounds:
        raise UnknownGround(
            N_("ground: not listed in the charter; choose one of: {grounds}."),
            pointer="/ground",
            grounds=", ".join(mandate.veto.grounds),
        )
    if status not in {Status.OPEN, Status.PASSED} or now >= veto_until:
        raise VetoUnavailable(N_("The window for a veto closed at {until}."), until=veto_until.isoformat())
