"""Feedback as it goes: a rating with its words, and how the ratings of a record move."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction

from entente_objectives.visibility.domain import Visibility
from entente_shared.errors import N_, Unprocessable

LOWEST, HIGHEST = 1, 5


class InvalidFeedback(Unprocessable):
    slug, title = "invalid-feedback", N_("Feedback cannot be given like this")


@dataclass(frozen=True, slots=True)
class Month:
    """`mean` of the `count` ratings that were given in the month that begins on `month` (UTC)."""

    month: date
    count: int
    mean: float


@dataclass(frozen=True, slots=True)
class Trend:
    """`change`: the mean of the latest month less that of the one before it with ratings; None with fewer than two."""

    count: int
    mean: float | None
    change: float | None
    months: tuple[Month, ...]


def check_visibility(visibility: Visibility) -> None:
    if visibility is Visibility.NAMED:
        raise InvalidFeedback(N_("visibility: feedback is shared, or stays within your party."), pointer="/visibility")


def trend(ratings: Iterable[tuple[datetime, int]]) -> Trend:
    """By calendar months, those without ratings left out. Means are exact until they are shown."""
    by_month = defaultdict[date, list[int]](list)
    for at, rating in ratings:
        by_month[at.astimezone(UTC).date().replace(day=1)].append(rating)
    means = {month: Fraction(sum(given), len(given)) for month, given in sorted(by_month.items())}
    months = tuple(Month(month, len(by_month[month]), float(mean)) for month, mean in means.items())
    given = [rating for ratings in by_month.values() for rating in ratings]
    last = list(means.values())[-2:]
    return Trend(
        count=len(given),
        mean=float(Fraction(sum(given), len(given))) if given else None,
        change=float(last[1] - last[0]) if len(last) == 2 else None,
        months=months,
    )
