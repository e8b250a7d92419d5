"""Pure rules of the kpi service, each by its own examples."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from entente_kpi.definitions import domain as definitions
from entente_kpi.deviations.domain import Crossing, Span, match
from entente_kpi.evaluation.domain import Machine, Rule, State, step
from entente_kpi.trajectories.domain import InvalidTrajectory, Path, Segment, Trajectory, extend, governing

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rule(**values):
    defaults = {
        "theta_on": -0.25, "theta_off": -0.1, "hold": 0 * HOUR, "keep": 0 * HOUR, "stale_after": None, "evaluation_delay": 0 * HOUR,
    }  # fmt: skip
    return Rule(**{**defaults, **values})


def states(of, deviations, gaps=None):
    machine, seen = Machine(), []
    for index, deviation in enumerate(deviations):
        machine = step(of, machine, START + (gaps[index] if gaps else index) * HOUR, deviation)
        seen.append(machine.state)
    return seen


OK, PENDING, FIRING, RECOVERING = State.OK, State.PENDING, State.FIRING, State.RECOVERING


def test_without_holds_a_crossing_fires_and_recovers_at_once():
    assert states(rule(), [-0.24, -0.25, -0.11, -0.1]) == [OK, FIRING, FIRING, OK]


def test_a_crossing_fires_after_it_held_and_recovers_after_it_kept():
    held = rule(hold=2 * HOUR, keep=1 * HOUR)
    assert states(held, [-0.3, -0.3, -0.3, 0, -0.2, 0, 0]) == [
        PENDING,
        PENDING,
        FIRING,
        RECOVERING,
        FIRING,
        RECOVERING,
        OK,
    ]


def test_while_pending_a_value_between_the_thresholds_ends_it():
    assert states(rule(hold=2 * HOUR), [-0.3, -0.2, -0.3, -0.3, -0.3]) == [PENDING, OK, PENDING, PENDING, FIRING]


def test_a_gap_in_the_data_breaks_a_hold():
    gapped = rule(hold=2 * HOUR, keep=2 * HOUR, stale_after=3 * HOUR)
    assert states(gapped, [-0.3, -0.3, -0.3], gaps=[0, 4, 6]) == [PENDING, PENDING, FIRING]
    assert states(gapped, [-0.3, -0.3, 0, 0, 0], gaps=[0, 2, 3, 7, 9]) == [PENDING, FIRING, RECOVERING, RECOVERING, OK]
    assert states(rule(stale_after=HOUR), [-0.3, -0.3], gaps=[0, 9]) == [FIRING, FIRING]


def trajectory(**values):
    defaults = {
        "objective_id": UUID(int=1), "revision": 1, "baseline": 400.0, "target": 320.0, "starts_at": START, "due_at": START + 10 * HOUR,
    }  # fmt: skip
    return Trajectory(**{**defaults, **values})


def test_progress_is_right_for_rising_and_falling_targets():
    falling, rising = trajectory(), trajectory(baseline=10.0, target=20.0)
    assert [falling.progress(value) for value in (400, 360, 320, 280, 440)] == [0, 0.5, 1, 1.5, -0.5]
    assert [rising.progress(value) for value in (10, 15, 25)] == [0, 0.5, 1.5]
    assert [falling.planned(START + hours * HOUR) for hours in (-1, 0, 5, 10, 11)] == [0, 0, 0.5, 1, 1]
    found = falling.assess(START + 5 * HOUR, 380.0)
    assert (found.progress, found.planned, found.deviation, found.planned_value, found.gap) == (
        0.25,
        0.5,
        -0.25,
        360,
        -20,
    )


def test_progress_stays_finite_where_target_and_baseline_nearly_coincide():
    narrow = trajectory(baseline=0.0, target=5e-324)
    found = narrow.assess(START, 1e100)
    assert found.progress == found.deviation > 1e300
    assert trajectory(baseline=-1.7e308, target=1.7e308).assess(START + 5 * HOUR, 1e100).planned_value == 0


def test_a_trajectory_that_leads_nowhere_is_refused():
    with pytest.raises(InvalidTrajectory) as refused:
        trajectory(target=400.0)
    assert refused.value.pointer == "/target"
    with pytest.raises(InvalidTrajectory) as refused:
        trajectory(due_at=START)
    assert refused.value.pointer == "/due_at"


def test_a_path_knows_what_was_in_force_when():
    first, second = trajectory(), trajectory(revision=2, baseline=390.0)
    path = Path()
    assert not path
    assert path.current is None
    assert path.in_force(START) is None
    assert extend(path, None, START) is None
    path = Path([extend(path, first, START + 3 * HOUR)])
    assert path.assess(START + HOUR, 400.0).trajectory is first
    assert path.assess(START - HOUR, 400.0) is None
    assert extend(path, first, START + 4 * HOUR) is None
    path = Path([*path.segments, extend(path, second, START + 4 * HOUR)])
    assert [path.in_force(START + hours * HOUR).revision for hours in (3, 4)] == [1, 2]
    back_in_time = extend(path, None, START)
    assert back_in_time == Segment(START + 4 * HOUR, None)


def test_the_objective_that_starts_last_governs_whatever_was_heard_first():
    early, late = trajectory(), trajectory(objective_id=UUID(int=2), starts_at=START + HOUR)
    assert governing([]) is None
    assert governing([early, late]) is governing([late, early]) is late


def test_of_crossings_that_became_one_the_first_raised_goes_on():
    first, second = Crossing(1, START + 4 * HOUR, None), Crossing(2, START, START + HOUR)
    span = Span(START)
    assert match([second, first], [span]) == [(second, None), (first, span)]


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"theta_off": -0.25}, "/rule/theta_off"),
        ({"hold": -HOUR}, "/rule/for"),
        ({"keep": timedelta(days=40_000)}, "/rule/keep"),
        ({"evaluation_delay": -HOUR}, "/rule/evaluation_delay"),
        ({"stale_after": 0 * HOUR}, "/rule/stale_after"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(values, pointer):
    with pytest.raises(definitions.InvalidRule) as refused:
        definitions.check_rule(rule(**values))
    assert refused.value.pointer == pointer


def test_a_sensible_rule_and_cadence_pass():
    definitions.check_rule(rule(stale_after=HOUR))
    definitions.check_cadence(HOUR)
    with pytest.raises(definitions.InvalidCadence):
        definitions.check_cadence(0 * HOUR)
