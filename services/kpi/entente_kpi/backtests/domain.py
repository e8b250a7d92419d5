"""What another threshold would have done with a history that is known: pure, in event time."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from statistics import median

from entente_shared.errors import N_, Unprocessable

PENALTY, SUPPRESS, REUSE = 1000.0, 2000.0, 750.0
_LONG_AGO, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class InvalidBacktest(Unprocessable):
    slug = "invalid-backtest"
    title = N_("The backtest makes no sense")


class BacktestTooLarge(Unprocessable):
    slug = "backtest-too-large"
    title = N_("The backtest would take too long")


@dataclass(frozen=True, slots=True)
class Episode:
    """From `opened_at` to before `closed_at` (None: still open)."""

    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """A reference episode, the first alert during it (None: missed), and by how much it came earlier than the episode.

    The lead is None where the episode had begun before the history that was replayed.
    """

    episode: Episode
    alert: Episode | None
    lead: timedelta | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`extra` are alerts during no episode of the reference."""

    found: Sequence[Found]
    extra: Sequence[Episode]

    @property
    def matched(self) -> int:
        return sum(each.alert is not None for each in self.found)

    @property
    def missed(self) -> int:
        return len(self.found) - self.matched

    @property
    def recall(self) -> float | None:
        return self.matched / len(self.found) if self.found else None

    @property
    def median_lead(self) -> timedelta | None:
        leads = [each.lead for each in self.found if each.lead is not None]
        return median(leads) if leads else None  # type: ignore[type-var]


def compare(reference: Sequence[Episode], alerts: Sequence[Episode], since: datetime) -> Comparison:
    """An episode is matched if any alert overlaps it, however many do: one alert may cover two episodes, and two one.

    `alerts` come by rising time and do not overlap one another, so that those of an episode stand side by side.
    """
    begins = [each.opened_at for each in alerts]
    ends = [each.closed_at or _NEVER for each in alerts]
    found, changes = [], [0] * (len(alerts) + 1)
    for episode in reference:
        first = bisect_right(ends, episode.opened_at)
        beyond = max(bisect_left(begins, episode.closed_at or _NEVER), first)
        changes[first] += 1
        changes[beyond] -= 1
        alert = alerts[first] if first < beyond else None
        lead = episode.opened_at - alert.opened_at if alert and episode.opened_at >= since else None
        found.append(Found(episode, alert, lead))
    covering = accumulate(changes[:-1])
    return Comparison(found, [alert for alert, episodes in zip(alerts, covering, strict=True) if not episodes])


class Ruling(StrEnum):
    PROPOSED = "proposed"
    DAMPED = "damped"
    COOLING_DOWN = "cooling_down"
    CAPPED = "capped"


@dataclass(frozen=True, slots=True)
class Damping:
    """A2. `cap` adjustments at most within any `period`; `cool_down` after each."""

    half_life: timedelta
    cool_down: timedelta = timedelta(0)
    cap: int | None = None
    period: timedelta = timedelta(days=90)


@dataclass(slots=True)
class _Damper:
    """The penalty `P(t) = P0 * 2^(-dt/H)`: as RFC 2439 damps flapping routes, but only what was let through adds to it."""

    damping: Damping
    penalty: float = 0.0
    suppressing: bool = False
    passed: list[datetime] = field(default_factory=list)

    def rule(self, at: datetime) -> Ruling:
        damping, last = self.damping, self.passed[-1] if self.passed else None
        if last is not None:
            decayed = self.penalty * 2.0 ** (-((at - last) / damping.half_life))
            self.suppressing = self.suppressing and decayed >= REUSE
            if self.suppressing:
                return Ruling.DAMPED
            if at - last < damping.cool_down:
                return Ruling.COOLING_DOWN
            if damping.cap is not None and at - self._before_last(damping.cap) < damping.period:
                return Ruling.CAPPED
            self.penalty = decayed
        self.penalty += PENALTY
        self.suppressing = self.penalty > SUPPRESS
        self.passed.append(at)
        return Ruling.PROPOSED

    def _before_last(self, count: int) -> datetime:
        """When the last but `count - 1` was let through."""
        return self.passed[-count] if count <= len(self.passed) else _LONG_AGO


def damp(times: Sequence[datetime], damping: Damping) -> list[Ruling]:
    """What becomes of the adjustment that an alert at each of these rising times calls for."""
    damper = _Damper(damping)
    return [damper.rule(at) for at in times]
