"""A party disputes samples; another party says whether it is right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Conflict, Forbidden, Unprocessable

from ..ingest.domain import EARLIEST, LATEST


class State(StrEnum):
    """UPHELD: the samples were wrong, and are corrected. REJECTED: they were right."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class InvalidContest(Unprocessable):
    slug = "invalid-contest"
    title = N_("This cannot be contested like that")


class AlreadyContested(Conflict):
    slug = "already-contested"
    title = N_("Your party has contested these samples already")


class ContestClosed(Conflict):
    slug = "contest-closed"
    title = N_("The contest is no longer open")


class NotYourContest(Forbidden):
    slug = "not-your-contest"
    title = N_("It is for another party to do this")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who acts for a party of the partnership; `principal` is the key that is answerable for corrections."""

    partnership_id: UUID
    party_id: UUID
    person_id: UUID
    principal: str


@dataclass(frozen=True, slots=True)
class Span:
    """The contested samples, both ends included."""

    from_at: datetime
    to_at: datetime

    def holds(self, at: datetime) -> bool:
        return self.from_at <= at <= self.to_at

    def meets(self, other: "Span") -> bool:
        return self.from_at <= other.to_at and other.from_at <= self.to_at


def span(at: datetime | None, from_at: datetime | None, to_at: datetime | None) -> Span:
    """One sample's time, or a stretch of them, as far as there can be samples."""
    first, last = from_at or at, to_at or at
    if first is None or last is None or (at is not None and (from_at is not None or to_at is not None)):
        raise InvalidContest(N_("Give either `at`, or both `from` and `to`."), pointer="/at")
    if last < first:
        raise InvalidContest(N_("to: lies before from; exchange them."), pointer="/to")
    return Span(max(first, EARLIEST), min(last, LATEST))


def check_new(wanted: Span, of_same_party: Iterable[tuple[Span, State]]) -> None:
    """A party contests a sample once. What it was refused it may bring before the ladder, and not freeze for ever."""
    for known, state in of_same_party:
        if not known.meets(wanted):
            continue
        if state is State.OPEN:
            raise AlreadyContested(N_("Your contest of these samples is still open; wait for it, or withdraw it."))
        if state is State.REJECTED:
            raise AlreadyContested(N_("Your contest of these samples was rejected; open a case to take it further."))


def check_resolver(state: State, contested_by: UUID, party_id: UUID) -> None:
    """Nobody decides on the own contest."""
    _check_open(state)
    if party_id == contested_by:
        raise NotYourContest(N_("Another party than the one that contested decides; you may withdraw the contest."))


def check_withdrawal(state: State, contested_by: UUID, party_id: UUID) -> None:
    _check_open(state)
    if party_id != contested_by:
        raise NotYourContest(N_("Only the party that contested may withdraw; you may uphold or reject the contest."))


def _check_open(state: State) -> None:
    if state is not State.OPEN:
        raise ContestClosed(N_("It is {state} already; contest again if there is something new."), state=state.value)


def check_corrections(outcome: State, contested: Span, corrections: Sequence[datetime]) -> None:
    """Who upholds says what is right, so that nothing acts on the wrong values in between."""
    if outcome is State.REJECTED and corrections:
        raise InvalidContest(
            N_("corrections: a rejected contest corrects nothing; leave them out."), pointer="/corrections"
        )
    if outcome is State.UPHELD and not corrections:
        raise InvalidContest(
            N_("corrections: give the right value of at least one contested sample."), pointer="/corrections"
        )
    for index, at in enumerate(corrections):
        if not contested.holds(at):
            raise InvalidContest(N_("at: lies outside what is contested."), pointer=f"/corrections/{index}/at")
