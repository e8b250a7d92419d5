"""The eight stages: what each asks for, who enters it, and what is left of a partnership that ended."""

from objectives.charters import charter, objective
from objectives.lifecycle import enter, progress
from objectives.parties import ROLES


async def test_a_partnership_may_start_where_the_parties_only_get_to_know_each_other(scene):
    circle = await scene.circle("1", "1", stage="awareness")
    manager = circle.first["manager"]
    found = await manager.get(f"{circle.path}/lifecycle")
    assert (found["stage"], [entry["stage"] for entry in found["history"]]) == ("awareness", ["awareness"])
    assert [(each["stage"], each["ready"]) for each in found["following"]] == [("knowledge", True), ("exit", True)]
    for stage in ("knowledge", "internal_assessment", "partner_selection"):
        found = await enter(circle, stage)
    assert found["stage"] == (await circle.organisations[1]["delegate"].get(circle.path))["stage"] == stage
    assert found["history"][-1]["person_id"] == str(circle.first.id_of("manager"))
    told = [each.data["stage"] for each in await circle.heard("partnership_changed", 4)]
    assert told == ["awareness", "knowledge", "internal_assessment", "partner_selection"]


async def test_a_new_partnership_starts_with_the_choice_of_partners_unless_it_says_otherwise(scene):
    circle = await scene.circle("1", "1")
    assert (await circle.first["sponsor"].get(f"{circle.path}/lifecycle"))["stage"] == "partner_selection"
    body = {"name": "x", "stage": "value_creation", "parties": circle.bodies}
    status, problem = await circle.first.system.refused("POST", "/partnerships", body)
    assert (status, problem["errors"][0]["pointer"]) == (422, "/stage")


async def test_all_that_is_missing_is_named_at_once(scene):
    circle = await scene.circle("1", "1")
    partner = circle.organisations[1]
    members = (await partner["manager"].get(f"{circle.path}/members"))["items"]
    manager = next(m for m in members if m["person_id"] == str(partner.id_of("manager")))
    assert (await partner["sponsor"].request("DELETE", f"{circle.path}/members/{manager['id']}")).status_code == 204
    status, problem = await circle.first["sponsor"].refused(
        "POST", f"{circle.path}/lifecycle/transitions", {"stage": "working_together"}
    )
    assert status == 409
    assert problem["detail"] == (
        "two conditions are missing: every party needs an alliance manager, and there is none for "
        f"{partner.name}; every party has to sign the same version of the charter"
    )
    [working, exit_] = (await partner["sponsor"].get(f"{circle.path}/lifecycle"))["following"]
    assert [(c["key"], c["met"]) for c in working["conditions"]] == [
        ("sponsors", True),
        ("alliance_managers", False),
        ("charter_signed", False),
    ]
    assert (working["ready"], working["missing"]) == (False, problem["detail"])
    assert working["conditions"][0]["missing"] is None
    assert (exit_["stage"], exit_["ready"]) == ("exit", True)


async def test_the_charters_last_signature_begins_the_work_and_an_amendment_leaves_later_stages(scene):
    circle = await scene.circle("1", "1")
    body = charter(objectives=[objective()])
    agreed = await circle.sign(await circle.first["manager"].post(f"{circle.path}/charter/versions", body))
    found = await circle.first["manager"].get(f"{circle.path}/lifecycle")
    assert (found["stage"], found["history"][-1]["person_id"]) == ("working_together", None)
    [value, _] = found["following"]
    assert value["missing"] == (
        "one condition is missing: every objective needs a first measured progress,"
        " and there is none of Fewer drivers killed"
    )
    await progress(circle)
    assert (await enter(circle, "value_creation"))["stage"] == "value_creation"
    amended = {**body, "based_on": agreed["version"], "floors": [{"party_id": str(circle.parties[0]), "share": 0.1}]}
    await circle.sign(await circle.first["manager"].post(f"{circle.path}/charter/versions", amended))
    assert (await circle.first["manager"].get(circle.path))["stage"] == "value_creation"


async def test_stages_are_entered_in_order_by_those_who_lead(scene):
    circle = await scene.circle("1", "1")
    path = f"{circle.path}/lifecycle/transitions"
    status, problem = await circle.first["sponsor"].refused("POST", path, {"stage": "value_creation"})
    assert (status, problem["type"]) == (409, "urn:entente:problem:wrong-stage")
    assert "working_together, exit" in problem["detail"]
    assert (await circle.first["delegate"].refused("POST", path, {"stage": "working_together"}))[0] == 403
    assert (await circle.first["manager"].refused("POST", path, {"stage": "exit"}))[0] == 403
    assert (await circle.first.system.refused("POST", path, {"stage": "exit"}))[0] == 403
    assert (await circle.first["sponsor"].refused("POST", path, {"stage": "together"}))[0] == 422
    stale = {"If-Match": '"99"'}
    assert (await circle.first["sponsor"].refused("POST", path, {"stage": "exit"}, **stale))[0] == 412
    stranger = await scene.organisation("Stranger", *ROLES)
    for method, address, body in (
        ("GET", f"{circle.path}/lifecycle", None),
        ("GET", f"{circle.path}/lifecycle/settlements", None),
        ("POST", path, {"stage": "exit"}),
        ("POST", f"{circle.path}/lifecycle/settlements", {"text": "x"}),
    ):
        assert (await stranger["sponsor"].refused(method, address, body))[0] == 404
