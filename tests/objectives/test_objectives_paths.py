"""The agreed path of a KPI."""

from datetime import timedelta

import pytest
from objectives.samples import START

from entente_objectives.objectives import domain
from entente_objectives.objectives.domain import Band, Curve, Direction, Path, Step

DUE = START + timedelta(days=100)


@pytest.mark.parametrize(("target", "direction"), [(80.0, Direction.FALLING), (120.0, Direction.RISING)])
def test_the_target_tells_the_direction(target, direction):
    assert Path(100.0, target, START, DUE).direction is direction


def test_a_band_is_a_direction_of_its_own():
    assert Path(100.0, 80.0, START, DUE, band=Band(75.0, 85.0)).direction is Direction.BAND


def test_a_target_at_the_baseline_is_refused():
    with pytest.raises(domain.InvalidPath, match="equals the baseline") as refused:
        domain.check_path(Path(100.0, 100.0, START, DUE))
    assert refused.value.pointer == "/target"


def test_a_due_date_at_the_start_is_refused():
    with pytest.raises(domain.InvalidPath, match="not after the start") as refused:
        domain.check_path(Path(100.0, 80.0, START, START), "/objectives/3")
    assert refused.value.pointer == "/objectives/3/due_at"


def test_a_sound_path_is_accepted():
    domain.check_path(Path(100.0, 80.0, START, DUE))


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"band": Band(85.0, 75.0)}, "/band"),
        ({"band": Band(70.0, 75.0)}, "/target"),
        ({"curve": Curve.STEPS}, "/steps"),
        ({"steps": (Step(0.5, 0.5),)}, "/steps"),
        ({"curve": Curve.STEPS, "steps": (Step(0.0, 0.5),)}, "/steps/0/elapsed"),
        ({"curve": Curve.STEPS, "steps": (Step(0.5, 0.5), Step(0.5, 0.6))}, "/steps/1/elapsed"),
        ({"curve": Curve.STEPS, "steps": (Step(0.5, 0.5), Step(0.6, 0.4))}, "/steps/1/planned"),
    ],
)
def test_a_curve_or_band_that_leads_nowhere_is_refused(changes, pointer):
    with pytest.raises(domain.InvalidPath) as refused:
        domain.check_path(Path(100.0, 80.0, START, DUE, **changes), "/objectives/1")
    assert refused.value.pointer == f"/objectives/1{pointer}"


def test_a_baseline_may_lie_in_the_band_that_it_is_to_stay_in():
    domain.check_path(Path(80.0, 80.0, START, DUE, band=Band(75.0, 85.0)))


def test_a_moved_path_keeps_its_curve_and_its_band_goes_along():
    path = Path(100.0, 80.0, START, DUE, Curve.STEPS, (Step(0.5, 0.5),), Band(79.9, 80.2))
    moved = path.moved(90.0, 70.3, START + timedelta(days=1), DUE)
    assert (moved.baseline, moved.target, moved.curve, moved.steps) == (90.0, 70.3, Curve.STEPS, (Step(0.5, 0.5),))
    assert (moved.band.low, moved.band.high) == pytest.approx((70.2, 70.5))
    domain.check_path(moved)
