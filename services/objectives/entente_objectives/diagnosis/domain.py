"""What revealed profiles say of one another: alignment of expectations (A6), compatibility of values and practices (A7).

Every number comes with its parts. Distances are Gower's (Gower 1971) on scales that are fixed beforehand: with the
observed ranges any two parties that differ would be as far apart as can be.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from uuid import UUID

from entente_objectives.concordance.domain import kendall_w, midranks, spearman_rho
from entente_objectives.frictions.domain import Pair
from entente_objectives.profiles.domain import (
    CULTURES,
    LARGEST_PRACTICE,
    POINTS,
    PRACTICES,
    Expectation,
    Expected,
    Profile,
)

RULE_VERSION = "diagnosis-1"
WEIGHTS: Mapping[str, float] = MappingProxyType({"importance": 1.0, "target": 1.0, "due_at": 1.0, "confidence": 1.0})
Profiles = Mapping[UUID, Profile]


@dataclass(frozen=True)
class Component:
    """A distance on one scale, 0 to 1; None where a party said nothing, which then does not count (Gower's delta)."""

    name: str
    distance: float | None
    weight: float


@dataclass(frozen=True)
class Distance:
    """Gower's distance of two parties, 0 to 1: the weighted mean of those of its components that both spoke of."""

    parties: Pair
    distance: float
    components: tuple[Component, ...]


@dataclass(frozen=True)
class Alignment:
    """Of one expectation: 1 less the mean distance of all pairs. `weight` is its mean importance, 0 to 1."""

    key: str
    alignment: float
    weight: float
    pairs: tuple[Distance, ...]


@dataclass(frozen=True)
class RankAgreement:
    """Whether the parties rank the expectations alike: `kendall_w` from three on, `spearman_rho` for two.

    `ranks` are by importance, 1 for the least, in the order of the expectations. None where it is undefined.
    """

    measure: str
    value: float | None
    ranks: Mapping[UUID, tuple[float, ...]]


@dataclass(frozen=True)
class Compatibility:
    """The least of all pairs', which `deciding` names. A pair's is 1 less its distance."""

    compatibility: float
    deciding: Pair
    pairs: tuple[Distance, ...]


@dataclass(frozen=True)
class Diagnosis:
    """`alignment` is the mean of the expectations', by their weights."""

    alignment: float
    expectations: tuple[Alignment, ...]
    rank_agreement: RankAgreement
    values_now: Compatibility
    values_preferred: Compatibility
    practices: Compatibility
    rule_version: str


def diagnose(profiles: Profiles, asked: Sequence[Expectation]) -> Diagnosis:
    """Of two or more parties' profiles, all of which speak of all that was asked."""
    expectations = tuple(align(profiles, each) for each in asked)
    return Diagnosis(
        alignment=sum(each.weight * each.alignment for each in expectations) / sum(e.weight for e in expectations),
        expectations=expectations,
        rank_agreement=rank_agreement({p: [profiles[p].expected[e.key].importance for e in asked] for p in profiles}),
        values_now=culture({party: each.now for party, each in profiles.items()}),
        values_preferred=culture({party: each.preferred for party, each in profiles.items()}),
        practices=practices({party: each.practices for party, each in profiles.items()}),
        rule_version=RULE_VERSION,
    )


def _gower(parties: Pair, components: Iterable[Component]) -> Distance:
    parts = tuple(components)
    spoken = [(part.distance, part.weight) for part in parts if part.distance is not None]
    total = sum(weight for _, weight in spoken)
    return Distance(parties, sum(distance * weight for distance, weight in spoken) / total, parts)


def _pairs(parties: Iterable[UUID]) -> Iterator[Pair]:
    return combinations(sorted(parties), 2)


def align(profiles: Profiles, asked: Expectation) -> Alignment:
    """A6 for one expectation."""
    spoken = {party: profile.expected[asked.key] for party, profile in profiles.items()}
    pairs = tuple(_gower((a, b), _components(asked, spoken[a], spoken[b])) for a, b in _pairs(spoken))
    mean = sum(pair.distance for pair in pairs) / len(pairs)
    weight = sum(each.importance for each in spoken.values()) / len(spoken) / POINTS
    return Alignment(asked.key, 1 - mean, weight, pairs)


def _components(asked: Expectation, a: Expected, b: Expected) -> Iterator[Component]:
    apart: dict[str, float | None] = dict.fromkeys(WEIGHTS)
    apart["importance"] = abs(a.importance - b.importance) / POINTS
    if a.target is not None and b.target is not None:
        apart["target"] = abs(a.target - b.target) / (asked.target_high - asked.target_low)
    if a.due_at is not None and b.due_at is not None:
        apart["due_at"] = abs(a.due_at - b.due_at) / (asked.due_until - asked.due_from)
    if a.confidence is not None and b.confidence is not None:
        apart["confidence"] = abs(a.confidence - b.confidence)
    return (Component(name, distance, WEIGHTS[name]) for name, distance in apart.items())


def rank_agreement(importance: Mapping[UUID, Sequence[float]]) -> RankAgreement:
    """For two parties W would call unrelated rankings 0.5, so that rho stands for it."""
    ranks = {party: tuple(midranks(scores)) for party, scores in importance.items()}
    if len(ranks) == 2:
        return RankAgreement("spearman_rho", spearman_rho(*ranks.values()), ranks)
    return RankAgreement("kendall_w", kendall_w(list(ranks.values())), ranks)


def culture(points: Mapping[UUID, Mapping[str, float]]) -> Compatibility:
    """A7 for values: `1 - sum|pa - pb| / 200` over the OCAI's four cultures (Cameron and Quinn, 2011).

    Each culture's part is its difference over 100 with weight 1/2: points that one has more another has less.
    """
    return _least(
        Distance(pair, sum(part.distance or 0.0 for part in parts) / 2, parts)
        for pair, parts in _compared(points, CULTURES, POINTS, 0.5)
    )


def practices(scales: Mapping[UUID, Mapping[str, float]]) -> Compatibility:
    """A7 for the ways of working, by Gower on scales from 0 to 10."""
    return _least(_gower(pair, parts) for pair, parts in _compared(scales, PRACTICES, LARGEST_PRACTICE, 1.0))


def _compared(
    scores: Mapping[UUID, Mapping[str, float]], names: Sequence[str], largest: float, weight: float
) -> Iterator[tuple[Pair, tuple[Component, ...]]]:
    for a, b in _pairs(scores):
        yield (a, b), tuple(Component(n, abs(scores[a][n] - scores[b][n]) / largest, weight) for n in names)


def _least(distances: Iterable[Distance]) -> Compatibility:
    pairs = tuple(distances)
    farthest = max(pairs, key=lambda pair: pair.distance)
    return Compatibility(1 - farthest.distance, farthest.parties, pairs)
