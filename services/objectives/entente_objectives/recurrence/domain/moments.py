"""Moments that recur: on the days of a rule, at one time of day by the clocks on the walls of a time zone.

When clocks are put forward or back, a time of day is skipped or comes twice. As RFC 5545 has it (section 3.3.5), the one that
comes twice is meant the first time, and one that is skipped is read with the offset from before: 2:30 is then 3:30.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from entente_shared.errors import N_

from .rule_text import InvalidRule, require_days, understand
from .rules import Rule, each_day

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """From `starts_at` to `until` (included; both in UTC), each at the time of day that `starts_at` is in `zone`.

    `rule` is without its UNTIL, which is a day where `until` is a moment.
    """

    rule: Rule
    starts_at: datetime
    zone: ZoneInfo
    until: datetime | None

    def between(self, since: datetime, to: datetime) -> Iterator[datetime]:
        """The moments from `since` to `to`, both included, in UTC, rising; the work is bounded by the days from the start."""
        last = to if self.until is None else min(to, self.until)
        since = max(since, self.starts_at)
        if last < since:
            return
        # A zone that changes sides of the date line skips a day, and clocks that are put back at midnight come into it twice.
        first_on, end_on = since.astimezone(self.zone).date() - DAY, last.astimezone(self.zone).date() + 2 * DAY
        before: datetime | None = None
        for day in each_day(self.rule, first_on, end_on):
            moment = self._moment(day)
            if moment > last:
                return
            if moment >= since and moment != before:
                yield moment
            before = moment

    def following(self, after: datetime, to: datetime) -> datetime | None:
        """The first moment later than `after`, and not later than `to`."""
        return next((moment for moment in self.between(after, to) if moment > after), None)

    def _moment(self, day: date) -> datetime:
        if day == self.rule.first_on:  # which may itself be in an hour that came twice, the second time
            return self.starts_at
        at = self.starts_at.astimezone(self.zone).time().replace(fold=0)
        return datetime.combine(day, at, self.zone).astimezone(UTC)


def read(text: str, starts_at: datetime, time_zone: str) -> Recurrence:
    """The recurrence of `starts_at` by the rule `text` in `time_zone` (IANA). Raises InvalidRule."""
    zone = _zone(time_zone)
    rule = understand(text, starts_at.astimezone(zone).date())
    if rule.until is not None and rule.until_at is None:  # RFC 5545, 3.3.10: beside a time zone UNTIL is in UTC
        raise InvalidRule(N_("{field}: UNTIL is no moment; write it like 20261231T230000Z."))
    endless = replace(rule, until=None, until_at=None)  # the day of UNTIL may be another one in the zone
    require_days(endless)
    return Recurrence(endless, starts_at.astimezone(UTC), zone, rule.until_at)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # a name that is none, a path, a folder
        raise InvalidRule(
            N_("time_zone: is not known; give an IANA name such as Europe/Paris, or UTC."), pointer="/time_zone"
        ) from None
