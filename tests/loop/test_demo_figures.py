"""The pure parts of the demonstration: the series that it replays, its moments and its chart."""

from datetime import UTC, datetime
from statistics import fmean
from xml.etree import ElementTree as ET

import pytest

from entente_local.demo import charts, figures
from entente_local.demo.moments import Moment, Tone, moments
from entente_local.demo.svg import ticks

MONTHS = [datetime(1969 + index // 12, index % 12 + 1, 1, tzinfo=UTC) for index in range(192)]
SEASON = [0.5, 0.75, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.25, 1.5]


def seasonal(level):
    return [(at, level * SEASON[at.month - 1]) for at in MONTHS]


def test_the_factors_of_a_purely_seasonal_series_are_its_season():
    assert figures.seasonal_factors(seasonal(80.0)) == pytest.approx(SEASON)


def test_factors_have_mean_one_and_come_from_the_reference_years_alone():
    real = figures.read_months()["drivers"]
    later = [(at, value if at.year < 1975 else 3 * value) for at, value in real]
    assert fmean(figures.seasonal_factors(real)) == pytest.approx(1.0)
    assert figures.seasonal_factors(later) == figures.seasonal_factors(real)


def test_a_purely_seasonal_series_is_smoothed_to_its_level():
    assert [value for _, value in figures.smoothed(seasonal(80.0))] == pytest.approx([80.0] * 190)


def test_a_mean_looks_back_over_three_months_only():
    assert figures.trailing_means([(at, float(n)) for n, at in enumerate(MONTHS[:5])]) == [
        (MONTHS[2], 1.0),
        (MONTHS[3], 2.0),
        (MONTHS[4], 3.0),
    ]


def test_the_baseline_is_the_mean_of_the_real_months_of_1975():
    real = figures.read_months()
    assert {subject: round(figures.baseline(series), 2) for subject, series in real.items()} == {
        "drivers": 1601.08,
        "front_passengers": 775.25,
        "rear_passengers": 384.75,
    }


def test_moved_months_keep_their_leap_days_and_come_back():
    for at in MONTHS:
        moved = figures.move(at)
        assert (moved - figures.move(MONTHS[0])) == at - MONTHS[0]
        assert figures.original(moved) == f"{at:%Y-%m}"


def test_ticks_are_round_and_inside():
    assert ticks(293.4, 512.0) == [300, 350, 400, 450, 500]
    assert ticks(0.0, 1.0) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])


def node(event_id, name, causation_id, **data):
    return {
        "event_id": event_id,
        "type": f"entente.kpi.{name}.v1",
        "causation_id": causation_id,
        "occurred_at": "2026-11-22T12:00:00+00:00",
        "rule_version": None,
        "data": data,
    }


def test_a_fact_without_a_moment_of_its_own_happened_when_its_cause_did():
    trace = {
        "saga": {"kpi_id": "k"},
        "nodes": [
            node("a", "deviation_opened", None, at="2024-03-01T00:00:00+00:00", gap=-21.0),
            node("b", "deviation_changed", "a"),
            node("c", "adjustment_infeasible", "a", best_effect=-5.0, gap=-21.0),
        ],
    }
    assert [(each.event_id, f"{each.at:%Y-%m}", each.text) for each in moments(trace)] == [
        ("a", "2024-03", "Off plan by +21"),
        ("c", "2024-03", "Infeasible: the levers reach -5 of -21"),
    ]


def test_the_chart_is_well_formed_and_shows_series_plans_deviations_and_decisions():
    points = [(figures.move(at), 400.0 + index) for index, at in enumerate(MONTHS)]
    plan = charts.Plan(points[84][0], points[-1][0], 400.0, 320.0, points[-1][0])
    taken = Moment(
        "e", points[90][0], "decision_taken", "Refused <by> the committee & noted", Tone.BAD, "k", decisive=True
    )
    panel = charts.Panel("Drivers", points, [plan], [(points[88][0], points[95][0]), (points[180][0], None)], [taken])

    drawing = ET.fromstring(charts.draw("Title", "Subtitle", [panel, panel], figures.move(MONTHS[168])))

    namespace = "{http://www.w3.org/2000/svg}"
    texts = [each.text for each in drawing.iter(f"{namespace}text")]
    assert texts.count("Refused <by> the committee & noted") == 2
    assert len(list(drawing.iter(f"{namespace}polyline"))) == 4
    assert sum(each.get("fill") == charts.BAND for each in drawing.iter(f"{namespace}rect")) == 5  # one is the legend's
