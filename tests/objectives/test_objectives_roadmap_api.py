"""A partnership plans: actions, what waits for what, milestones, and the earliest schedule."""

import asyncio
from uuid import UUID

import asyncpg
from objectives.roadmaps import calendar, planned
from support.stack import role_url

from entente_shared.ids import new_id


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


async def test_what_cannot_be_kept_is_named_in_words_with_the_least_that_has_to_give(scene):
    budget = {"name": "Commitments", "first_on": "2026-01-19", "days": 5}
    plan = await planned(scene, calendar(budget_windows=[budget]), calendar("Partner", validation_days=3))
    await plan.action("Buy", 2, needs_budget=True, validator_ids=[str(plan.circle.parties[1])])
    await plan.action("Chat", 1)
    await plan.milestone("Delivered", "2026-01-21", "Buy", "Chat")
    schedule = await plan.schedule()
    assert (schedule["feasible"], schedule["missed"]) == (False, 1)
    conflict = schedule["conflicts"][0]
    assert conflict["irreducible"] is True
    assert plan.named(conflict["constraints"]) == {
        ("milestone_due", "Delivered"),
        ("budget_window", "Buy"),
        ("validation", "Buy"),
    }
    assert {each["text"] for each in conflict["constraints"]} == {
        "“Buy” must be done by the due date of the milestone “Delivered”.",
        "“Buy” begins inside a budget window of its party.",
        "“Buy” is done when it was validated by the calendar “Partner”.",
    }
    assert (conflict["due_on"], conflict["needed_on"]) == ("2026-01-21", "2026-01-23")
    assert (conflict["smallest"]["constraint"]["kind"], conflict["smallest"]["days"]) in {
        ("milestone_due", 2),
        ("validation", 2),
    }
    path = f"{plan.path}/roadmap/schedules/{schedule['id']}"
    status, problem = await plan.manager().refused("POST", f"{path}/acceptance", {})
    assert (status, problem["type"].rpartition(":")[2]) == (409, "no-schedule")
    await plan.milestone("Kept", "2026-01-23", "Buy")
    body = {"title": "Delivered", "due_on": "2026-01-23", "action_ids": [plan.ids["Buy"]]}
    await plan.manager().request("PUT", f"{plan.path}/roadmap/milestones/{plan.ids['Delivered']}", body)
    again = await plan.schedule()
    assert again["feasible"] is True
    assert {each["reached_on"] for each in again["milestones"]} == {"2026-01-23"}
    inputs = await plan.manager(1).get(f"{path}/inputs")
    assert inputs["calendars"][plan.calendars[1]]["validation_days"] == 3
    assert [each["due_on"] for each in inputs["milestones"]] == ["2026-01-21"]


async def test_a_schedule_is_accepted_once_and_only_while_what_it_was_computed_from_holds(scene):
    plan = await planned(scene)
    await plan.action("Draw", 3)
    old = await plan.schedule()
    body = calendar(holidays=[{"name": "Strike", "first_on": "2026-01-06"}])
    changed = await plan.manager().request("PUT", f"{plan.path}/calendars/{plan.calendars[0]}", body)
    assert changed.status_code == 200
    path = f"{plan.path}/roadmap/schedules"
    status, problem = await plan.manager().refused("POST", f"{path}/{old['id']}/acceptance", {})
    assert (status, problem["type"].rpartition(":")[2]) == (409, "schedule-out-of-date")
    new = await plan.schedule()
    answers = await asyncio.gather(
        *(plan.manager(party).request("POST", f"{path}/{new['id']}/acceptance", {}) for party in (0, 1))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    action = await plan.manager().get(f"{plan.path}/roadmap/actions/{plan.ids['Draw']}")
    assert (action["planned_from"], action["planned_to"]) == ("2026-01-05", "2026-01-08")
    listed = (await plan.manager(1).get(path))["items"]
    assert [(each["id"], each["accepted_at"] is not None) for each in listed] == [(old["id"], False), (new["id"], True)]


async def test_actions_that_would_wait_for_each_other_are_refused(scene):
    plan = await planned(scene)
    for title in ("A", "B", "C"):
        await plan.action(title)
    await plan.wait("B", "A")
    await plan.wait("C", "B")
    path = f"{plan.path}/roadmap/dependencies"
    back = {"before_id": plan.ids["C"], "after_id": plan.ids["A"]}
    status, problem = await plan.manager().refused("POST", path, back)
    assert (status, problem["type"].rpartition(":")[2]) == (409, "dependency-cycle")
    assert problem["errors"][0]["pointer"] == "/before_id"
    itself = {"before_id": plan.ids["A"], "after_id": plan.ids["A"]}
    assert (await plan.manager().refused("POST", path, itself))[0] == 409


async def test_of_two_dependencies_at_the_same_moment_the_later_is_checked_against_the_earlier(scene):
    """Another request has locked the roadmap and writes E before D: the one for D before E waits for it, and is refused."""
    plan = await planned(scene)
    for title in ("D", "E"):
        await plan.action(title)
    d, e = UUID(plan.ids["D"]), UUID(plan.ids["E"])
    url = role_url(scene.stack.admin_dsn, "objectives", owner=True).replace("+asyncpg", "")
    other = await asyncpg.connect(url)
    try:
        async with other.transaction():
            await other.execute("SELECT FROM roadmap WHERE partnership_id = $1 FOR UPDATE", plan.circle.id)
            body = {"before_id": str(d), "after_id": str(e)}
            asked = asyncio.create_task(plan.manager().request("POST", f"{plan.path}/roadmap/dependencies", body))
            while not asked.done() and not await other.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                await asyncio.sleep(0.02)
            await other.execute(
                "INSERT INTO action_dependency (partnership_id, id, before_id, after_id, lag) VALUES ($1, $2, $3, $4, 0)",
                *(plan.circle.id, new_id(), e, d),
            )
        answer = await asked
    finally:
        await other.close()
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "dependency-cycle")


async def test_a_dependency_is_removed_by_one_of_its_parties(scene):
    plan = await planned(scene, calendar(), calendar(), calendar())
    await plan.action("A")
    await plan.action("B", party=1)
    await plan.wait("B", "A", lag=3)
    path = f"{plan.path}/roadmap/dependencies"
    listed = (await plan.manager(2).get(path))["items"]
    assert [(each["after_id"], each["lag"]) for each in listed] == [(plan.ids["B"], 3)]
    one = f"{path}/{listed[0]['id']}"
    assert (await plan.manager(2).refused("DELETE", one))[0] == 403
    known = {"before_id": plan.ids["A"], "after_id": plan.ids["B"]}
    assert (await plan.manager().refused("POST", path, known))[1]["type"].rpartition(":")[2] == "dependency-known"
    assert (await plan.manager(1).request("DELETE", one)).status_code == 204
    assert (await plan.manager(1).refused("DELETE", one))[0] == 404
    assert plan.days(await plan.schedule())["B"][0] == "2026-01-05"


async def test_a_milestone_is_reached_when_its_actions_are_done_and_everyone_hears_of_it(scene):
    plan = await planned(scene)
    await plan.action("Draw", 2)
    await plan.action("Spare")
    milestone = await plan.milestone("Plans are drawn", "2026-01-06", "Draw", "Spare")
    assert (milestone["expected_on"], milestone["status"]) == (None, "planned")
    path = f"{plan.path}/roadmap"
    reached = f"{path}/milestones/{milestone['id']}/reached"
    status, problem = await plan.manager().refused("POST", reached, {})
    assert (status, problem["type"].rpartition(":")[2]) == (409, "actions-open")
    schedule = await plan.schedule()
    await plan.manager().post(f"{path}/schedules/{schedule['id']}/acceptance", {})
    assert (await plan.manager(1).get(f"{path}/milestones/{milestone['id']}"))["expected_on"] == "2026-01-06"
    await plan.circle.advance("2026-01-08T08:00:00Z")
    delegate = plan.circle.first["delegate"]
    report = f"{path}/actions/{plan.ids['Draw']}/reports"
    begun = await delegate.post(report, {"status": "under_way", "progress": 0.5, "began_on": "2026-01-06"})
    assert (begun["status"], begun["progress"], begun["began_on"]) == ("under_way", 0.5, "2026-01-06")
    done = await delegate.post(report, {"status": "done"})
    assert (done["progress"], done["began_on"], done["finished_on"]) == (1.0, "2026-01-06", "2026-01-08")
    await delegate.post(f"{path}/actions/{plan.ids['Spare']}/reports", {"status": "dropped"})
    early = await plan.manager().refused("POST", reached, {"reached_on": "2026-01-07"})
    assert (early[0], early[1]["errors"][0]["pointer"]) == (422, "/reached_on")
    after = await plan.manager(1).post(reached, {})
    assert (after["status"], after["reached_on"]) == ("reached", "2026-01-08")
    assert (await plan.manager().refused("POST", reached, {}))[0] == 409
    told = (await plan.circle.heard("milestone_reached"))[0].data
    assert (told["milestone_id"], told["reached_on"], told["late"]) == (milestone["id"], "2026-01-08", 2)
    assert told["person_id"] == str(plan.circle.organisations[1].id_of("manager"))
    (celebrated,) = (await plan.manager(1).get(f"{plan.path}/recognitions"))["items"]
    assert (celebrated["milestone_id"], celebrated["title"]) == (milestone["id"], milestone["title"])


async def test_reports_that_do_not_fit_are_refused_with_what_to_send(scene):
    plan = await planned(scene)
    await plan.action("Draw", 2)
    report = f"{plan.path}/roadmap/actions/{plan.ids['Draw']}/reports"
    refused = {
        "/began_on": {"status": "under_way", "began_on": "2026-01-06"},
        "/finished_on": {"status": "under_way", "finished_on": "2026-01-05"},
        "/progress": {"status": "under_way", "progress": 1.0},
        "/status": {"status": "planned", "progress": 0.3},
    }
    for pointer, body in refused.items():
        status, problem = await plan.manager().refused("POST", report, body)
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer)
    order = {"status": "done", "began_on": "2026-01-05", "finished_on": "2026-01-02"}
    assert (await plan.manager().refused("POST", report, order))[0] == 422
    await plan.manager().post(report, {"status": "done"})
    assert (await plan.manager().refused("POST", report, {"status": "under_way"}))[0] == 409
    body = await plan.body("Draw", 5)
    assert (await plan.manager().refused("PUT", f"{plan.path}/roadmap/actions/{plan.ids['Draw']}", body))[0] == 409


async def test_what_has_begun_is_scheduled_from_where_it_is(scene):
    plan = await planned(scene)
    await plan.action("Draw", 3)
    await plan.action("Build", 1)
    await plan.wait("Build", "Draw")
    report = f"{plan.path}/roadmap/actions/{plan.ids['Draw']}/reports"
    await plan.manager().post(report, {"status": "under_way", "began_on": "2026-01-05"})
    await plan.circle.advance("2026-01-14T08:00:00Z")
    late = await plan.schedule()
    assert plan.days(late)["Draw"][1] == "2026-01-14"  # overdue: at best it ends today
    assert plan.days(late)["Build"][0] == "2026-01-15"
    past = await plan.manager().refused("POST", f"{plan.path}/roadmap/schedules", {"from_on": "2026-01-13"})
    assert (past[0], past[1]["errors"][0]["pointer"]) == (422, "/from_on")


async def test_a_process_change_says_what_it_replaces(scene):
    plan = await planned(scene)
    texts = {"process_before": "Each registers the file", "process_after": "The file is registered once"}
    made = await plan.action("One counter", kind="process_change", **texts)
    seen = await plan.manager(1).get(f"{plan.path}/roadmap/actions/{made['id']}")
    assert {name: seen[name] for name in texts} == texts
    path = f"{plan.path}/roadmap/actions"
    for changes, pointer in (
        ({"kind": "process_change", "process_before": "x"}, "/process_after"),
        (texts, "/kind"),
        ({"earliest_on": "2026-02-01", "deadline_on": "2026-01-31"}, "/deadline_on"),
        ({"accountable_id": await plan.accountable(1)}, "/accountable_id"),
        ({"calendar_ids": [plan.calendars[0], plan.ids["One counter"]]}, "/calendar_ids/1"),
        ({"validator_ids": [plan.ids["One counter"]]}, "/validator_ids/0"),
        ({"needs_budget": True}, "/needs_budget"),
        ({"at_cycle_start": True}, "/at_cycle_start"),
        ({"earliest_on": "2026-02-30"}, "/earliest_on"),
        ({"duration": 0}, "/duration"),
    ):
        status, problem = await plan.manager().refused("POST", path, await plan.body("x", **{"duration": 1, **changes}))
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer), changes


async def test_each_party_answers_for_its_own_actions_and_strangers_see_nothing(scene):
    plan = await planned(scene)
    made = await plan.action("Draw", 2)
    one = f"{plan.path}/roadmap/actions/{made['id']}"
    body = await plan.body("Draw", 4)
    assert (await plan.manager(1).refused("PUT", one, body))[0] == 403
    assert (await plan.manager(1).refused("POST", f"{one}/reports", {"status": "done"}))[0] == 403
    etag = (await plan.manager().request("GET", one)).headers["etag"]
    changed = await plan.manager().request("PUT", one, body, If_Match=etag)
    assert (changed.status_code, changed.json()["duration"]) == (200, 4)
    assert (await plan.manager().refused("PUT", one, body, If_Match=etag))[0] == 412
    observer = await scene.organisation("Third", "someone")
    milestone = await plan.milestone("Drawn", "2026-02-01", "Draw")
    schedule = await plan.schedule()
    stranger = (await scene.circle("1", "1")).first["manager"]
    for path in (
        "/roadmap/actions", f"/roadmap/actions/{made['id']}", "/roadmap/milestones", f"/roadmap/milestones/{milestone['id']}",
        "/roadmap/dependencies", "/roadmap/schedules", f"/roadmap/schedules/{schedule['id']}", "/roadmap.ics",
        f"/roadmap/schedules/{schedule['id']}/inputs", "/calendars", f"/calendars/{plan.calendars[0]}",
        f"/calendars/{plan.calendars[0]}.ics",
    ):  # fmt: skip
        for who in (stranger, observer["someone"]):
            assert (await who.refused("GET", f"{plan.path}{path}"))[0] == 404, path
    assert (await plan.circle.first.system.refused("POST", f"{plan.path}/roadmap/schedules", {}))[0] == 403


async def test_actions_are_listed_by_status_and_party_and_milestones_can_be_dropped(scene):
    plan = await planned(scene)
    for title, party in (("A", 0), ("B", 1)):
        await plan.action(title, party=party)
    await plan.manager().post(f"{plan.path}/roadmap/actions/{plan.ids['A']}/reports", {"status": "done"})
    listed = await plan.manager().get(f"{plan.path}/roadmap/actions?status=planned")
    assert [each["title"] for each in listed["items"]] == ["B"]
    listed = await plan.manager().get(f"{plan.path}/roadmap/actions?party_id={plan.circle.parties[0]}")
    assert [each["title"] for each in listed["items"]] == ["A"]
    milestone = await plan.milestone("Never", "2026-01-01", "B")
    assert (await plan.schedule())["feasible"] is False
    one = f"{plan.path}/roadmap/milestones/{milestone['id']}"
    assert (await plan.manager().post(f"{one}/withdrawal", {}))["status"] == "dropped"
    assert (await plan.schedule())["feasible"] is True
    body = {"title": "Never", "due_on": "2026-03-01"}
    assert (await plan.manager().refused("PUT", one, body))[0] == 409
    unknown = {"title": "x", "due_on": "2026-03-01", "action_ids": [milestone["id"]]}
    status, problem = await plan.manager().refused("POST", f"{plan.path}/roadmap/milestones", unknown)
    assert (status, problem["errors"][0]["pointer"]) == (422, "/action_ids/0")
    unknown = {"title": "x", "due_on": "2026-03-01", "objective_id": milestone["id"]}
    assert (await plan.manager().refused("POST", f"{plan.path}/roadmap/milestones", unknown))[0] == 422


async def test_a_milestone_whose_actions_changed_has_another_etag(scene):
    plan = await planned(scene)
    await plan.action("A")
    await plan.action("B")
    milestone = await plan.milestone("M", "2026-03-01", "A")
    one = f"{plan.path}/roadmap/milestones/{milestone['id']}"
    etag = (await plan.manager().request("GET", one)).headers["etag"]
    body = {"title": "M", "due_on": "2026-03-01", "action_ids": [plan.ids["A"], plan.ids["B"]]}
    changed = await plan.manager().request("PUT", one, body, If_Match=etag)
    assert changed.json()["action_ids"] == [plan.ids["A"], plan.ids["B"]]
    assert changed.headers["etag"] != etag
    assert (await plan.manager().refused("PUT", one, body, If_Match=etag))[0] == 412


async def test_two_milestones_share_one_meeting_on_a_day_on_which_all_parties_work(scene):
    """Party 1 rests on the 6th, party 0 on the 7th and 8th: the first day of all after the drawing is the 9th."""
    plan = await planned(
        scene,
        calendar(blackouts=[{"name": "x", "first_on": "2026-01-07", "days": 2}]),
        calendar(holidays=[{"name": "y", "first_on": "2026-01-06"}]),
    )
    await plan.action("Draw", 1)
    await plan.action("Meet", 1, kind="meeting", calendar_ids=plan.calendars)
    await plan.wait("Meet", "Draw")
    await plan.milestone("Scope agreed", "2026-01-09", "Draw", "Meet")
    await plan.milestone("Budget agreed", "2026-01-12", "Meet")
    schedule = await plan.schedule()
    assert (schedule["feasible"], [each["reached_on"] for each in schedule["milestones"]]) == (True, ["2026-01-09"] * 2)
    bound = next(each["bound_by"] for each in schedule["actions"] if each["action_id"] == plan.ids["Meet"])
    assert (bound["kind"], bound["text"]) == (
        "dependency",
        "“Meet” begins after “Draw” is done and its lag has passed.",
    )
