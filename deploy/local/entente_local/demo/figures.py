"""From the real months to the series that the demonstration replays. Pure: the same months give the same series.

Casualties have a season: a December is far above the year's mean whatever anybody does. Each month is therefore divided by
its seasonal factor, the mean ratio of that month to its year's mean over 1969 to 1974 (the classical ratio-to-mean
decomposition), with the twelve factors normalised to mean 1; and because a single month is noisy, a sample is the mean of
three adjusted months, its own and the two before it.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from statistics import fmean

REFERENCE_YEARS = range(1969, 1975)
BASELINE_YEAR = 1975
SPAN = 3
YEARS_MOVED = 48
"""A multiple of four keeps the leap days, and with them the planned curve, as they were: 1976 to 1984 become 2024 to 2032."""

Series = Sequence[tuple[datetime, float]]
"""First moments of months (UTC), rising and without a gap, each with its value."""


@dataclass(frozen=True)
class Subject:
    """A series of the file: what it is called in the partnership, and its column."""

    key: str
    column: str


SUBJECTS = (
    Subject("drivers", "drivers_killed_or_seriously_injured"),
    Subject("front_passengers", "front_passengers_ksi"),
    Subject("rear_passengers", "rear_passengers_ksi"),
)


def read_months() -> dict[str, Series]:
    """The real months of each subject, by its key."""
    text = resources.files("entente_local").joinpath("data/uk_road_casualties_1969_1984.csv").read_text("utf-8")
    return parse(text.splitlines())


def parse(lines: Iterable[str]) -> dict[str, Series]:
    rows = [(datetime.strptime(row["month"], "%Y-%m").replace(tzinfo=UTC), row) for row in csv.DictReader(lines)]
    return {subject.key: [(at, float(row[subject.column])) for at, row in rows] for subject in SUBJECTS}


def seasonal_factors(series: Series, years: Iterable[int] = REFERENCE_YEARS) -> list[float]:
    """The twelve factors, January first, of mean 1."""
    means = {year: mean_of_year(series, year) for year in years}
    ratios = [
        fmean(value / means[at.year] for at, value in series if at.month == month and at.year in means)
        for month in range(1, 13)
    ]
    return [ratio / fmean(ratios) for ratio in ratios]


def mean_of_year(series: Series, year: int) -> float:
    return fmean(value for at, value in series if at.year == year)


def seasonally_adjusted(series: Series, factors: Sequence[float]) -> Series:
    return [(at, value / factors[at.month - 1]) for at, value in series]


def trailing_means(series: Series, span: int = SPAN) -> Series:
    """The mean of each month and the `span - 1` before it; the first months, which lack some, are left out."""
    return [
        (at, fmean(value for _, value in series[index + 1 - span : index + 1]))
        for index, (at, _) in enumerate(series)
        if index + 1 >= span
    ]


def smoothed(series: Series) -> Series:
    """What the partnership watches: seasonally adjusted trailing three-month means."""
    return trailing_means(seasonally_adjusted(series, seasonal_factors(series)))


def baseline(series: Series) -> float:
    """The mean of the real months of 1975: over a whole year the season evens out by itself."""
    return mean_of_year(series, BASELINE_YEAR)


def move(at: datetime, years: int = YEARS_MOVED) -> datetime:
    """The same day `years` later (or earlier: a negative number brings a moved month back)."""
    return at.replace(year=at.year + years)


def original(at: datetime) -> str:
    """The month as it was, of a moment in the partnership's years."""
    return f"{move(at, -YEARS_MOVED):%Y-%m}"


def by_month(series: Mapping[str, Series]) -> list[tuple[datetime, dict[str, float]]]:
    """The series side by side: each month with the value of every subject that has one."""
    months: dict[datetime, dict[str, float]] = {}
    for key, points in series.items():
        for at, value in points:
            months.setdefault(at, {})[key] = value
    return sorted(months.items())
