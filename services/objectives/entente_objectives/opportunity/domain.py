"""Whether to enter the partnership: convergence as each party scores it, what the rule recommends, and who says go."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from entente_shared.errors import N_, Conflict

RULE_VERSION = "opportunity-1"


class Dimension(StrEnum):
    VISIONS = "visions"
    STRATEGIES = "strategies"
    RESOURCES = "resources"


class Position(StrEnum):
    GO = "go"
    NO_GO = "no_go"


class Status(StrEnum):
    OPEN = "open"
    GO = "go"
    NO_GO = "no_go"


class Advice(StrEnum):
    GO = "go"
    CONDITIONAL = "conditional"
    NO_GO = "no_go"


class CharterInForce(Conflict):
    slug, title = "charter-in-force", N_("The parties have signed already")


class AnalysisOpen(Conflict):
    slug, title = "analysis-open", N_("An analysis is open already")


class AnalysisConcluded(Conflict):
    slug, title = "analysis-concluded", N_("The analysis is concluded")


class ScoresAwaited(Conflict):
    slug, title = "scores-awaited", N_("Not every party has scored yet")


class ScoresSettled(Conflict):
    slug, title = "scores-settled", N_("A party has decided by these scores")


Scores = Mapping[UUID, Mapping[Dimension, int]]
LIMITS: Mapping[str, int] = MappingProxyType(
    {"go_mean": 60, "go_lowest": 40, "go_spread": 40, "no_go_mean": 40, "no_go_lowest": 20}
)


@dataclass(frozen=True)
class Convergence:
    """One dimension as the parties score it, 0 to 100. `spread` is from the lowest to the highest score."""

    dimension: Dimension
    scores: Mapping[UUID, int]
    mean: float
    lowest: int
    highest: int
    spread: int


@dataclass(frozen=True)
class Ground:
    """What speaks against a go: the `value` of a dimension, beyond the `limit` of LIMITS that `rule` names."""

    dimension: Dimension
    rule: str
    value: float
    limit: int


@dataclass(frozen=True)
class Recommendation:
    """`score` is the mean of the dimensions' means; `grounds` are what keeps the advice from being go."""

    advice: Advice
    score: float
    convergence: tuple[Convergence, ...]
    grounds: tuple[Ground, ...]
    rule_version: str


def converge(scores: Scores, dimension: Dimension) -> Convergence:
    given = {party: scores[party][dimension] for party in sorted(scores)}
    low, high = min(given.values()), max(given.values())
    return Convergence(dimension, given, sum(given.values()) / len(given), low, high, high - low)


def recommend(scores: Scores) -> Recommendation:
    """Of the scores of every party on every dimension; each party counts the same.

    no_go where a dimension's mean is below 40 or a party scores it below 20; go where each dimension's mean is at
    least 60, nobody scores it below 40 and the scores are at most 40 apart; else conditional.
    """
    parts = tuple(converge(scores, dimension) for dimension in Dimension)
    grounds = tuple(ground for part in parts for ground in _grounds(part))
    advice = Advice.CONDITIONAL if grounds else Advice.GO
    if any(ground.rule.startswith(Advice.NO_GO) for ground in grounds):
        advice = Advice.NO_GO
    return Recommendation(advice, sum(part.mean for part in parts) / len(parts), parts, grounds, RULE_VERSION)


def _grounds(part: Convergence) -> Iterator[Ground]:
    broken = {
        "go_mean": (part.mean, part.mean < LIMITS["go_mean"]),
        "go_lowest": (part.lowest, part.lowest < LIMITS["go_lowest"]),
        "go_spread": (part.spread, part.spread > LIMITS["go_spread"]),
        "no_go_mean": (part.mean, part.mean < LIMITS["no_go_mean"]),
        "no_go_lowest": (part.lowest, part.lowest < LIMITS["no_go_lowest"]),
    }
    return (Ground(part.dimension, rule, value, LIMITS[rule]) for rule, (value, holds) in broken.items() if holds)


def check_may_open(*, in_force: bool, one_is_open: bool) -> None:
    check_before_signing(in_force=in_force)
    if one_is_open:
        raise AnalysisOpen(N_("An analysis is open that not every party has decided on; decide on it first."))


def check_before_signing(*, in_force: bool) -> None:
    if in_force:
        raise CharterInForce(N_("A charter is in force; whether to enter the partnership is no question any more."))


def check_scorable(status: Status, *, decided: bool, scored: bool) -> None:
    """Scores that a sponsor decided by stay as they are; a party that has none yet may still give them."""
    check_open(status)
    if decided and scored:
        raise ScoresSettled(N_("A sponsor has decided by these scores; open another analysis once this is concluded."))


def check_open(status: Status) -> None:
    if status is not Status.OPEN:
        raise AnalysisConcluded(N_("Every party has decided on this analysis; open another to ask again."))


def check_decidable(status: Status, awaited: Collection[UUID]) -> None:
    check_open(status)
    if awaited:
        raise ScoresAwaited(N_("{count} parties have not scored yet; decide when all have."), count=len(awaited))


def conclude(positions: Mapping[UUID, Position], parties: Collection[UUID]) -> Status:
    """Go where every party says go, no_go where all have spoken and one does not, else open."""
    if set(parties) - set(positions):
        return Status.OPEN
    return Status.GO if all(each is Position.GO for each in positions.values()) else Status.NO_GO
