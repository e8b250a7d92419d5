"""The eight stages: what each asks for, who enters it, and what is left of a partnership that ended."""

from datetime import UTC, datetime

import anyio
from objectives.charters import START, charter, objective
from objectives.decisions import opened, proposed, vote
from objectives.lifecycle import (
    close_case,
    commitment,
    commitment_body,
    confirmed_review,
    enter,
    held_up,
    member_id,
    open_case,
    progress,
    risk_body,
)
from objectives.parties import ROLES
from support.waiting import eventually

from entente_shared.events.conflicts import CaseSettled, CommitmentTerm
from entente_shared.events.kpi import ActionRequested
from entente_shared.ids import new_id


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


async def test_who_stays_together_has_held_a_review_that_all_confirmed_and_has_no_case_open(scene):
    circle = await scene.circle("1", "1")
    await circle.agree()
    await progress(circle)
    await enter(circle, "value_creation")
    case_id = await open_case(circle)
    status, problem = await circle.first["manager"].refused(
        "POST", f"{circle.path}/lifecycle/transitions", {"stage": "staying_together"}
    )
    assert status == 409
    assert problem["detail"] == (
        "two conditions are missing: a review has to be held, and its minutes confirmed by every party;"
        " cases have to be closed, or settled by a text that every party signs: 1 open"
    )
    await close_case(circle, case_id)
    await confirmed_review(circle)
    assert (await enter(circle, "staying_together"))["stage"] == "staying_together"
    assert (await enter(circle, "value_creation"))["stage"] == "value_creation"  # new value, once more


async def test_nobody_leaves_while_decisions_commitments_or_cases_are_open(scene):
    circle = await scene.circle("1", "1")
    decision = await opened(circle)
    made = await commitment(circle)
    case_id = await open_case(circle)
    sponsor = circle.first["sponsor"]
    path = f"{circle.path}/lifecycle/transitions"
    status, problem = await sponsor.refused("POST", path, {"stage": "exit"})
    assert status == 409
    assert problem["detail"].startswith("three conditions are missing: decisions have to be taken")
    await vote(circle, decision, "yes", "yes")
    await circle.organisations[1]["sponsor"].post(
        f"{circle.path}/commitments/{made['id']}/waivers", {"reason": "Not needed any more"}
    )
    status, problem = await sponsor.refused("POST", path, {"stage": "exit"})
    assert problem["detail"].startswith("one condition is missing: cases have to be closed")
    await close_case(circle, case_id)
    ended = await sponsor.post(path, {"stage": "exit"})
    assert (ended["stage"], ended["following"]) == ("exit", [])


async def test_a_text_that_every_party_signed_settles_what_was_open_then_and_nothing_that_came_later(scene):
    circle = await scene.circle("1", "1")
    decision = await opened(circle)
    made = await commitment(circle)
    await open_case(circle)
    sponsor, partner = circle.first["sponsor"], circle.organisations[1]["sponsor"]
    path = f"{circle.path}/lifecycle"
    text = await circle.first["manager"].post(f"{path}/settlements", {"text": "Each keeps what it brought."})
    assert text["matters"]["decisions"] == [decision["id"]]
    assert (text["matters"]["commitments"], len(text["matters"]["cases"])) == ([made["id"]], 1)
    signatures = f"{path}/settlements/{text['id']}/signatures"
    leave = {"stage": "exit", "settlement_id": text["id"]}
    assert (await circle.first["manager"].refused("POST", signatures, {"hash": text["hash"]}))[0] == 403
    status, problem = await sponsor.refused("POST", signatures, {"hash": "0" * 64})
    assert (status, problem["errors"][0]["pointer"]) == (409, "/hash")
    await sponsor.post(signatures, {"hash": text["hash"]})
    status, problem = await sponsor.refused("POST", f"{path}/transitions", leave)
    assert (status, problem["errors"][0]["pointer"]) == (409, "/settlement_id")
    assert (await partner.post(signatures, {"hash": text["hash"]}))["complete"] is True
    later = await commitment(circle, what="Something that the text does not know of")
    status, problem = await sponsor.refused("POST", f"{path}/transitions", leave)
    assert problem["detail"].startswith("one condition is missing: commitments have to be resolved")
    await partner.post(f"{circle.path}/commitments/{later['id']}/waivers", {"reason": "Let it be"})
    ended = await partner.post(f"{path}/transitions", leave)
    assert ended["history"][-1]["settlement_id"] == text["id"]
    settled = await sponsor.get(f"{circle.path}/commitments/{made['id']}")
    assert (settled["status"], settled["resolved_by_party_id"]) == ("waived", None)


async def settlement(circle, text):
    """A text that every party signed."""
    path = f"{circle.path}/lifecycle/settlements"
    made = await circle.first["manager"].post(path, {"text": text})
    for organisation in circle.organisations:
        await organisation["sponsor"].post(f"{path}/{made['id']}/signatures", {"hash": made["hash"]})
    return made


async def test_a_newer_text_takes_the_place_of_one_that_was_signed(scene):
    circle = await scene.circle("1", "1")
    await commitment(circle)
    older = await settlement(circle, "Each keeps what it brought.")
    newer = await settlement(circle, "All of it is shared.")
    path, sponsor = f"{circle.path}/lifecycle/transitions", circle.first["sponsor"]
    status, problem = await sponsor.refused("POST", path, {"stage": "exit", "settlement_id": older["id"]})
    assert (status, problem["type"]) == (409, "urn:entente:problem:older-settlement")
    assert problem["errors"][0]["pointer"] == "/settlement_id"
    assert (await sponsor.post(path, {"stage": "exit", "settlement_id": newer["id"]}))["stage"] == "exit"


async def test_a_commitment_that_has_changed_since_is_not_settled_by_the_text(scene):
    circle = await scene.circle("1", "1")
    kept, done = await commitment(circle), await commitment(circle)
    text = await settlement(circle, "Nobody owes anything.")
    assert text["matters"]["commitment_versions"] == {kept["id"]: 1, done["id"]: 1}
    await circle.first["delegate"].post(f"{circle.path}/commitments/{done['id']}/declarations", {})
    path, sponsor = f"{circle.path}/lifecycle/transitions", circle.first["sponsor"]
    status, problem = await sponsor.refused("POST", path, {"stage": "exit", "settlement_id": text["id"]})
    assert (status, problem["type"]) == (409, "urn:entente:problem:stage-conditions-missing")
    assert problem["detail"].startswith("one condition is missing: commitments have to be resolved")
    again = await settlement(circle, "Nobody owes anything, as it stands.")
    assert again["matters"]["commitment_versions"] == {kept["id"]: 1, done["id"]: 2}
    assert (await sponsor.post(path, {"stage": "exit", "settlement_id": again["id"]}))["stage"] == "exit"


async def test_who_may_enter_no_stage_does_not_hold_up_those_who_write(scene):
    circle = await scene.circle("1", "1")
    informed = await member_id(circle, circle.organisations[1], "sponsor")
    body = await commitment_body(circle, informed=[informed])
    answers = {}

    async def do(name, person, path, sent):
        answers[name] = (await circle.first[person].request("POST", f"{circle.path}/{path}", sent)).status_code

    async with held_up(scene, "member", informed) as waiting, anyio.create_task_group() as group:
        group.start_soon(do, "promise", "manager", "commitments", body)
        await eventually(lambda: waiting(1))
        group.start_soon(do, "transition", "delegate", "lifecycle/transitions", {"stage": "exit"})
        await eventually(lambda: "transition" in answers or waiting(2))
        told_while_waiting = dict(answers)
        await waiting(None)
    assert told_while_waiting == {"transition": 403}
    assert answers["promise"] == 201


async def test_after_the_exit_a_partnership_is_read_and_nothing_in_it_changes(scene):
    circle = await scene.circle("1", "1")
    await circle.agree()
    risk = await circle.first["manager"].post(f"{circle.path}/risks", await risk_body(circle))
    invited = await circle.first["manager"].post(f"{circle.path}/invitations", {"role": "observer"})
    newcomer = await circle.first.system.post(f"/organisations/{circle.first.id}/persons", {"name": "New"})
    await enter(circle, "exit", "sponsor")
    writes = {
        "charter/versions": charter(based_on=1),
        "clock": {"now": "2026-02-01T00:00:00Z"},
        "commitments": await commitment_body(circle),
        "invitations": {"role": "observer"},
        "lifecycle/settlements": {"text": "Too late"},
        "lifecycle/transitions": {"stage": "value_creation"},
        "members": {"person_id": newcomer["id"], "role": "observer"},
        "review-series": {"title": "x", "rrule": "FREQ=DAILY", "starts_at": START},
        f"risks/{risk['id']}/occurrences": {"description": "x"},
    }
    for address, body in writes.items():
        status, problem = await circle.first["sponsor"].refused("POST", f"{circle.path}/{address}", body)
        assert (status, problem["type"]) == (409, "urn:entente:problem:partnership-ended"), address
    accepted = {"token": invited["token"], "person_id": newcomer["id"]}
    status, problem = await circle.first.system.refused("POST", "/invitations/acceptances", accepted)
    assert (status, problem["type"]) == (409, "urn:entente:problem:partnership-ended")
    for address in ("", "/lifecycle", "/members", "/charter", "/objectives", f"/risks/{risk['id']}"):
        assert await circle.organisations[1]["delegate"].get(f"{circle.path}{address}")
    stranger = await scene.organisation("Stranger", *ROLES)
    assert (await stranger["sponsor"].refused("POST", f"{circle.path}/risks", {}))[0] == 404
    assert (await stranger["sponsor"].refused("POST", f"{circle.path}/lifecycle/settlements", {"text": "x"}))[0] == 404


async def test_what_other_services_tell_of_begins_nothing_in_a_partnership_that_has_ended(scene):
    circle = await scene.circle("1", "1")
    await circle.agree()
    owner = await member_id(circle, circle.first, "manager")
    await enter(circle, "exit", "sponsor")
    at, later = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    await circle.producers.tell(
        ActionRequested(
            partnership_id=circle.id, action_id=new_id(), review_id=new_id(), title="Too late", owner_member_id=owner,
            party_id=circle.parties[0], due_at=later, requested_at=at, kpi_id=None, objective_id=None,
        )
    )  # fmt: skip
    await progress(circle)  # kpi's events come in order: what came before was handled
    term = CommitmentTerm(party_id=circle.parties[1], what="Pay the invoices", due_at=later)
    await circle.producers.tell(
        CaseSettled(
            partnership_id=circle.id, case_id=new_id(), settlement_id=new_id(), level=1, terms=[term], settled_at=at
        )
    )
    await circle.producers.tell(proposed(circle, "20000"))
    other = await scene.circle("1", "1")  # the same streams, in order: what they say of it was said after
    await other.agree()
    await open_case(other)
    fresh = proposed(other, "20000")
    await other.producers.tell(fresh)
    await other.first["sponsor"].eventually(
        f"{other.path}/decisions?subject_id={fresh.adjustment_id}", lambda page: page["items"]
    )
    for address in ("commitments", "decisions"):
        assert (await circle.first["sponsor"].get(f"{circle.path}/{address}"))["items"] == []


async def test_who_leaves_and_who_promises_at_the_same_moment_come_one_after_the_other(scene):
    circle = await scene.circle("1", "1")
    body = await commitment_body(circle)
    answers = {}

    async def do(name, person, path, sent):
        answers[name] = (await circle.first[person].request("POST", f"{circle.path}/{path}", sent)).status_code

    async with anyio.create_task_group() as group:
        for number in range(4):
            group.start_soon(do, f"promise {number}", "manager", "commitments", body)
        for number in range(2):
            group.start_soon(do, f"exit {number}", "sponsor", "lifecycle/transitions", {"stage": "exit"})
    made = sum(status == 201 for name, status in answers.items() if name.startswith("promise"))
    ended = sum(status == 201 for name, status in answers.items() if name.startswith("exit"))
    assert (ended, made) in {(1, 0), *((0, count) for count in range(1, 5))}, answers
    assert set(answers.values()) <= {201, 409}


async def test_a_write_that_had_begun_before_the_exit_ends_before_it(scene):
    circle = await scene.circle("1", "1")
    informed = await member_id(circle, circle.organisations[1], "sponsor")
    body = await commitment_body(circle, informed=[informed])
    answers = {}

    async def do(name, person, path, sent):
        answers[name] = (await circle.first[person].request("POST", f"{circle.path}/{path}", sent)).status_code

    async with held_up(scene, "member", informed) as waiting, anyio.create_task_group() as group:
        group.start_soon(do, "promise", "manager", "commitments", body)
        await eventually(lambda: waiting(1))
        group.start_soon(do, "exit", "sponsor", "lifecycle/transitions", {"stage": "exit"})
        await eventually(lambda: "exit" in answers or waiting(2))
        await waiting(None)
    assert answers == {"promise": 201, "exit": 409}


async def test_what_another_service_tells_of_during_an_exit_comes_after_it(scene):
    circle, other = await scene.circle("1", "1"), await scene.circle("1", "1")
    answers = []

    async def leave():
        sent = await circle.first["sponsor"].request("POST", f"{circle.path}/lifecycle/transitions", {"stage": "exit"})
        answers.append(sent.status_code)

    async def tell(of):
        owner = await member_id(of, of.first, "manager")
        event = ActionRequested(
            partnership_id=of.id, action_id=new_id(), review_id=new_id(), title="Count the vans",
            owner_member_id=owner, party_id=of.parties[0], due_at=datetime(2026, 2, 1, tzinfo=UTC),
            requested_at=datetime(2026, 1, 1, tzinfo=UTC), kpi_id=None, objective_id=None,
        )  # fmt: skip
        await of.producers.tell(event)

    async def bound(of):
        return (await of.first["manager"].get(f"{of.path}/commitments"))["items"]

    stopped = held_up(scene, "partnership", circle.id, "partnership_id", "NO KEY UPDATE")
    async with stopped as waiting, anyio.create_task_group() as group:
        group.start_soon(leave)
        await eventually(lambda: waiting(1))
        await tell(circle)

        async def handled_or_waits():
            return await waiting(2) or await bound(circle)

        await eventually(handled_or_waits)
        await waiting(None)
    assert answers == [201]
    await tell(other)  # the same stream, in order: what was said of the first was handled before
    await eventually(lambda: bound(other))
    assert await bound(circle) == []
