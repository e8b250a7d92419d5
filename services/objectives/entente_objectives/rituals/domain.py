"""Rituals: what a partnership does again and again, by a recurrence rule of RFC 5545, for HORIZON from its start."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from entente_objectives.recurrence.domain import moments
from entente_objectives.recurrence.domain.moments import Recurrence
from entente_objectives.recurrence.domain.rule_text import InvalidRule
from entente_shared.errors import N_, Conflict, Forbidden, NotFound, Unprocessable

HORIZON = timedelta(days=3653)
MOST_OCCURRENCES = 400


class RitualNotFound(NotFound):
    slug, title = "ritual-not-found", N_("There is no such ritual")


class InvalidRitual(Unprocessable):
    slug, title = "invalid-ritual", N_("The ritual cannot be kept like this")


class NoSuchOccurrence(Unprocessable):
    slug, title = "no-such-occurrence", N_("The ritual does not take place then")


class RitualEnded(Conflict):
    slug, title = "ritual-ended", N_("The ritual has ended")


class NotYourRitual(Forbidden):
    slug, title = "not-your-ritual", N_("Only the party that keeps the ritual may do this")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`rule` as RFC 5545 has it, without `RRULE:`, from `starts_at` on, by the walls' clocks of `time_zone` (IANA)."""

    rule: str
    starts_at: datetime
    time_zone: str


def _recurrence(rhythm: Rhythm) -> Recurrence:
    try:
        found = moments.read(rhythm.rule, rhythm.starts_at, rhythm.time_zone)
    except InvalidRule as error:
        raise error.of(InvalidRitual, "/rule") from None
    if found.rule.count is not None:
        raise InvalidRitual(
            N_("rule: has COUNT, which is not for rituals; give it UNTIL, or end the ritual when it is over."),
            pointer="/rule",
        )
    return found


def check(rhythm: Rhythm) -> None:
    """A rule that takes place at least once within the horizon. Raises InvalidRitual."""
    found = _recurrence(rhythm).between(rhythm.starts_at, rhythm.starts_at + HORIZON)
    if next(found, None) is None:
        raise InvalidRitual(
            N_("rule: never takes place within ten years of starts_at; change one of them."), pointer="/rule"
        )


def occurrences(rhythm: Rhythm, since: datetime, to: datetime, ended_at: datetime | None) -> list[datetime]:
    """When it takes place from `since` to `to`, both included, in UTC, at most MOST_OCCURRENCES; not after it was ended."""
    last = min(to, rhythm.starts_at + HORIZON, to if ended_at is None else ended_at)
    return list(islice(_recurrence(rhythm).between(since, last), MOST_OCCURRENCES))


def check_attended(rhythm: Rhythm, occurs_at: datetime, ended_at: datetime | None, now: datetime) -> None:
    """Raises NoSuchOccurrence where it does not take place then, or not yet."""
    if occurs_at > now:
        raise NoSuchOccurrence(
            N_("occurs_at: is still to come; note who was there, not who means to."), pointer="/occurs_at"
        )
    if not occurrences(rhythm, occurs_at, occurs_at, ended_at):
        raise NoSuchOccurrence(
            N_("occurs_at: the ritual does not take place then; GET .../occurrences lists when."), pointer="/occurs_at"
        )


def check_keeper(kept_by: UUID, party: UUID) -> None:
    if party != kept_by:
        raise NotYourRitual(N_("Ask the party that keeps it; `party_id` names it."))


def require_going_on(ended_at: datetime | None) -> None:
    if ended_at is not None:
        raise RitualEnded(N_("It ended on {day}; begin another."), day=ended_at.date().isoformat())


def check_range(since: datetime, to: datetime) -> None:
    if not since <= to <= since + timedelta(days=366):
        raise InvalidRitual(N_("to: must lie within a year after from."), pointer="query: to")
