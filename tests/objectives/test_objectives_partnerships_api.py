"""Organisations, partnerships, members and the clock over HTTP."""

from uuid import uuid4

import anyio
from objectives.charters import START
from objectives.lifecycle import held_up
from support.waiting import eventually


async def test_persons_are_seen_by_their_own_organisation_only(scene):
    circle = await scene.circle()
    ours, theirs = circle.organisations[:2]
    path = f"/organisations/{ours.id}/persons"
    assert [row["name"] for row in (await ours["sponsor"].get(path))["items"]] == ["sponsor", "manager", "delegate"]
    assert (await theirs["sponsor"].refused("GET", path))[0] == 403
    assert (await scene.operator.refused("GET", path))[0] == 403
    stranger = await scene.organisation("Stranger", "someone")
    assert (await stranger["someone"].refused("GET", path))[0] == 404


async def test_organisations_are_seen_by_themselves_their_partners_and_operators(scene):
    circle = await scene.circle()
    stranger = await scene.organisation("Stranger", "someone")
    names = {organisation.name for organisation in circle.organisations}
    listed = await circle.first["sponsor"].get("/organisations?limit=1000")
    assert {row["name"] for row in listed["items"]} == names
    assert [row["name"] for row in (await stranger["someone"].get("/organisations"))["items"]] == [stranger.name]
    assert (await stranger["someone"].refused("GET", f"/organisations/{circle.first.id}"))[0] == 404
    assert (await scene.operator.get(f"/organisations/{stranger.id}"))["name"] == stranger.name


async def test_only_operators_register_organisations_and_only_those_who_may_their_persons(scene):
    organisation = await scene.organisation("Ministry", "someone")
    assert (await organisation.system.refused("POST", "/organisations", {"name": "x"}))[0] == 403
    path = f"/organisations/{organisation.id}/persons"
    assert (await organisation["someone"].refused("POST", path, {"name": "x"}))[0] == 403
    unscoped = scene.client("system", organisation.id, None, "samples:write")
    assert (await unscoped.refused("POST", path, {"name": "x"}))[0] == 403
    made = await scene.operator.post(path, {"name": "Ada", "email": "ada@example.org"})
    assert made == {
        "id": made["id"],
        "organisation_id": str(organisation.id),
        "name": "Ada",
        "email": "ada@example.org",
    }


async def test_a_partnership_is_there_at_once_for_its_members_and_for_nobody_else(scene):
    circle = await scene.circle()
    for organisation in circle.organisations:
        for client in (organisation.system, organisation["sponsor"], organisation["delegate"]):
            assert (await client.get(circle.path))["name"] == "Road safety"
            assert [row["id"] for row in (await client.get("/partnerships"))["items"]] == [str(circle.id)]
    stranger = await scene.organisation("Stranger", "someone")
    assert (await stranger["someone"].refused("GET", circle.path))[0] == 404
    assert (await stranger["someone"].get("/partnerships"))["items"] == []
    assert (await scene.operator.refused("GET", circle.path))[0] == 404


async def test_a_person_forms_a_partnership_of_their_organisation(scene):
    ours, theirs = await scene.organisation("Ours", "someone"), await scene.organisation("Theirs")
    person = str(ours.id_of("someone"))
    members = [{"person_id": person, "role": "sponsor"}, {"person_id": person, "role": "alliance_manager"}]
    body = {
        "name": "Small",
        "parties": [
            {"organisation_id": str(ours.id), "weight": "10", "members": members},
            {"organisation_id": str(theirs.id), "weight": "2.50"},
        ],
    }
    made = await ours["someone"].post("/partnerships", body)
    assert [(party["name"], party["weight"]) for party in made["parties"]] == [(ours.name, "10"), (theirs.name, "2.50")]
    assert (made["clock"], made["stage"]) == ("real", "partner_selection")
    assert await ours["someone"].get(f"/partnerships/{made['id']}") == made
    unscoped = scene.client("system", ours.id, None, "samples:write")
    assert (await unscoped.refused("POST", "/partnerships", body))[0] == 403


async def test_forming_a_partnership_tells_its_parties_and_members(scene):
    circle = await scene.circle("2", "1")
    told = (await circle.heard("partnership_changed"))[0].data
    assert [(party["weight"], party["organisation_id"]) for party in told["parties"]] == [
        ("2", str(circle.organisations[0].id)),
        ("1", str(circle.organisations[1].id)),
    ]
    assert (told["clock"], told["clock_now"], told["stage"]) == ("replay", START, "partner_selection")
    members = await circle.heard("membership_changed", 6)
    assert {(m.data["person_id"], m.data["role"]) for m in members} == {
        (str(organisation.id_of(person)), role)
        for organisation in circle.organisations
        for person, role in (("sponsor", "sponsor"), ("manager", "alliance_manager"), ("delegate", "committee_member"))
    }


async def test_a_partnership_that_cannot_be_formed_names_the_field(scene):
    one, two = await scene.organisation("One", "a"), await scene.organisation("Two", "b")

    async def refused(parties, **changes):
        body = {"name": "x", "parties": parties, **changes}
        status, problem = await one.system.refused("POST", "/partnerships", body)
        return status, problem["errors"][0]["pointer"]

    def party(organisation, person=None):
        members = [{"person_id": str(person), "role": "sponsor"}] if person else []
        return {"organisation_id": str(organisation), "weight": "1", "members": members}

    both = [party(one.id), party(two.id)]
    assert await refused([party(one.id), party(one.id)]) == (422, "/parties/1/organisation_id")
    assert await refused([party(one.id), party(uuid4())]) == (422, "/parties/1/organisation_id")
    assert await refused([party(one.id), party(two.id, one.id_of("a"))]) == (422, "/parties/1/members/0/person_id")
    assert await refused(both, clock="replay") == (422, "/starts_at")
    assert await refused(both, starts_at="2026-01-01T00:00:00") == (422, "/starts_at")
    assert await refused([party(one.id)]) == (422, "/parties")
    assert await refused([{**party(one.id), "weight": "NaN"}, party(two.id)]) == (422, "/parties/0/weight")
    assert (
        await one.system.refused("POST", "/partnerships", {"name": "x", "parties": [party(two.id), party(uuid4())]})
    )[0] == 403


async def test_each_party_names_its_own_members(scene):
    circle = await scene.circle("1", "1")
    ours, theirs = circle.organisations
    path = f"{circle.path}/members"
    body = {"person_id": str(ours.id_of("delegate")), "role": "mediator"}
    assert (await theirs["manager"].refused("POST", path, body))[0] == 422
    assert (await ours["delegate"].refused("POST", path, body))[0] == 403
    made = await ours["manager"].post(path, body)
    status, problem = await ours.system.refused("POST", path, body)
    assert (status, problem["errors"][0]["pointer"]) == (409, "/role")
    assert (await theirs["sponsor"].refused("DELETE", f"{path}/{made['id']}"))[0] == 403
    stale = await ours["sponsor"].refused("DELETE", f"{path}/{made['id']}", If_Match='"7"')
    assert stale[0] == 412
    assert (await ours["sponsor"].request("DELETE", f"{path}/{made['id']}", If_Match='"1"')).status_code == 204
    assert (await ours["sponsor"].refused("DELETE", f"{path}/{made['id']}"))[0] == 404
    gone = [told for told in await circle.heard("membership_changed", 8) if told.data["role"] == "mediator"]
    assert [told.data["active"] for told in gone] == [True, False]


async def test_a_removed_person_sees_nothing_any_more_and_a_party_keeps_a_sponsor(scene):
    circle = await scene.circle("1", "1")
    ours = circle.first
    members = (await ours["sponsor"].get(f"{circle.path}/members"))["items"]
    ids = {row["person_id"]: row["id"] for row in members}
    delegate, sponsor = ids[str(ours.id_of("delegate"))], ids[str(ours.id_of("sponsor"))]
    assert (await ours.system.request("DELETE", f"{circle.path}/members/{delegate}")).status_code == 204
    assert (await ours["delegate"].refused("GET", circle.path))[0] == 404
    status, problem = await ours["manager"].refused("DELETE", f"{circle.path}/members/{sponsor}")
    assert (status, problem["type"].rpartition(":")[2]) == (409, "last-sponsor")


async def test_a_replayed_clock_moves_forward_by_those_who_may(scene):
    circle = await scene.circle()
    path, later = f"{circle.path}/clock", "2026-02-01T00:00:00Z"
    assert await circle.first["delegate"].get(path) == {"mode": "replay", "now": START}
    assert (await circle.first["delegate"].refused("POST", path, {"now": later}))[0] == 403
    assert await circle.first["manager"].post(path, {"now": later}) == {"mode": "replay", "now": later}
    assert (await circle.first.system.post(path, {"now": later}))["now"] == later
    status, problem = await circle.first["sponsor"].refused("POST", path, {"now": START})
    assert (status, problem["errors"][0]["pointer"]) == (409, "/now")
    told = await circle.heard("clock_advanced")
    assert [advance.data["now"] for advance in told] == [later]
    assert (await circle.heard("partnership_changed", 2))[-1].data["clock_now"] == later


async def test_real_time_cannot_be_moved(scene):
    circle = await scene.circle("1", "1", clock="real")
    status, problem = await circle.first.system.refused("POST", f"{circle.path}/clock", {"now": START})
    assert (status, problem["type"].rpartition(":")[2]) == (409, "clock-is-real")
    assert (await circle.heard("partnership_changed"))[0].data["clock_now"] is None


async def test_the_same_role_given_twice_at_once_is_given_once(scene):
    circle = await scene.circle()
    body = {"person_id": str(circle.first.id_of("delegate")), "role": "observer"}
    answers = []

    async def give(who):
        sent = await circle.first[who].request("POST", f"{circle.path}/members", body)
        answers.append((sent.status_code, sent.json().get("type")))

    async with held_up(scene, "party", circle.parties[0]) as waiting, anyio.create_task_group() as group:
        for who in ("sponsor", "manager"):
            group.start_soon(give, who)
        await eventually(lambda: waiting(2))
        await waiting(None)
    assert sorted(answers, key=str) == [(201, None), (409, "urn:entente:problem:already-member")]
