"""The agreed path of a KPI."""

from datetime import timedelta

import pytest
from objectives.samples import START

from entente_objectives.objectives import domain
from entente_objectives.objectives.domain import Direction, Path

DUE = START + timedelta(days=100)


@pytest.mark.parametrize(("target", "direction"), [(80.0, Direction.FALLING), (120.0, Direction.RISING)])
def test_the_target_tells_the_direction(target, direction):
    assert Path(100.0, target, START, DUE).direction is direction


@pytest.mark.parametrize(("day", "planned"), [(-10, 100.0), (0, 100.0), (25, 95.0), (100, 80.0), (500, 80.0)])
def test_the_plan_is_a_line_from_baseline_to_target(day, planned):
    assert Path(100.0, 80.0, START, DUE).planned(START + timedelta(days=day)) == pytest.approx(planned)


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
