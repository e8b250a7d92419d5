"""Committees: who sits in them, and who may say so."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from entente_shared.errors import N_, Conflict, Unprocessable


class CommitteeExists(Conflict):
    slug, title = "committee-exists", N_("There is a committee of this key")


class InvalidRhythm(Unprocessable):
    slug, title = "invalid-rhythm", N_("A committee cannot meet like this")


class CommitteeNeeded(Conflict):
    slug, title = "committee-needed", N_("The charter gives this committee a mandate")


class AlreadySeated(Conflict):
    slug, title = "already-seated", N_("The person sits in this committee already")


class NotSeated(Unprocessable):
    slug, title = "not-seated", N_("Only who sits in the committee can chair it")


def check_key(key: str, standing: Collection[str]) -> None:
    """A mandate names a committee by its key, which therefore belongs to one."""
    if key in standing:
        raise CommitteeExists(
            N_("key: the committee {key} exists already; choose another key, or take your seats in that one."),
            pointer="/key",
            key=key,
        )


def check_rhythm(meets_every: timedelta | None) -> None:
    if meets_every is not None and meets_every <= timedelta():
        raise InvalidRhythm(
            N_("meets_every: must be longer than nothing; leave it out where there is no rhythm."),
            pointer="/meets_every",
        )


def check_seat(person_id: UUID, sitting: Collection[UUID]) -> None:
    """A person votes once, whichever roles they have."""
    if person_id in sitting:
        raise AlreadySeated(N_("member_id: this person sits here already; name somebody else."), pointer="/member_id")


def check_chair(chair_id: UUID | None, members: Collection[UUID]) -> None:
    if chair_id is not None and chair_id not in members:
        raise NotSeated(
            N_("chair_id: does not sit in this committee; give the person a seat first."), pointer="/chair_id"
        )


def check_dissolution(mandates: Collection[str]) -> None:
    """A mandate of the charter in force must not lose its committee."""
    if mandates:
        raise CommitteeNeeded(
            N_("The charter's mandates {mandates} name this committee; amend the charter first."),
            mandates=", ".join(sorted(mandates)),
        )
