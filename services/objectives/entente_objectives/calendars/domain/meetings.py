"""Windows in which all parties can meet (A13), by a sweep line over the ends of their hours: O(n log n) for n intervals.

The cost of a window is the time that parties spend in it outside of their hours. As a function of where a window of fixed
length begins it is linear between the moments at which one of its ends meets an end of someone's hours, so that the cheapest
begins at one of these; its value is the difference of two prefix sums. On days on which a party is away nobody meets.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from .working import Interval

RULE_VERSION = "A13-windows.1"
NOTHING = timedelta(0)


@dataclass(frozen=True)
class Attendee:
    """When a party works, and when it is away."""

    id: UUID
    hours: Sequence[Interval]
    away: Sequence[Interval]


@dataclass(frozen=True)
class Window:
    """`outside`: how much of it lies outside of whose hours. `late`: by how much it ends after each deadline, in all."""

    starts_at: datetime
    ends_at: datetime
    outside: Mapping[UUID, timedelta]
    late: timedelta

    @property
    def cost(self) -> timedelta:
        return sum(self.outside.values(), NOTHING)


class _Sweep:
    """How much time was covered before a moment, counted once for each interval that covers it."""

    def __init__(self, intervals: Sequence[Interval]) -> None:
        changes = defaultdict[datetime, int](int)
        for begin, end in intervals:
            changes[begin] += 1
            changes[end] -= 1
        self.moments = sorted(changes)
        self._before, self._running = [NOTHING], [0]
        for place, moment in enumerate(self.moments):
            passed = (moment - self.moments[place - 1]) * self._running[-1] if place else NOTHING
            self._before.append(self._before[-1] + passed)
            self._running.append(self._running[-1] + changes[moment])

    def before(self, moment: datetime) -> timedelta:
        place = bisect_right(self.moments, moment)
        if place == 0:
            return NOTHING
        return self._before[place] + (moment - self.moments[place - 1]) * self._running[place]

    def within(self, begin: datetime, end: datetime) -> timedelta:
        return self.before(end) - self.before(begin)


def find(
    attendees: Sequence[Attendee],
    span: Interval,
    length: timedelta,
    deadlines: Sequence[datetime] = (),
    limit: int = 10,
) -> list[Window]:
    """The best windows, none of which meet: by the cost, then by how late they end for the deadlines, then the earliest."""
    hours = _Sweep([interval for attendee in attendees for interval in attendee.hours])
    away = _Sweep([interval for attendee in attendees for interval in attendee.away])
    ends = {*span, *hours.moments, *away.moments, *deadlines}
    starts = {start for end in ends for start in (end, end - length) if span[0] <= start and start + length <= span[1]}
    ranked = sorted(
        (len(attendees) * length - hours.within(start, start + length), _late(start + length, deadlines), start)
        for start in starts
        if not away.within(start, start + length)
    )
    own = {attendee.id: _Sweep(attendee.hours) for attendee in attendees}
    found: list[Window] = []
    for _, late, start in ranked:
        if len(found) == limit:
            break
        if all(start + length <= other.starts_at or other.ends_at <= start for other in found):
            outside = {who: length - sweep.within(start, start + length) for who, sweep in own.items()}
            found.append(Window(start, start + length, {who: part for who, part in outside.items() if part}, late))
    return found


def _late(end: datetime, deadlines: Sequence[datetime]) -> timedelta:
    return sum((max(end - deadline, NOTHING) for deadline in deadlines), NOTHING)
