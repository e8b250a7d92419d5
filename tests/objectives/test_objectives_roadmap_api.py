"""A partnership plans: actions, what waits for what, milestones, and the earliest schedule."""

from objectives.roadmaps import calendar, planned


async def test_two_parties_plan_and_see_the_earliest_days_that_both_calendars_allow(scene):
    closed = {"name": "Stocktaking", "first_on": "2026-01-08", "days": 2}
    plan = await planned(scene, calendar(), calendar("Depot", blackouts=[closed]))
    await plan.action("Draw", 3)
    await plan.action("Build", 2, party=1)
    await plan.action("Hand over", 1, calendar_ids=plan.calendars)
    await plan.wait("Build", "Draw")
    await plan.wait("Hand over", "Build", lag=1)
    schedule = await plan.schedule()
    assert schedule["feasible"] is True
    assert plan.days(schedule) == {
        "Draw": ("2026-01-05", "2026-01-07", "2026-01-07"),
        "Build": ("2026-01-12", "2026-01-13", "2026-01-13"),  # the depot is closed on Thursday and Friday
        "Hand over": ("2026-01-15", "2026-01-15", "2026-01-15"),
    }
    other = plan.circle.organisations[1]["sponsor"]
    unplanned = await other.get(f"{plan.path}/roadmap/actions/{plan.ids['Build']}")
    assert unplanned["planned_from"] is None
    await other.post(f"{plan.path}/roadmap/schedules/{schedule['id']}/acceptance", {})
    seen = await plan.manager().get(f"{plan.path}/roadmap/actions/{plan.ids['Build']}")
    assert (seen["planned_from"], seen["planned_done"]) == ("2026-01-12", "2026-01-13")
    assert seen["schedule_id"] == schedule["id"]
