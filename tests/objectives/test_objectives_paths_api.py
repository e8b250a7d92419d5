"""Objectives: their progress, other paths by decision or settlement, and what else a settlement binds to."""

from datetime import UTC, datetime

from objectives.charters import START, objective

from entente_shared.events.conflicts import AdjustmentTerm, CaseSettled, CommitmentTerm, RebaselineTerm
from entente_shared.events.kpi import ActionRequested, DeviationState, ProgressChanged
from entente_shared.ids import new_id

NEW = {"baseline": 96.0, "target": 85.0, "due_at": "2028-01-01T00:00:00Z", "reason": "The belt law comes later"}


async def agreed(scene):
    """A circle and its one objective."""
    circle = await scene.circle("1", "1")
    await circle.agree(objectives=[objective()])
    return circle, (await circle.first["sponsor"].get(f"{circle.path}/objectives"))["items"][0]


async def read(circle, target):
    return await circle.first["delegate"].get(f"{circle.path}/objectives/{target['id']}")


def progress(circle, target, value):
    return ProgressChanged(
        partnership_id=circle.id,
        kpi_id=target["kpi_id"],
        objective_id=target["id"],
        at=START,
        value=value,
        progress=0.1,
        planned=0.2,
        deviation=-0.1,
        state=DeviationState.FIRING,
    )


async def test_a_signed_charter_announces_each_path(scene):
    circle, target = await agreed(scene)
    assert (target["revision"], target["first_baseline"], target["direction"]) == (1, 100.0, "falling")
    assert target["progress"] is None
    told = (await circle.heard("trajectory_changed"))[0].data
    assert (told["baseline"], told["target"], told["curve"], told["reason"], told["active"]) == (
        100.0,
        80.0,
        "linear",
        "Charter, version 1",
        True,
    )


async def test_a_signed_curve_and_band_are_announced_and_stay_when_the_path_moves(scene):
    circle = await scene.circle("1", "1")
    shape = {"curve": "steps", "steps": [{"elapsed": 0.5, "planned": 0.25}], "band": {"low": 75.0, "high": 82.0}}
    await circle.agree(objectives=[objective(**shape)])
    target = (await circle.first["sponsor"].get(f"{circle.path}/objectives"))["items"][0]
    assert {name: target[name] for name in shape} == shape
    assert target["direction"] == "band"
    path = f"{circle.path}/objectives/{target['id']}/rebaselines"
    asked = (await circle.first["manager"].request("POST", path, NEW)).json()
    for organisation in circle.organisations:
        await organisation["sponsor"].post(f"{circle.path}/decisions/{asked['decision_id']}/votes", {"choice": "yes"})
    told = [each.data for each in await circle.heard("trajectory_changed", 2)]
    assert [each["curve"] for each in told] == ["steps", "steps"]
    assert [each["steps"] for each in told] == [shape["steps"]] * 2
    assert [each["band"] for each in told] == [shape["band"], {"low": 80.0, "high": 87.0}]
    revisions = (await circle.first["sponsor"].get(f"{circle.path}/objectives/{target['id']}/revisions"))["items"]
    assert [each["band"] for each in revisions] == [each["band"] for each in told]


async def test_another_curve_in_an_amended_charter_is_another_path(scene):
    circle, target = await agreed(scene)
    same = {name: target[name] for name in ("key", "title", "kpi_id", "baseline", "target", "starts_at", "due_at")}
    await circle.agree(based_on=1, objectives=[{**same, "curve": "s_curve"}])
    now = await read(circle, target)
    assert (now["revision"], now["curve"]) == (2, "s_curve")


async def test_the_latest_progress_is_shown_with_the_objective(scene):
    circle, target = await agreed(scene)
    await circle.producers.tell(progress(circle, target, 99.0), progress(circle, target, 98.0))
    path = f"{circle.path}/objectives/{target['id']}"
    shown = await circle.first["delegate"].eventually(
        path, lambda row: row["progress"] and row["progress"]["value"] == 98
    )
    assert shown["progress"] == {
        "at": START,
        "value": 98.0,
        "progress": 0.1,
        "planned": 0.2,
        "deviation": -0.1,
        "state": "firing",
    }


async def test_another_path_is_taken_by_a_decision_and_the_first_baseline_stays(scene):
    circle, target = await agreed(scene)
    path = f"{circle.path}/objectives/{target['id']}/rebaselines"
    answer = await circle.first["manager"].request("POST", path, NEW)
    assert answer.status_code == 202
    asked = answer.json()
    assert answer.headers["location"] == f"/v1{circle.path}/decisions/{asked['decision_id']}"
    await circle.advance("2026-01-10T00:00:00Z")
    for organisation in circle.organisations:
        decision = await organisation["sponsor"].post(
            f"{circle.path}/decisions/{asked['decision_id']}/votes", {"choice": "yes"}
        )
    assert (decision["status"], decision["subject"]) == ("approved", {"kind": "rebaseline", "id": asked["id"]})
    now = await read(circle, target)
    assert {key: now[key] for key in ("revision", "baseline", "target", "starts_at", "due_at", "first_baseline")} == {
        "revision": 2,
        "baseline": 96.0,
        "target": 85.0,
        "starts_at": "2026-01-10T00:00:00Z",
        "due_at": "2028-01-01T00:00:00Z",
        "first_baseline": 100.0,
    }
    told = (await circle.heard("trajectory_changed", 2))[-1]
    assert (told.data["revision"], told.data["decision_id"]) == (2, asked["decision_id"])
    taking = (await circle.heard("decision_taken"))[0].received
    assert (told.received.causation_id, told.received.correlation_id) == (taking.event_id, taking.correlation_id)
    revisions = (await circle.first["sponsor"].get(f"{circle.path}/objectives/{target['id']}/revisions"))["items"]
    assert [(row["revision"], row["baseline"], row["reason"]) for row in revisions] == [
        (1, 100.0, "Charter, version 1"),
        (2, 96.0, f"Decision {asked['decision_id']}"),
    ]
    assert [row["status"] for row in (await circle.first["sponsor"].get(path))["items"]] == ["approved"]


async def test_a_refused_path_changes_nothing_and_another_may_be_asked_for(scene):
    circle, target = await agreed(scene)
    path = f"{circle.path}/objectives/{target['id']}/rebaselines"
    asked = await circle.first["sponsor"].post(path, NEW)
    status, problem = await circle.organisations[1]["sponsor"].refused("POST", path, NEW)
    assert (status, problem["type"].rpartition(":")[2]) == (409, "already-being-decided")
    await circle.first["sponsor"].post(f"{circle.path}/decisions/{asked['decision_id']}/votes", {"choice": "no"})
    assert (await read(circle, target))["revision"] == 1
    assert (await circle.first["sponsor"].post(path, NEW))["status"] == "open"


async def test_a_path_that_cannot_be_followed_is_not_put_to_the_vote(scene):
    circle, target = await agreed(scene)
    path = f"{circle.path}/objectives/{target['id']}/rebaselines"
    sponsor = circle.first["sponsor"]
    assert (await circle.first["delegate"].refused("POST", path, NEW))[0] == 403
    assert (await circle.first.system.refused("POST", path, NEW))[0] == 403
    status, problem = await sponsor.refused("POST", path, {**NEW, "target": 96.0})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/target")
    status, problem = await sponsor.refused("POST", path, {**NEW, "due_at": "2026-01-20T00:00:00Z"})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/due_at")
    assert (await sponsor.refused("POST", path, NEW, If_Match='"9"'))[0] == 412
    assert (await sponsor.get(f"{circle.path}/decisions"))["items"] == []


async def test_an_objective_that_left_the_charter_keeps_its_path(scene):
    circle, target = await agreed(scene)
    await circle.agree(based_on=1, objectives=[objective("other")])
    path = f"{circle.path}/objectives/{target['id']}/rebaselines"
    status, problem = await circle.first["sponsor"].refused("POST", path, NEW)
    assert (status, problem["type"].rpartition(":")[2]) == (409, "objective-retired")


async def test_a_path_that_is_approved_after_its_objective_left_is_not_taken(scene):
    circle, target = await agreed(scene)
    asked = await circle.first["manager"].post(f"{circle.path}/objectives/{target['id']}/rebaselines", NEW)
    await circle.agree(based_on=1, objectives=[objective("other")])
    for organisation in circle.organisations:
        decision = await organisation["sponsor"].post(
            f"{circle.path}/decisions/{asked['decision_id']}/votes", {"choice": "yes"}
        )
    assert decision["status"] == "approved"
    now = await read(circle, target)
    assert (now["active"], now["revision"], now["target"]) == (False, 1, 80.0)


async def test_a_settlement_starts_new_paths_and_is_kept_as_commitments(scene):
    circle, target = await agreed(scene)
    due, case_id = datetime(2028, 1, 1, tzinfo=UTC), new_id()
    settled = CaseSettled(
        partnership_id=circle.id,
        case_id=case_id,
        settlement_id=new_id(),
        level=2,
        terms=[
            RebaselineTerm(objective_id=target["id"], baseline=97.0, target=90.0, due_at=due),
            CommitmentTerm(party_id=circle.parties[1], what="Lend a team of inspectors", due_at=due),
            AdjustmentTerm(adjustment_id=None, kpi_id=None, changes=[]),
        ],
        settled_at="2026-03-01T00:00:00Z",
    )
    saga = new_id()
    await circle.producers.tell(settled, correlation_id=saga)
    path = f"{circle.path}/commitments"
    made = (await circle.first["delegate"].eventually(path, lambda page: page["items"]))["items"]
    assert [(row["party_id"], row["what"], row["case_id"], row["made_at"]) for row in made] == [
        (str(circle.parties[1]), "Lend a team of inspectors", str(case_id), "2026-03-01T00:00:00Z")
    ]
    now = await read(circle, target)
    assert (now["revision"], now["baseline"], now["starts_at"], now["first_baseline"]) == (
        2,
        97.0,
        "2026-03-01T00:00:00Z",
        100.0,
    )
    told = (await circle.heard("trajectory_changed", 2))[-1]
    assert (told.received.correlation_id, str(case_id) in told.data["reason"]) == (saga, True)


async def test_an_action_of_a_variance_review_becomes_a_commitment_of_its_owner(scene):
    circle, target = await agreed(scene)
    action = ActionRequested(
        partnership_id=circle.id,
        action_id=new_id(),
        review_id=new_id(),
        title="Find a second supplier",
        owner_member_id=new_id(),
        party_id=circle.parties[1],
        due_at="2026-06-01T00:00:00Z",
        requested_at="2026-03-01T00:00:00Z",
        kpi_id=target["kpi_id"],
        objective_id=target["id"],
    )
    await circle.producers.tell(action)
    path = f"{circle.path}/commitments"
    [made] = (await circle.first["delegate"].eventually(path, lambda page: page["items"]))["items"]
    same = ("party_id", "review_id", "owner_member_id", "kpi_id", "objective_id", "due_at")
    told = action.model_dump(mode="json")
    assert {name: made[name] for name in same} == {name: told[name] for name in same}
    assert (made["id"], made["what"], made["made_at"]) == (told["action_id"], action.title, told["requested_at"])
    assert (made["case_id"], made["settlement_id"]) == (None, None)


async def test_objectives_are_hidden_from_others(scene):
    circle, target = await agreed(scene)
    stranger, theirs = await agreed(scene)
    client = stranger.first["sponsor"]
    for path in ("objectives", f"objectives/{target['id']}", f"objectives/{target['id']}/revisions", "commitments"):
        assert (await client.refused("GET", f"{circle.path}/{path}"))[0] == 404
    assert (await client.refused("GET", f"{stranger.path}/objectives/{target['id']}"))[0] == 404
    assert (await read(stranger, theirs))["id"] == theirs["id"]
