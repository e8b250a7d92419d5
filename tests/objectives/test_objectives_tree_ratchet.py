"""A goal that is moved again and again needs a heavier tier each time it has gone far, however small the steps."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from objectives.charters import mandate, mandates, objective

from entente_objectives.mandates.domain import Tier
from entente_objectives.objectives.domain import Band, Curve, Path
from entente_objectives.rebaselining.domain import Shift, raised, shift

START = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = Path(100.0, 80.0, START, START + timedelta(days=400))


def asked(target=80.0, days=400, path=FIRST):
    return path.moved(95.0, target, START + timedelta(days=90), START + timedelta(days=days))


@pytest.mark.parametrize(
    ("target", "days", "tiers"),
    [
        (80, 400, 0),
        (82, 440, 0),
        (82.1, 400, 1),
        (77.9, 400, 1),
        (80, 441, 1),
        (85, 400, 1),
        (85.1, 400, 2),
        (80, 501, 2),
    ],
)
def test_more_than_a_tenth_raises_by_one_tier_and_more_than_a_quarter_by_two(target, days, tiers):
    assert shift(FIRST, asked(target, days)).tiers == tiers


def test_a_shift_is_told_as_shares_of_the_first_way_and_the_first_duration():
    assert shift(FIRST, asked(85.0, 500)) == Shift(target=0.25, due=0.25)


def test_the_first_baseline_measures_a_shift_whatever_the_present_one_is():
    near = asked(81.0)  # from 95 on: a shift of 1 would be a fourteenth of the way that is left
    assert shift(FIRST, near).target == pytest.approx(0.05)


def test_into_a_band_the_way_is_at_least_as_long_as_the_band_is_wide():
    inside = Path(80.0, 80.0, START, START + timedelta(days=400), Curve.LINEAR, (), Band(75.0, 85.0))
    assert shift(inside, asked(81.0, path=inside)).target == pytest.approx(0.1)


def test_a_way_of_next_to_nothing_gives_a_share_that_can_be_written():
    assert shift(Path(0.0, 5e-324, *((FIRST.starts_at, FIRST.due_at))), asked(80.0)).target == 1e6


@given(tier=st.sampled_from(Tier), tiers=st.integers(0, 2))
def test_a_tier_is_raised_and_never_lowered(tier, tiers):
    heavier = raised(tier, tiers)
    assert heavier.rank == min(tier.rank + tiers, 3)


@given(steps=st.lists(st.floats(-3, 3), max_size=20), start=st.floats(-50, 50), way=st.floats(1, 50))
def test_small_steps_weigh_what_one_large_step_weighs(steps, start, way):
    first = Path(start, start + way, START, START + timedelta(days=400))
    path = first
    for step in steps:
        path = path.moved(path.baseline, path.target + step, START, path.due_at)
    at_once = first.moved(first.baseline, path.target, START, first.due_at)
    assert shift(first, path) == shift(first, at_once)


async def moving(scene, tier):
    """A circle whose paths are moved by `tier`: its one objective, and the address of requests to move it."""
    circle = await scene.circle("1", "1")
    terms = [each for each in mandates() if each["domain"] == "adjustment"]
    await circle.agree(objectives=[objective()], mandates=[*terms, mandate(tier, domain="rebaseline")])
    target = (await circle.first["sponsor"].get(f"{circle.path}/objectives"))["items"][0]
    return circle, f"{circle.path}/objectives/{target['id']}/rebaselines"


async def move(circle, path, target, due_at="2027-01-01T00:00:00Z"):
    """Ask for another path, have whoever decides agree, and return the decision as it was opened."""
    body = {"baseline": 99.0, "target": target, "due_at": due_at, "reason": "Later than thought"}
    made = await circle.first["manager"].post(path, body)
    decision = await circle.first["sponsor"].get(f"{circle.path}/decisions/{made['decision_id']}")
    who = {"alliance_managers": "manager", "committee": "delegate", "sponsors": "sponsor"}[decision["tier"]]
    for organisation in circle.organisations:
        closed = await organisation[who].post(f"{circle.path}/decisions/{decision['id']}/votes", {"choice": "yes"})
    assert closed["status"] == "approved"
    return decision


async def test_small_steps_one_after_the_other_come_before_heavier_tiers(scene):
    circle, path = await moving(scene, "alliance_managers")
    steps = [await move(circle, path, target) for target in (81.5, 83.0, 84.5, 86.0)]
    assert [(each["mandated_tier"], each["tier"]) for each in steps] == [
        ("alliance_managers", "alliance_managers"),
        ("alliance_managers", "committee"),
        ("alliance_managers", "committee"),
        ("alliance_managers", "sponsors"),
    ]
    assert steps[0]["raised_by"] is None
    assert steps[-1]["raised_by"] == {
        "rule_version": "goal-ratchet/1",
        "target_share": pytest.approx(0.3),
        "due_share": 0.0,
        "tiers": 2,
    }
    back = await move(circle, path, 81.0)
    assert back["tier"] == "alliance_managers", "a goal that comes back to where it was needs nobody heavier"


async def test_a_due_date_that_slips_raises_the_tier_as_well(scene):
    circle, path = await moving(scene, "committee")
    first = await move(circle, path, 80.0, "2027-02-01T00:00:00Z")
    second = await move(circle, path, 80.0, "2027-03-01T00:00:00Z")
    assert [first["tier"], second["tier"]] == ["committee", "sponsors"]
    assert second["raised_by"]["due_share"] == pytest.approx(59 / 365)


async def test_where_the_sponsors_decide_anyway_nothing_is_raised(scene):
    circle, path = await moving(scene, "sponsors")
    decision = await move(circle, path, 95.0)
    assert (decision["tier"], decision["raised_by"]) == ("sponsors", None)


async def test_a_tier_that_was_raised_keeps_the_lighter_one_from_voting(scene):
    circle, path = await moving(scene, "alliance_managers")
    body = {"baseline": 99.0, "target": 90.0, "due_at": "2027-01-01T00:00:00Z", "reason": "Out of reach"}
    made = await circle.first["manager"].post(path, body)
    status, problem = await circle.first["manager"].refused(
        "POST", f"{circle.path}/decisions/{made['decision_id']}/votes", {"choice": "yes"}
    )
    assert (status, problem["type"]) == (403, "urn:entente:problem:not-an-elector")
