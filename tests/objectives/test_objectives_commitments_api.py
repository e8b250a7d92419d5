"""Commitments: given by a party, kept before the eyes of the others, and what that says of its word."""

from datetime import UTC, datetime

import anyio
import pytest
from objectives.lifecycle import commitment, commitment_body, held_up, member_id
from objectives.parties import ROLES
from support.waiting import eventually

from entente_shared.events.conflicts import CaseSettled, CommitmentTerm
from entente_shared.events.kpi import ActionRequested
from entente_shared.ids import new_id

FEBRUARY = "2026-02-01T00:00:00Z"


async def declare(circle, made, party=0, **body):
    path = f"{circle.path}/commitments/{made['id']}/declarations"
    return await circle.organisations[party]["delegate"].post(path, body)


async def answer(circle, made, *, accepted, party=1, **body):
    path = f"{circle.path}/commitments/{made['id']}/confirmations"
    return await circle.organisations[party]["manager"].post(path, {"accepted": accepted, **body})


async def becomes(circle, made, status):
    path = f"{circle.path}/commitments/{made['id']}"
    return await circle.first["manager"].eventually(path, lambda found: found["status"] == status)


async def test_a_party_commits_itself_with_one_accountable_and_everybodys_part(scene):
    circle = await scene.circle("1", "1")
    partner = circle.organisations[1]
    parts = {
        "responsible": [await member_id(circle, circle.first, "manager")],
        "consulted": [await member_id(circle, partner, "delegate")],
        "informed": [await member_id(circle, partner, "sponsor")],
    }
    made = await commitment(circle, **parts)
    assert (made["party_id"], made["status"], made["decides_at"]) == (
        str(circle.parties[0]),
        "open",
        "2026-03-08T00:00:00Z",
    )
    seen = await partner["delegate"].get(f"{circle.path}/commitments/{made['id']}")
    assert {name: seen[name] for name in parts} == parts
    assert seen["owner_member_id"] == await member_id(circle, circle.first, "delegate")
    [listed] = (await partner["delegate"].get(f"{circle.path}/commitments?status=open"))["items"]
    assert listed == seen
    assert (await partner["delegate"].get(f"{circle.path}/commitments?party_id={circle.parties[1]}"))["items"] == []


async def test_what_was_declared_in_time_and_confirmed_by_the_other_party_is_kept(scene):
    circle = await scene.circle("1", "1")
    made = await commitment(circle)
    await circle.advance(FEBRUARY)
    declared = await declare(circle, made, note="They drive since Monday")
    assert (declared["status"], declared["declared_at"]) == ("declared", FEBRUARY)
    path = f"{circle.path}/commitments/{made['id']}/confirmations"
    status, problem = await circle.first["sponsor"].refused("POST", path, {"accepted": True})
    assert (status, problem["type"]) == (403, "urn:entente:problem:not-your-commitment")
    kept = await answer(circle, made, accepted=True)
    assert (kept["status"], kept["resolved_by_party_id"]) == ("kept", str(circle.parties[1]))
    [told] = await circle.heard("commitment_resolved")
    assert (told.data["outcome"], told.data["resolved_by"]) == ("kept", str(circle.parties[1]))
    changes = (await circle.first["delegate"].get(f"{circle.path}/commitments/{made['id']}/changes"))["items"]
    assert [(each["kind"], each["said"]["status"]) for each in changes] == [
        ("made", "open"),
        ("declared", "declared"),
        ("resolved", "kept"),
    ]
    assert (await circle.organisations[1]["manager"].refused("POST", path, {"accepted": True}))[0] == 409


async def test_what_was_declared_after_its_due_date_is_late(scene):
    circle = await scene.circle("1", "1")
    made = await commitment(circle)
    await circle.advance("2026-03-03T00:00:00Z")
    assert (await declare(circle, made))["decides_at"] == "2026-03-10T00:00:00Z"
    assert (await answer(circle, made, accepted=True))["status"] == "late"


async def test_who_says_nothing_until_the_grace_is_over_has_broken_their_word(scene):
    circle = await scene.circle("1", "1")
    made = await commitment(circle, grace="P3D")
    await circle.advance("2026-03-10T00:00:00Z")
    broken = await becomes(circle, made, "broken")
    assert (broken["resolved_at"], broken["resolved_by_party_id"]) == ("2026-03-04T00:00:00Z", None)
    path = f"{circle.path}/commitments/{made['id']}/declarations"
    assert (await circle.first["manager"].refused("POST", path, {}))[0] == 409
    [told] = await circle.heard("commitment_resolved")
    assert (told.data["outcome"], told.data["resolved_by"]) == ("broken", None)


async def test_a_declaration_that_nobody_contradicts_holds(scene):
    circle = await scene.circle("1", "1")
    made = await commitment(circle)
    await circle.advance(FEBRUARY)
    await declare(circle, made)
    await circle.advance("2026-03-09T00:00:00Z")
    assert (await becomes(circle, made, "kept"))["resolved_by_party_id"] is None


async def test_a_declaration_that_is_contradicted_counts_for_nothing(scene):
    circle = await scene.circle("1", "1")
    made = await commitment(circle)
    await declare(circle, made)
    path = f"{circle.path}/commitments/{made['id']}/confirmations"
    status, problem = await circle.organisations[1]["manager"].refused("POST", path, {"accepted": False})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/note")
    again = await answer(circle, made, accepted=False, note="There is one van, not two")
    assert (again["status"], again["declared_at"]) == ("open", None)
    status, problem = await circle.organisations[1]["manager"].refused("POST", path, {"accepted": True})
    assert (status, problem["type"]) == (409, "urn:entente:problem:nothing-declared")
    await circle.advance("2026-03-06T00:00:00Z")
    await declare(circle, made)
    await circle.advance("2026-03-10T00:00:00Z")
    assert (await answer(circle, made, accepted=False, note="Still one"))["status"] == "broken"


async def test_its_own_party_says_who_keeps_it_and_another_one_what_it_says_and_until_when(scene):
    circle = await scene.circle("1", "1")
    made = await commitment(circle)
    path = f"{circle.path}/commitments/{made['id']}"
    own, other = circle.first["manager"], circle.organisations[1]["manager"]
    for body in ({"what": "One patrol"}, {"due_at": "2026-06-01T00:00:00Z"}):
        status, problem = await own.refused("PATCH", path, {"reason": "Hard", **body})
        assert (status, problem["type"]) == (403, "urn:entente:problem:not-your-commitment")
    status, _ = await other.refused("PATCH", path, {"reason": "x", "owner_member_id": made["owner_member_id"]})
    assert status == 403
    owner = await member_id(circle, circle.first, "sponsor")
    changed = await own.request("PATCH", path, {"reason": "She can", "owner_member_id": owner}, If_Match='"1"')
    assert (changed.status_code, changed.json()["owner_member_id"]) == (200, owner)
    stale = await own.request("PATCH", path, {"reason": "Again", "owner_member_id": owner}, If_Match='"1"')
    assert stale.status_code == 412
    put_off = await other.request("PATCH", path, {"reason": "Snow", "due_at": "2026-04-01T00:00:00Z"})
    assert put_off.json()["decides_at"] == "2026-04-08T00:00:00Z"
    assert (await own.refused("PATCH", path, {"reason": "Nothing"}))[0] == 422
    changes = (await own.get(f"{path}/changes"))["items"]
    assert [(each["note"], each["said"]["due_at"][:10]) for each in changes] == [
        (None, "2026-03-01"),
        ("She can", "2026-03-01"),
        ("Snow", "2026-04-01"),
    ]
    await circle.advance("2026-03-20T00:00:00Z")  # past what was its end before
    assert (await own.get(path))["status"] == "open"
    await circle.advance("2026-04-08T00:00:00Z")
    await becomes(circle, made, "broken")


async def test_a_due_date_is_brought_forward_by_its_own_party_alone(scene):
    circle = await scene.circle("1", "1")
    made = await commitment(circle)
    path = f"{circle.path}/commitments/{made['id']}"
    sooner = {"reason": "Sooner", "due_at": "2026-01-02T00:00:00Z"}
    status, problem = await circle.organisations[1]["manager"].refused("PATCH", path, sooner)
    assert (status, problem["type"]) == (403, "urn:entente:problem:not-your-commitment")
    assert (await circle.first["manager"].get(path))["due_at"] == made["due_at"]
    changed = await circle.first["manager"].request("PATCH", path, sooner)
    assert (changed.status_code, changed.json()["decides_at"]) == (200, "2026-01-09T00:00:00Z")


async def test_what_is_declared_done_is_not_reworded_under_its_declaration(scene):
    circle = await scene.circle("1", "1")
    made = await commitment(circle)
    await declare(circle, made)
    path = f"{circle.path}/commitments/{made['id']}"
    other, reworded = circle.organisations[1]["manager"], {"reason": "More", "what": "Twenty more patrols"}
    status, problem = await other.refused("PATCH", path, reworded)
    assert (status, problem["type"]) == (409, "urn:entente:problem:commitment-declared")
    assert problem["errors"][0]["pointer"] == "/what"
    found = await other.get(path)
    assert (found["what"], found["status"]) == (made["what"], "declared")
    await answer(circle, made, accepted=False, note="We meant more")
    assert (await other.request("PATCH", path, reworded)).json()["what"] == "Twenty more patrols"


async def test_a_commitment_must_make_sense(scene):
    circle = await scene.circle("1", "1")
    path, manager = f"{circle.path}/commitments", circle.first["manager"]
    foreign = await member_id(circle, circle.organisations[1], "delegate")
    for changes, pointer in (
        ({"due_at": "2026-01-01T00:00:00Z"}, "/due_at"),
        ({"owner_member_id": foreign}, "/owner_member_id"),
        ({"owner_member_id": str(new_id())}, "/owner_member_id"),
        ({"responsible": [str(new_id())]}, "/responsible"),
        ({"objective_id": str(new_id())}, "/objective_id"),
        ({"grace": "P91D"}, "/grace"),
    ):
        status, problem = await manager.refused("POST", path, await commitment_body(circle, **changes))
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer)
    assert (await circle.first.system.refused("POST", path, await commitment_body(circle)))[0] == 403
    stranger = await scene.organisation("Stranger", *ROLES)
    made = await commitment(circle)
    for method, address in (("GET", path), ("GET", f"{path}/{made['id']}"), ("GET", f"{circle.path}/reliability")):
        assert (await stranger["sponsor"].refused(method, address))[0] == 404
    other = await scene.circle("1", "1")
    assert (await other.first["sponsor"].refused("GET", f"{other.path}/commitments/{made['id']}"))[0] == 404


async def test_two_who_answer_a_declaration_at_once_resolve_it_once(scene):
    circle = await scene.circle()
    made = await commitment(circle)
    await declare(circle, made)
    statuses = []

    async def confirm(party):
        path = f"{circle.path}/commitments/{made['id']}/confirmations"
        sent = await circle.organisations[party]["manager"].request("POST", path, {"accepted": True})
        statuses.append(sent.status_code)

    async with anyio.create_task_group() as group:
        for party in (1, 2):
            group.start_soon(confirm, party)
    assert sorted(statuses) == [201, 409]
    assert len(await circle.heard("commitment_resolved")) == 1


@pytest.mark.parametrize(
    ("method", "action", "body", "declared", "outcome"),
    [
        ("POST", "/confirmations", {"accepted": False, "note": "There is one van"}, True, "kept"),
        ("POST", "/waivers", {"reason": "Let it be"}, False, "broken"),
        ("PATCH", "", {"reason": "Snow", "due_at": "2026-06-01T00:00:00Z"}, False, "broken"),
    ],
)
async def test_what_silence_has_decided_stands_before_its_timer_says_so(scene, method, action, body, declared, outcome):
    circle = await scene.circle("1", "1")
    made = await commitment(circle)
    if declared:
        await declare(circle, made)
    path = f"{circle.path}/commitments/{made['id']}{action}"
    answers = []

    async def say_otherwise():
        sent = await circle.organisations[1]["manager"].request(method, path, body)
        answers.append((sent.status_code, sent.json().get("type")))

    async with held_up(scene, "commitment", made["id"]) as waiting, anyio.create_task_group() as group:
        group.start_soon(say_otherwise)
        await eventually(lambda: waiting(1))
        await circle.advance("2026-03-08T00:00:00Z")  # its timer has to wait for the row behind the request
        await waiting(None)
    assert answers == [(409, "urn:entente:problem:commitment-resolved")]
    assert (await becomes(circle, made, outcome))["resolved_at"] == "2026-03-08T00:00:00Z"


async def test_settlements_and_variance_reviews_bind_like_members_do(scene):
    circle = await scene.circle("1", "1")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    due = datetime(2026, 2, 1, tzinfo=UTC)
    term = CommitmentTerm(party_id=circle.parties[1], what="Pay the invoices", due_at=due)
    owner = await member_id(circle, circle.first, "manager")
    await circle.producers.tell(
        CaseSettled(
            partnership_id=circle.id, case_id=new_id(), settlement_id=new_id(), level=1, terms=[term], settled_at=at
        )
    )
    await circle.producers.tell(
        ActionRequested(
            partnership_id=circle.id, action_id=new_id(), review_id=new_id(), title="Count the vans",
            owner_member_id=owner, party_id=circle.parties[0], due_at=due, requested_at=at, kpi_id=None,
            objective_id=None,
        )
    )  # fmt: skip
    page = await circle.first["manager"].eventually(f"{circle.path}/commitments", lambda page: len(page["items"]) == 2)
    assert {(each["what"], each["status"]) for each in page["items"]} == {
        ("Pay the invoices", "open"),
        ("Count the vans", "open"),
    }
    await circle.advance("2026-02-09T00:00:00Z")
    for each in page["items"]:
        await becomes(circle, each, "broken")


async def test_a_partys_word_is_worth_what_it_kept_and_the_parts_are_shown(scene):
    circle = await scene.circle("1", "1")
    kept, waived = await commitment(circle), await commitment(circle)
    await commitment(circle, due_at="2026-03-05T00:00:00Z")
    await commitment(circle, due_at="2026-09-01T00:00:00Z")
    await declare(circle, kept)
    await answer(circle, kept, accepted=True)
    await circle.organisations[1]["sponsor"].post(
        f"{circle.path}/commitments/{waived['id']}/waivers", {"reason": "Not needed"}
    )
    await circle.advance("2026-03-20T00:00:00Z")

    def one_broken(found):
        return found["items"][0]["parts"]["broken"]["count"] == 1

    found = await circle.organisations[1]["delegate"].eventually(f"{circle.path}/reliability", one_broken)
    assert (found["half_life"], found["rule_version"]) == ("P180D", "reliability/1")
    mine = next(item for item in found["items"] if item["party_id"] == str(circle.parties[0]))
    theirs = next(item for item in found["items"] if item["party_id"] == str(circle.parties[1]))
    assert (mine["parts"]["kept"]["count"], mine["waived"], mine["open"]) == (1, 1, 1)
    assert 0 < mine["index"] < mine["share"] < 0.5  # the broken one is younger, and weighs more
    assert (theirs["index"], theirs["share"], theirs["observations"]) == (None, None, 0.0)
