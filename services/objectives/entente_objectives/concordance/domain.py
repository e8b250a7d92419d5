"""How far rankings agree: Kendall's W for three or more, Spearman's rho for two."""

from collections import Counter
from collections.abc import Sequence
from math import sqrt


def midranks(scores: Sequence[float]) -> list[float]:
    """Ranks from 1 for the lowest score; equal scores share the mean of the ranks that they take up."""
    ordered = sorted(scores)
    first = {score: ordered.index(score) + 1 for score in set(scores)}
    many = Counter(scores)
    return [first[score] + (many[score] - 1) / 2 for score in scores]


def kendall_w(rankings: Sequence[Sequence[float]]) -> float | None:
    """Kendall's coefficient of concordance of m rankings of the same n items, 0 to 1, corrected for ties.

    `W = 12 S / (m^2 (n^3 - n) - m sum(t^3 - t))`, where S is the sum of squared deviations of the items' rank sums and
    t the size of each group of tied ranks (Kendall, Rank Correlation Methods, 1948; Siegel and Castellan, 1988, 9.6).
    None where it is undefined: fewer than two items, or nobody prefers any.
    """
    m, n = len(rankings), len(rankings[0]) if rankings else 0
    sums = [sum(ranking[item] for ranking in rankings) for item in range(n)]
    mean = sum(sums) / n if n else 0.0
    ties = sum(_ties(ranking) for ranking in rankings)
    largest = m * m * (n**3 - n) - m * ties
    return 12 * sum((each - mean) ** 2 for each in sums) / largest if largest > 0 else None


def _ties(ranking: Sequence[float]) -> float:
    return float(sum(many**3 - many for many in Counter(ranking).values()))


def spearman_rho(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Spearman's rank correlation, -1 to 1: Pearson's of the midranks, which is right with ties too (Spearman 1904).

    None where it is undefined: fewer than two items, or one side prefers none.
    """
    n = len(first)
    if n == 0:
        return None
    mean = (n + 1) / 2  # of any midranks
    one, other = [rank - mean for rank in first], [rank - mean for rank in second]
    spread = sqrt(sum(each * each for each in one) * sum(each * each for each in other))
    return sum(a * b for a, b in zip(one, other, strict=True)) / spread if spread > 0 else None
