"""A review's life: made before its time with an agenda, held, and confirmed once every party agrees to its minutes."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from entente_objectives.recurrence.domain import moments
from entente_objectives.recurrence.domain.moments import Recurrence
from entente_objectives.recurrence.domain.rule_text import InvalidRule
from entente_shared.errors import N_, Conflict, NotFound, Unprocessable

HORIZON = timedelta(days=366 * 20)
"""So long after its start a series makes its last review."""


class InvalidSeries(Unprocessable):
    slug, title = "invalid-review-series", N_("The reviews cannot recur like this")


class InvalidMinutes(Unprocessable):
    slug, title = "invalid-minutes", N_("The minutes make no sense")


class MinutesConfirmed(Conflict):
    slug, title = "minutes-confirmed", N_("The minutes are confirmed by every party")


class MinutesSuperseded(Conflict):
    slug, title = "minutes-superseded", N_("These are not the newest minutes")


class NoSuchMinutes(NotFound):
    slug, title = "no-such-minutes", N_("There are no such minutes")


def recurrence(rrule: str, starts_at: datetime, time_zone: str) -> Recurrence:
    """When reviews are. Raises InvalidSeries unless the rule is understood, comes to pass, and has no end of its own."""
    try:
        found = moments.read(rrule, starts_at, time_zone)
    except InvalidRule as error:
        raise error.of(InvalidSeries, "/rrule") from None
    if found.until is not None or found.rule.count is not None:
        raise InvalidSeries(
            N_(
                "rrule: give a rule of RFC 5545 by FREQ (DAILY to YEARLY), INTERVAL and BY... alone; its end is ends_at."
            ),
            pointer="/rrule",
        )
    return found


def asks_for_revision(number: int, every: int) -> bool:
    """Whether review `number` (from 1) asks for the revision of the objectives; `every` 0 never does."""
    return every > 0 and number % every == 0


def check_writable(confirmed: int | None) -> None:
    if confirmed is not None:
        raise MinutesConfirmed(
            N_("Every party has confirmed the minutes; note what is to be added in the next review.")
        )


def check_confirmation(confirmed: int | None, newest: int, number: int, *, same_text: bool) -> None:
    """Only the newest minutes are confirmed, and by the hash of exactly their text."""
    if number > newest:
        raise NoSuchMinutes(N_("There are no such minutes; GET .../minutes lists them."))
    if number < newest:
        raise MinutesSuperseded(
            N_("Version {newest} of the minutes replaced these; read and confirm that one."), newest=newest
        )
    if not same_text:
        raise MinutesSuperseded(
            N_("hash: is not that of these minutes; read them again, and confirm their hash."), pointer="/hash"
        )
    if confirmed is not None and confirmed != number:
        check_writable(confirmed)


def complete(confirmed_by: Collection[UUID], parties: Collection[UUID]) -> bool:
    return set(confirmed_by) >= set(parties)
