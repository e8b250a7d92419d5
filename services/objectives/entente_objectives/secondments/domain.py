"""Secondments: a person of one party works in another for a time, once both have agreed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Conflict, Forbidden, NotFound, Unprocessable


class SecondmentState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    ENDED = "ended"


class SecondmentNotFound(NotFound):
    slug, title = "secondment-not-found", N_("There is no such secondment")


class InvalidSecondment(Unprocessable):
    slug, title = "invalid-secondment", N_("The secondment makes no sense")


class SecondedAlready(Conflict):
    slug, title = "seconded-already", N_("The person is seconded in that time already")


class SecondmentSettled(Conflict):
    slug, title = "secondment-state", N_("What has become of the secondment does not allow this")


class NotYourSecondment(Forbidden):
    slug, title = "not-your-secondment", N_("Only the two parties of a secondment decide on it")


@dataclass(frozen=True, slots=True)
class Days:
    """From the first to the last, both included; none where the last is before the first."""

    first: date
    last: date

    def meets(self, other: "Days") -> bool:
        return max(self.first, other.first) <= min(self.last, other.last)

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def check_new(days: Days, today: date, own: UUID, from_party: UUID, to_party: UUID) -> None:
    if days.last < days.first:
        raise InvalidSecondment(N_("to_on: lies before from_on; exchange them."), pointer="/to_on")
    if days.last < today:
        raise InvalidSecondment(N_("to_on: is over; a secondment is agreed before it ends."), pointer="/to_on")
    if from_party == to_party:
        raise InvalidSecondment(N_("to_party_id: is the person's own party; name another."), pointer="/to_party_id")
    check_side(own, from_party, to_party)


def check_side(own: UUID, from_party: UUID, to_party: UUID) -> None:
    if own not in (from_party, to_party):
        raise NotYourSecondment(N_("Ask a manager of the party that lends the person, or of the one that gets them."))


def check_free(wanted: Days, standing: Iterable[Days]) -> None:
    """Nobody is in two places: `standing` are the days of what was proposed or agreed for the same person."""
    for days in standing:
        if days.meets(wanted):
            raise SecondedAlready(
                N_("from_on: the person is seconded, or to be, from {first} to {last}; choose days outside of it."),
                pointer="/from_on",
                first=days.first.isoformat(),
                last=days.last.isoformat(),
            )


def require(present: SecondmentState, wanted: SecondmentState) -> None:
    if present is not wanted:
        raise SecondmentSettled(N_("It is {state} already."), state=present.value)


def agreed(lender: UUID | None, borrower: UUID | None) -> SecondmentState:
    """By who agreed for either party: it takes both."""
    return SecondmentState.AGREED if lender is not None and borrower is not None else SecondmentState.PROPOSED
