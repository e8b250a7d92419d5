"""The deviations of the real series, as the domain alone computes them and as the service finds them."""

import csv
from datetime import UTC, datetime, timedelta
from importlib import resources
from statistics import fmean
from uuid import UUID

import pytest
from kpi.kpi_world import DAY, START

from entente_kpi.evaluation.domain import Machine, Rule, run
from entente_kpi.trajectories.domain import BEGINNING, Path, Segment, Trajectory

RULE = Rule(
    theta_on=-0.25,
    theta_off=-0.1,
    hold=timedelta(0),
    keep=timedelta(0),
    stale_after=None,
    evaluation_delay=timedelta(0),
)
EXPECTED = {
    "drivers_killed_or_seriously_injured": [
        ("1976-02", "1976-03"), ("1976-12", "1977-03"), ("1977-08", "1983-03"), ("1984-10", None),
    ],
    "front_passengers_ksi": [("1976-01", "1976-04"), ("1976-12", "1977-03"), ("1977-07", "1983-02")],
    "rear_passengers_ksi": [
        ("1976-01", "1976-06"), ("1977-12", "1978-06"), ("1978-07", "1978-10"), ("1978-11", "1979-06"),
        ("1979-10", "1980-08"), ("1980-11", None),
    ],
}  # fmt: skip
BEGINS, DUE = datetime(1976, 1, 1, tzinfo=UTC), datetime(1984, 12, 1, tzinfo=UTC)


def monthly(column):
    text = resources.files("entente_local").joinpath("data/uk_road_casualties_1969_1984.csv").read_text()
    return {
        datetime.strptime(row["month"], "%Y-%m").replace(tzinfo=UTC): float(row[column])
        for row in csv.DictReader(text.splitlines())
    }


def seasonal_factors(series):
    """The mean ratio of each month to its year's mean over 1969 to 1974, normalised to mean 1."""
    years = {year: fmean(value for at, value in series.items() if at.year == year) for year in range(1969, 1975)}
    ratios = [
        fmean(value / years[at.year] for at, value in series.items() if at.year in years and at.month == month)
        for month in range(1, 13)
    ]
    return [ratio / fmean(ratios) for ratio in ratios]


def adjusted_means(series):
    """Trailing means over three seasonally adjusted months."""
    factors = seasonal_factors(series)
    adjusted = [(at, value / factors[at.month - 1]) for at, value in sorted(series.items())]
    return [
        (at, fmean(value for _, value in adjusted[index - 2 : index + 1]))
        for index, (at, _) in enumerate(adjusted)
        if index >= 2
    ]


def plan_of(column):
    months = monthly(column)
    baseline = fmean(
        value for at, value in months.items() if at.year == 1975
    )  # of the real months, before any adjustment
    return adjusted_means(months), baseline


@pytest.mark.parametrize("column", EXPECTED)
async def test_the_service_finds_them_too_as_the_months_come_in(kpis, column):
    points, baseline = plan_of(column)
    kpi = await kpis.define()
    await kpi.agree(baseline=baseline, target=0.8 * baseline, starts_at=BEGINS, due_at=DUE)
    for year in range(1969, 1985):
        await kpi.push({(at - START) / DAY: value for at, value in points if at.year == year})

    found = [(each["opened_at"][:7], each["closed_at"] and each["closed_at"][:7]) for each in await kpi.deviations()]
    assert found == EXPECTED[column]


@pytest.mark.parametrize("column", EXPECTED)
def test_deviations_of_the_real_series_are_those_of_the_specification(column):
    points, baseline = plan_of(column)
    plan = Trajectory(UUID(int=1), 1, baseline, 0.8 * baseline, BEGINS, DUE)

    _, spans = run(RULE, Path([Segment(BEGINNING, plan)]), Machine(), None, points)

    found = [(f"{span.opened_at:%Y-%m}", span.closed and f"{span.closed.at:%Y-%m}") for span in spans]
    assert found == EXPECTED[column]
