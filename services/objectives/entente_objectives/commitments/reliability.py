"""How far a party's word can be relied on (coherence of words and deeds).

A commitment that was kept on time counts 1, one kept late or broken 0; waived ones say nothing. An older one counts less:
`w = 2 ** (-age / half-life)` with the age since its due date. From the weighted share `p = sum(w * kept) / sum(w)` and the
effective number of observations `n = sum(w) ** 2 / sum(w ** 2)` (Kish, Survey Sampling, 1965) the index is the lower
bound of Wilson's score interval at 95 % (Wilson, JASA 22, 1927): few commitments, however well kept, prove little.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .domain import CommitmentStatus

HALF_LIFE = timedelta(days=180)
Z = 1.959963984540054
RULE_VERSION = "reliability/1"
COUNTED = (CommitmentStatus.KEPT, CommitmentStatus.LATE, CommitmentStatus.BROKEN)


@dataclass(frozen=True)
class Outcome:
    """A resolved commitment."""

    status: CommitmentStatus
    due_at: datetime


@dataclass(frozen=True)
class Part:
    """`count` commitments that together weigh `weight`."""

    count: int
    weight: float


@dataclass(frozen=True)
class Reliability:
    """`index` and `share` are 0 to 1, None where nothing was promised and due yet."""

    index: float | None
    share: float | None
    observations: float
    parts: dict[CommitmentStatus, Part]


def wilson(share: float, n: float) -> tuple[float, float]:
    """Both bounds of Wilson's score interval for a `share` of `n` observations, at 95 %."""
    centre = share + Z * Z / (2 * n)
    spread = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    low, high = (centre - spread) / (1 + Z * Z / n), (centre + spread) / (1 + Z * Z / n)
    return max(0.0, min(low, share)), min(1.0, max(high, share))  # rounding may put a bound beyond the share itself


def weigh(due_at: datetime, now: datetime) -> float:
    age = max(now - due_at, timedelta(0))
    return math.exp2(-(age / HALF_LIFE))


def assess(outcomes: Sequence[Outcome], now: datetime) -> Reliability:
    counts, weights = Counter[CommitmentStatus](), dict.fromkeys(COUNTED, 0.0)
    squares = 0.0
    for each in outcomes:
        if each.status in weights:
            weight = weigh(each.due_at, now)
            counts[each.status] += 1
            weights[each.status] += weight
            squares += weight * weight
    parts = {status: Part(counts[status], weights[status]) for status in COUNTED}
    total = sum(weights.values())
    if squares <= 0:  # nothing, or all so old that its weight is none
        return Reliability(None, None, 0.0, parts)
    share, n = min(1.0, weights[CommitmentStatus.KEPT] / total), total * total / squares
    return Reliability(wilson(share, n)[0], share, n, parts)
