"""Whatever stands in a field of a calendar or of the roadmap, the answer is never an error of ours."""

import copy

import pytest
from objectives.roadmaps import OFFICE, calendar, planned
from objectives.test_objectives_hostile_bodies import statuses

SPELL = {"name": "x", "first_on": "2026-01-01", "days": 2, "rrule": "FREQ=YEARLY;COUNT=3"}


@pytest.mark.slow
async def test_hostile_calendars_and_windows_are_refused_or_taken_but_never_an_error_of_ours(scene):
    plan = await planned(scene)
    everything = calendar(
        "x", shared=True, holidays=[SPELL], cycles=[SPELL], validation_days=1, hours=[copy.deepcopy(OFFICE)]
    )
    windows = {
        "calendar_ids": plan.calendars,
        "starts_at": "2026-01-05T00:00:00Z",
        "ends_at": "2026-01-07T00:00:00Z",
        "length": "PT2H",
        "deadlines": ["2026-01-06T12:00:00Z"],
        "limit": 2,
    }
    for path, body in {"/calendars": everything, "/calendars/windows": windows}.items():
        async for leaf, value, answer in statuses(plan.manager(), f"{plan.path}{path}", body):
            assert answer.status_code in {200, 201, 409, 422}, (path, leaf, value, answer.text)


@pytest.mark.slow
async def test_hostile_actions_milestones_reports_and_schedules_are_no_error_of_ours(scene):
    budget = [{"name": "x", "first_on": "2026-01-01", "days": 90}]
    plan = await planned(scene, calendar(budget_windows=budget, cycles=budget), calendar())
    for title in ("A", "B"):
        await plan.action(title)
    texts = {"kind": "process_change", "process_before": "x", "process_after": "y"}
    days = {"earliest_on": "2026-01-05", "deadline_on": "2026-03-05"}
    action = await plan.body(
        "C", 2, needs_budget=True, at_cycle_start=True, validator_ids=[str(plan.circle.parties[1])], **days, **texts
    )
    report = {"status": "under_way", "progress": 0.5, "began_on": "2026-01-05", "finished_on": None}
    bodies = {
        "/actions": action,
        f"/actions/{plan.ids['A']}/reports": report,
        "/dependencies": {"before_id": plan.ids["A"], "after_id": plan.ids["B"], "lag": 1},
        "/milestones": {"title": "M", "due_on": "2026-03-05", "objective_id": None, "action_ids": [plan.ids["A"]]},
        "/schedules": {"from_on": "2026-01-05", "horizon": 100},
    }
    for path, body in bodies.items():
        async for leaf, value, answer in statuses(plan.manager(), f"{plan.path}/roadmap{path}", body):
            assert answer.status_code in {201, 409, 422}, (path, leaf, value, answer.text)
    milestone = await plan.milestone("M", "2026-03-05", "B")
    path = f"{plan.path}/roadmap/milestones/{milestone['id']}/reached"
    async for leaf, value, answer in statuses(plan.manager(), path, {"reached_on": "2026-01-05"}):
        assert answer.status_code in {201, 409, 422}, (leaf, value, answer.text)
