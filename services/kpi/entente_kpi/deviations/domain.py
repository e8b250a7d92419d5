"""One crossing, one deviation: which crossings a new evaluation confirms, moves, adds or annuls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..trajectories.domain import Assessment


@dataclass(frozen=True, slots=True)
class Crossing:
    """A deviation that stands: its number, and when (event time) it was opened and closed."""

    number: int
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Span:
    """A crossing as an evaluation saw it. `opened` is None where it had been opened before the samples evaluated.

    `latest` is the last sample in one that is still open.
    """

    opened_at: datetime
    opened: Assessment | None = None
    closed: Assessment | None = None
    latest: Assessment | None = None

    def overlaps(self, crossing: Crossing) -> bool:
        begins_before_its_end = crossing.closed_at is None or self.opened_at < crossing.closed_at
        return begins_before_its_end and (self.closed is None or crossing.opened_at < self.closed.at)


def open_crossing(standing: Sequence[Crossing], at: datetime) -> Crossing | None:
    """The crossing that was open just after `at`."""
    return next(
        (each for each in standing if each.opened_at <= at and (each.closed_at is None or each.closed_at > at)), None
    )


def unsettled(standing: Sequence[Crossing], after: datetime) -> list[Crossing]:
    """The crossings that an evaluation of what is later than `after` may change."""
    return [each for each in standing if each.closed_at is None or each.closed_at > after]


def match(standing: Sequence[Crossing], spans: Sequence[Span]) -> list[tuple[Crossing | None, Span | None]]:
    """Pair the crossings that stood with those seen now, by rising time.

    A crossing that is seen again, even if it begins or ends at another time, keeps its number; where several have become
    one, the first that was raised goes on. (None, span) is a new one; (crossing, None) would not have fired.
    """
    left = sorted(standing, key=lambda each: each.number)
    pairs: list[tuple[Crossing | None, Span | None]] = []
    for span in spans:
        known = next((each for each in left if span.overlaps(each)), None)
        if known:
            left.remove(known)
        pairs.append((known, span))
    return [(each, None) for each in left] + pairs
