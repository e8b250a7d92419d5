"""What fires and what recovers. Both kinds of rule drive the same machine."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

_NOTHING = timedelta(0)
# SRE Workbook, ch. 5, whose windows are for a sample a minute: 14.4 over 1 h and 5 min, 6 over 6 h and 30 min.
_WORKBOOK = ((14.4, 60, 5), (6.0, 360, 30))


class RuleKind(StrEnum):
    """THRESHOLD looks at each sample, BURN_RATE at the share of bad ones."""

    THRESHOLD = "threshold"
    BURN_RATE = "burn_rate"


@dataclass(frozen=True, slots=True)
class BurnWindow:
    """Burning too fast: the bad share exceeds `factor` times the allowed one in the long and in the short window."""

    factor: float
    long: timedelta
    short: timedelta


@dataclass(frozen=True, slots=True)
class BurnRate:
    """`allowed` is the share of samples that may be bad. Any of the windows fires."""

    allowed: float
    windows: tuple[BurnWindow, ...]


def usual_windows(cadence: timedelta) -> tuple[BurnWindow, ...]:
    """The Workbook's, as many samples long as they are there."""
    return tuple(BurnWindow(factor, long * cadence, short * cadence) for factor, long, short in _WORKBOOK)


@dataclass(frozen=True, slots=True)
class Rule:
    """Fires when it has been fulfilled for `hold`; recovers when it has not been for `keep`, on `e = p - p*`.

    A threshold rule is fulfilled by `e <= theta_on`. A burn rate is, while too large a share of the samples is bad, which
    is `e <= theta_on` again. Either recovers at `e >= theta_off` where it is not fulfilled.
    """

    theta_on: float
    theta_off: float
    hold: timedelta
    keep: timedelta
    stale_after: timedelta | None
    evaluation_delay: timedelta
    burn: BurnRate | None = None

    @property
    def kind(self) -> RuleKind:
        return RuleKind.THRESHOLD if self.burn is None else RuleKind.BURN_RATE

    @property
    def reach(self) -> timedelta:
        """How far back a sample counts."""
        return _NOTHING if self.burn is None else max(window.long for window in self.burn.windows)


@dataclass(slots=True)
class _Share:
    """The samples of the last `length`, the end included and the beginning not."""

    length: timedelta
    seen: deque[tuple[datetime, bool]] = field(default_factory=deque)
    bad: int = 0

    def add(self, at: datetime, *, bad: bool) -> None:
        self.seen.append((at, bad))
        self.bad += bad
        while at - self.seen[0][0] >= self.length:
            self.bad -= self.seen.popleft()[1]

    def burns(self, allowed: float) -> float:
        return self.bad / len(self.seen) / allowed


class Signal:
    """Tells for one sample after the other whether the rule is fulfilled. It forgets what is older than its windows."""

    def __init__(self, rule: Rule) -> None:
        self._rule, burn = rule, rule.burn
        lengths = {length for window in burn.windows for length in (window.long, window.short)} if burn else ()
        self._shares = {length: _Share(length) for length in lengths}

    def fulfilled(self, at: datetime, deviation: float) -> bool:
        """Whether the rule is, at a sample later than those before."""
        bad, burn = deviation <= self._rule.theta_on, self._rule.burn
        if burn is None:
            return bad
        for share in self._shares.values():
            share.add(at, bad=bad)
        return any(
            self._shares[window.long].burns(burn.allowed) > window.factor
            and self._shares[window.short].burns(burn.allowed) > window.factor
            for window in burn.windows
        )
