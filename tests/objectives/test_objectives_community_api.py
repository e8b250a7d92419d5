"""What makes parties a community: rituals, gatherings, recognitions, ideas, cross projects, secondments."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from support.stack import role_url

from entente_objectives.community import commands as community
from entente_shared.db import Database
from entente_shared.settings import ServiceSettings


@asynccontextmanager
async def inside(stack, partnership_id):
    """A transaction of the service for one partnership, as a timer or handler has it."""
    url = role_url(stack.admin_dsn, "objectives")
    database = Database(ServiceSettings(database_url=url, token_public_key=stack.public_key, pool_size=2))
    try:
        async with database.transaction(tenant=partnership_id) as session:
            yield session
    finally:
        await database.close()


async def members(circle, organisation):
    rows = (await organisation["sponsor"].get(f"{circle.path}/members"))["items"]
    return {row["role"]: row["id"] for row in rows if row["organisation_id"] == str(organisation.id)}


def kind(problem):
    return problem["type"].removeprefix("urn:entente:problem:")


async def refused(client, method, path, body=None):
    status, problem = await client.refused(method, path, body)
    return status, kind(problem)


async def wrong(client, path, body):
    status, problem = await client.refused("POST", path, body)
    assert status == 422, problem
    return problem["errors"][0]["pointer"]


# ------------------------------------------------------------------ recognitions
async def test_a_milestone_that_was_reached_is_celebrated_once(scene, objectives_stack):
    circle = await scene.circle("1", "1")
    milestone, reached = uuid4(), datetime(2026, 2, 3, 12, tzinfo=UTC)

    async def celebrate(title):
        async with inside(objectives_stack, circle.id) as session:
            return await community.celebrate(session, circle.id, milestone, title, reached)

    done = await asyncio.gather(*(celebrate("Hundred tests done") for _ in range(4)))
    assert sorted(done) == [False, False, False, True]
    assert await celebrate("Told again") is False
    other = circle.organisations[1]["delegate"]
    (given,) = (await other.get(f"{circle.path}/recognitions?milestone_id={milestone}"))["items"]
    assert (given["title"], given["given_at"][:10]) == ("Hundred tests done", "2026-02-03")
    assert (given["member_id"], given["party_id"], given["given_by_person_id"], given["reason"]) == (None,) * 4
    async with inside(objectives_stack, circle.id) as session:
        assert await community.celebrate(session, circle.id, uuid4(), "Another", reached) is True
    told = await circle.heard("recognition_given", 2)
    assert [each.data["title"] for each in told] == ["Hundred tests done", "Another"]


async def test_people_recognise_others_and_never_themselves(scene):
    circle = await scene.circle("1", "1")
    first, second = circle.organisations
    theirs, ours = await members(circle, second), await members(circle, first)
    path = f"{circle.path}/recognitions"
    body = {"title": "Thanks", "reason": "For the night shift"}
    to_member = await first["delegate"].post(path, {**body, "member_id": theirs["committee_member"]})
    to_party = await first["delegate"].post(path, {**body, "party_id": str(circle.parties[1])})
    to_all = await first["delegate"].post(path, body)
    assert await second["sponsor"].get(f"{path}/{to_all['id']}") == to_all
    assert to_all["given_by_person_id"] == str(first.id_of("delegate"))
    found = await second["sponsor"].get(f"{path}?member_id={theirs['committee_member']}")
    assert [row["id"] for row in found["items"]] == [to_member["id"]]
    found = await second["sponsor"].get(f"{path}?party_id={circle.parties[1]}")
    assert [row["id"] for row in found["items"]] == [to_party["id"]]
    for changes in ({"member_id": ours["committee_member"]}, {"party_id": str(circle.parties[0])}):
        assert await refused(first["delegate"], "POST", path, {**body, **changes}) == (403, "own-praise")
    for changes, pointer in (
        ({"member_id": str(uuid4())}, "/member_id"),
        ({"party_id": str(uuid4())}, "/party_id"),
        ({"member_id": theirs["sponsor"], "party_id": str(circle.parties[1])}, "/party_id"),
    ):
        assert await wrong(first["delegate"], path, {**body, **changes}) == pointer
    assert (await first["sponsor"].refused("GET", f"{path}/{uuid4()}"))[0] == 404


# ------------------------------------------------------------------ rituals
def ritual(**changes):
    body = {
        "title": "Coffee",
        "purpose": "What went well",
        "rule": "FREQ=WEEKLY;BYDAY=MO",
        "starts_at": "2026-03-02T09:00:00+01:00",
        "time_zone": "Europe/Paris",
    }
    return {**body, **changes}


async def test_a_ritual_keeps_the_hour_of_its_walls_and_who_was_there(scene):
    circle = await scene.circle("1", "1")
    first, second = circle.organisations
    made = await first["manager"].post(f"{circle.path}/rituals", ritual())
    path = f"{circle.path}/rituals/{made['id']}"
    during = "from=2026-03-20T00:00:00Z&to=2026-04-01T00:00:00Z"
    found = await second["delegate"].get(f"{path}/occurrences?{during}")
    # Summer time begins on 29 March 2026 in Paris: nine o'clock stays nine o'clock.
    assert [row["occurs_at"] for row in found] == ["2026-03-23T08:00:00Z", "2026-03-30T07:00:00Z"]
    there = {"occurs_at": "2026-03-23T09:00:00+01:00"}
    assert await wrong(second["delegate"], f"{path}/attendances", there) == "/occurs_at"  # still to come
    await circle.advance("2026-03-24T00:00:00Z")
    for person in (second["delegate"], second["sponsor"], second["sponsor"], first["manager"]):
        await person.post(f"{path}/attendances", there)
    assert await wrong(second["delegate"], f"{path}/attendances", {"occurs_at": "2026-03-22T08:00:00Z"}) == "/occurs_at"
    found = await first["delegate"].get(f"{path}/occurrences?{during}")
    assert {row["party_id"]: row["people"] for row in found[0]["attended"]} == {
        str(circle.parties[0]): 1,
        str(circle.parties[1]): 2,
    }
    who = (await first["delegate"].get(f"{path}/attendances?occurs_at=2026-03-23T08:00:00Z"))["items"]
    present = {str(second.id_of("delegate")), str(second.id_of("sponsor")), str(first.id_of("manager"))}
    assert {row["person_id"] for row in who} == present
    assert len(who) == 3
    assert await refused(second["manager"], "POST", f"{path}/endings") == (403, "not-your-ritual")
    assert (await first["delegate"].post(f"{path}/endings", None))["ended_at"] is not None
    assert await refused(first["delegate"], "POST", f"{path}/endings") == (409, "ritual-ended")
    found = await first["delegate"].get(f"{path}/occurrences?{during}")
    assert [row["occurs_at"] for row in found] == ["2026-03-23T08:00:00Z"]
    assert (
        await first["delegate"].refused("GET", f"{path}/occurrences?from=2026-01-01T00:00:00Z&to=2030-01-01T00:00:00Z")
    )[0] == 422
    assert [row["id"] for row in (await second["delegate"].get(f"{circle.path}/rituals"))["items"]] == [made["id"]]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"rule": "FREQ=SECONDLY"}, "/rule"),
        ({"rule": "FREQ=DAILY;COUNT=3"}, "/rule"),
        ({"rule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "/rule"),
        ({"rule": "FREQ=DAILY\nRDATE:20260101"}, "/rule"),
        ({"rule": "BYDAY=MO"}, "/rule"),
        ({"rule": "FREQ=WEEKLY;BYDAY=1MO"}, "/rule"),
        ({"rule": "FREQ=DAILY;UNTIL=20269999T000000Z"}, "/rule"),
        ({"rule": "FREQ=DAILY;UNTIL=20250101T000000Z"}, "/rule"),
        ({"rule": "FREQ=DAILY;FREQ=DAILY"}, "/rule"),
        ({"rule": "x" * 201}, "/rule"),
        ({"time_zone": "Europe/Atlantis"}, "/time_zone"),
        ({"time_zone": "../../etc/passwd"}, "/time_zone"),
        ({"time_zone": "Europe"}, "/time_zone"),
        ({"starts_at": "1776-07-04T00:00:00Z"}, "/starts_at"),
    ],
)
async def test_a_rule_that_is_none_or_has_no_end_of_work_is_refused(scene, changes, pointer):
    circle = await scene.circle("1", "1")
    assert await wrong(circle.first["manager"], f"{circle.path}/rituals", ritual(**changes)) == pointer


# ------------------------------------------------------------------ gatherings
async def test_a_gathering_is_planned_joined_and_concluded(scene):
    circle = await scene.circle("1", "1")
    first, second = circle.organisations
    body = {
        "title": "Open day",
        "purpose": "See what the other does",
        "starts_at": "2026-02-01T10:00:00Z",
        "ends_at": "2026-02-01T16:00:00Z",
    }
    assert (
        await wrong(first["delegate"], f"{circle.path}/gatherings", {**body, "ends_at": body["starts_at"]})
        == "/ends_at"
    )
    made = await first["delegate"].post(f"{circle.path}/gatherings", body)
    path = f"{circle.path}/gatherings/{made['id']}"
    for _ in range(2):
        assert (await second["sponsor"].request("PUT", f"{path}/participation")).is_success
    assert (await second["manager"].request("PUT", f"{path}/participation")).is_success
    assert (await second["manager"].request("DELETE", f"{path}/participation")).status_code == 204
    who = (await first["delegate"].get(f"{path}/participants"))["items"]
    assert [row["person_id"] for row in who] == [str(second.id_of("sponsor"))]
    outcome = (f"{path}/outcomes", {"text": "Two ideas"})
    assert await refused(first["delegate"], "POST", *outcome) == (409, "gathering-state")
    await circle.advance("2026-02-02T00:00:00Z")
    assert await refused(second["sponsor"], "POST", *outcome) == (403, "not-your-gathering")
    held = await first["sponsor"].post(*outcome)
    assert (held["state"], held["outcome"]) == ("held", "Two ideas")
    for method, where, text in (
        ("POST", f"{path}/cancellations", {"text": "Rain"}),
        ("PUT", f"{path}/participation", None),
        ("DELETE", f"{path}/participation", None),
    ):
        assert await refused(first["sponsor"], method, where, text) == (409, "gathering-state")
    other = await first["delegate"].post(f"{circle.path}/gatherings", {**body, "place": "Hall 3"})
    called_off = await first["delegate"].post(f"{circle.path}/gatherings/{other['id']}/cancellations", {"text": "Rain"})
    assert called_off["state"] == "cancelled"
    held = await second["sponsor"].get(f"{circle.path}/gatherings?state=held")
    assert [row["id"] for row in held["items"]] == [made["id"]]


# ------------------------------------------------------------------ ideas
async def propose(circle):
    body = {"title": "One test track", "text": "We would save a week"}
    made = await circle.first["delegate"].post(f"{circle.path}/ideas", body)
    return made, f"{circle.path}/ideas/{made['id']}"


async def test_an_idea_that_gathers_support_becomes_an_objective(scene):
    circle = await scene.circle()
    first, second, third = circle.organisations
    await circle.agree()
    made, path = await propose(circle)
    assert (made["state"], made["needed"]) == ("open", {"people": 3, "parties": 2})
    for person in (first["sponsor"], first["manager"], second["sponsor"]):
        assert (await third["sponsor"].get(path))["state"] == "open"
        assert (await person.request("PUT", f"{path}/support")).is_success
    supported = await third["sponsor"].get(path)
    assert (supported["state"], supported["supporters"], supported["supporting_parties"]) == ("supported", 3, 2)
    (objective,) = (await first["sponsor"].get(f"{circle.path}/objectives"))["items"]
    became = {"kind": "objective", "id": objective["id"]}
    assert await refused(second["delegate"], "POST", f"{path}/adoptions", became) == (403, "forbidden")
    for unknown in ({**became, "id": str(uuid4())}, {**became, "kind": "goal"}):
        assert await wrong(second["manager"], f"{path}/adoptions", unknown) == "/id"
    adopted = await second["manager"].post(f"{path}/adoptions", became)
    assert (adopted["state"], adopted["became_kind"], adopted["became_id"]) == ("adopted", "objective", objective["id"])
    assert await refused(third["sponsor"], "PUT", f"{path}/support") == (409, "idea-state")
    told = await circle.heard("idea_changed", 5)
    assert [each.data["state"] for each in told] == ["open", "open", "open", "supported", "adopted"]
    assert told[-1].data["became"] == became
    assert [row["id"] for row in (await third["sponsor"].get(f"{circle.path}/ideas?state=adopted"))["items"]] == [
        made["id"]
    ]


async def test_each_person_supports_an_idea_once_however_often_they_say_so(scene):
    circle = await scene.circle()
    _, path = await propose(circle)
    second = circle.organisations[1]
    answers = await asyncio.gather(
        *(second[person].request("PUT", f"{path}/support") for person in ("sponsor", "manager") for _ in range(3))
    )
    assert [answer.status_code for answer in answers] == [200] * 6
    now = await circle.first["sponsor"].get(path)
    assert (now["state"], now["supporters"], now["supporting_parties"]) == ("open", 2, 1)
    who = (await circle.first["sponsor"].get(f"{path}/supports"))["items"]
    assert {row["person_id"] for row in who} == {str(second.id_of("sponsor")), str(second.id_of("manager"))}
    assert await refused(circle.first["delegate"], "PUT", f"{path}/support") == (403, "not-your-idea")


async def test_support_that_is_taken_back_opens_the_idea_again(scene):
    circle = await scene.circle()
    first, second, _ = circle.organisations
    _, path = await propose(circle)
    for person in (first["sponsor"], first["manager"], second["sponsor"]):
        assert (await person.request("PUT", f"{path}/support")).is_success
    assert (await second["sponsor"].request("DELETE", f"{path}/support")).status_code == 204
    now = await first["sponsor"].get(path)
    assert (now["state"], now["supporters"], now["supported_at"]) == ("open", 2, None)
    became = {"kind": "goal", "id": str(uuid4())}
    assert await refused(first["sponsor"], "POST", f"{path}/adoptions", became) == (409, "idea-state")


async def test_an_idea_is_declined_with_a_reason_or_withdrawn_by_its_author(scene):
    circle = await scene.circle("1", "1")
    second = circle.organisations[1]
    _, path = await propose(circle)
    assert await wrong(second["sponsor"], f"{path}/refusals", {"reason": " "}) == "/reason"
    assert await refused(second["delegate"], "POST", f"{path}/refusals", {"reason": "x"}) == (403, "forbidden")
    declined = await second["sponsor"].post(f"{path}/refusals", {"reason": "No track is free"})
    assert (declined["state"], declined["reason"]) == ("declined", "No track is free")
    _, path = await propose(circle)
    assert await refused(second["sponsor"], "POST", f"{path}/withdrawals") == (403, "not-your-idea")
    assert (await circle.first["delegate"].post(f"{path}/withdrawals", None))["state"] == "withdrawn"
    assert await refused(second["sponsor"], "POST", f"{path}/refusals", {"reason": "x"}) == (409, "idea-state")


async def test_an_idea_is_decided_on_once_by_those_who_decide_at_once(scene):
    circle = await scene.circle("1", "1")
    _, path = await propose(circle)
    people = [organisation[person] for organisation in circle.organisations for person in ("sponsor", "manager")]
    answers = await asyncio.gather(*(each.request("POST", f"{path}/refusals", {"reason": "No"}) for each in people))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


# ------------------------------------------------------------------ cross projects
async def test_a_cross_project_has_one_who_is_accountable_and_an_outcome(scene):
    circle = await scene.circle()
    first, second, third = circle.organisations
    lead = (await members(circle, second))["committee_member"]
    body = {
        "title": "One track",
        "aim": "Both fleets on one track",
        "lead_member_id": lead,
        "party_ids": [str(party) for party in circle.parties[:2]],
        "starts_on": "2026-02-01",
        "ends_on": "2026-06-30",
    }
    listed = f"{circle.path}/cross-projects"
    assert await refused(third["manager"], "POST", listed, body) == (403, "not-your-project")
    assert await refused(first["delegate"], "POST", listed, body) == (403, "forbidden")
    for changes, pointer in (
        ({"party_ids": body["party_ids"][:1]}, "/party_ids"),
        ({"party_ids": [*body["party_ids"], str(uuid4())]}, "/party_ids/2"),
        ({"party_ids": [*body["party_ids"], body["party_ids"][0]]}, "/party_ids/2"),
        ({"lead_member_id": (await members(circle, third))["sponsor"]}, "/lead_member_id"),
        ({"ends_on": "2026-01-31"}, "/ends_on"),
        ({"ends_on": 20260131}, "/ends_on"),
        ({"ends_on": "2026-02-30"}, "/ends_on"),
    ):
        assert await wrong(first["manager"], listed, {**body, **changes}) == pointer
    made = await first["manager"].post(listed, body)
    path = f"{listed}/{made['id']}"
    longer = {**body, "ends_on": "2026-09-30"}
    assert await refused(third["manager"], "PUT", path, longer) == (403, "not-your-project")
    assert (await second["delegate"].request("PUT", path, longer, If_Match='"1"')).json()["ends_on"] == "2026-09-30"
    assert (await first["manager"].refused("PUT", path, longer, If_Match='"1"'))[0] == 412
    outcome = {"state": "completed", "outcome": "Shared since May"}
    assert await refused(first["delegate"], "POST", f"{path}/outcomes", outcome) == (403, "not-your-project")
    ended = await second["delegate"].post(f"{path}/outcomes", outcome)
    assert (ended["state"], ended["outcome"], ended["lead_member_id"]) == ("completed", "Shared since May", lead)
    assert await refused(first["manager"], "PUT", path, longer) == (409, "project-ended")
    found = await third["sponsor"].get(f"{listed}?state=completed")
    assert [row["id"] for row in found["items"]] == [made["id"]]


# ------------------------------------------------------------------ secondments
def secondment(circle, person="delegate", **changes):
    body = {
        "seconded_person_id": str(circle.first.id_of(person)),
        "from_party_id": str(circle.parties[0]),
        "to_party_id": str(circle.parties[1]),
        "from_on": "2026-02-01",
        "to_on": "2026-02-28",
        "purpose": "Learn how the tests are read",
    }
    return {**body, **changes}


async def test_a_secondment_holds_once_both_parties_have_agreed(scene):
    circle = await scene.circle()
    first, second, third = circle.organisations
    listed = f"{circle.path}/secondments"
    made = await first["manager"].post(listed, secondment(circle))
    path = f"{listed}/{made['id']}"
    assert (made["state"], made["lender_person_id"]) == ("proposed", str(first.id_of("manager")))
    assert (await first["sponsor"].post(f"{path}/agreements", None))["state"] == "proposed"
    assert await refused(third["manager"], "POST", f"{path}/agreements") == (403, "not-your-secondment")
    assert await refused(second["delegate"], "POST", f"{path}/agreements") == (403, "forbidden")
    agreed = await second["sponsor"].post(f"{path}/agreements", None)
    assert (agreed["state"], agreed["active"], agreed["borrower_person_id"]) == (
        "agreed",
        False,
        str(second.id_of("sponsor")),
    )
    await circle.advance("2026-02-10T12:00:00Z")
    assert (await third["delegate"].get(path))["active"] is True
    assert await refused(first["manager"], "POST", f"{path}/refusals", {"reason": "x"}) == (409, "secondment-state")
    ended = await second["manager"].post(f"{path}/endings", {"reason": "All learnt"})
    assert (ended["state"], ended["to_on"], ended["last_on"]) == ("ended", "2026-02-28", "2026-02-10")
    await circle.advance("2026-02-11T12:00:00Z")
    assert (await third["delegate"].get(path))["active"] is False
    again = await first["manager"].post(listed, secondment(circle, from_on="2026-02-11"))
    assert again["state"] == "proposed"
    told = await circle.heard("secondment_changed", 5)
    assert [each.data["state"] for each in told] == ["proposed", "proposed", "agreed", "ended", "proposed"]


async def test_nobody_is_seconded_twice_in_the_same_time(scene):
    circle = await scene.circle()
    second, third = circle.organisations[1:]
    listed = f"{circle.path}/secondments"
    made = await circle.first["manager"].post(listed, secondment(circle))
    elsewhere = {"to_party_id": str(circle.parties[2])}
    for days in (
        {"from_on": "2026-02-28", "to_on": "2026-03-31"},
        {"from_on": "2026-01-10", "to_on": "2026-02-01"},
        {"from_on": "2026-01-10", "to_on": "2026-12-31"},
        {"from_on": "2026-02-10", "to_on": "2026-02-10"},
    ):
        body = secondment(circle, **elsewhere, **days)
        assert await refused(third["manager"], "POST", listed, body) == (409, "seconded-already")
    after = {"from_on": "2026-03-01", "to_on": "2026-03-31"}
    await third["manager"].post(listed, secondment(circle, **elsewhere, **after))
    await third["manager"].post(listed, secondment(circle, "sponsor", **elsewhere))
    declined = await second["manager"].post(f"{listed}/{made['id']}/refusals", {"reason": "No desk"})
    assert (declined["state"], declined["reason"]) == ("declined", "No desk")
    await third["manager"].post(listed, secondment(circle, **elsewhere))
    mine = await second["sponsor"].get(f"{listed}?seconded_person_id={circle.first.id_of('sponsor')}&state=proposed")
    assert len(mine["items"]) == 1


async def test_of_two_who_ask_for_the_same_person_at_once_one_gets_them(scene):
    circle = await scene.circle()
    listed = f"{circle.path}/secondments"
    asked = [
        circle.organisations[index][person].request(
            "POST", listed, secondment(circle, to_party_id=str(circle.parties[index]))
        )
        for index in (1, 2)
        for person in ("manager", "sponsor")
    ]
    answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_a_secondment_that_makes_no_sense_is_refused_with_the_field(scene):
    circle = await scene.circle()
    listed = f"{circle.path}/secondments"
    theirs = str(circle.organisations[1].id_of("delegate"))
    for changes, pointer in (
        ({"to_on": "2026-01-31"}, "/to_on"),
        ({"from_on": "2025-01-01", "to_on": "2025-02-01"}, "/to_on"),
        ({"to_party_id": str(circle.parties[0])}, "/to_party_id"),
        ({"to_party_id": str(uuid4())}, "/to_party_id"),
        ({"seconded_person_id": theirs}, "/seconded_person_id"),
        ({"seconded_person_id": str(uuid4())}, "/seconded_person_id"),
        ({"from_on": "2026-02-01T00:00:00Z"}, "/from_on"),
        ({"from_on": 1772323200000}, "/from_on"),
    ):
        assert await wrong(circle.first["manager"], listed, secondment(circle, **changes)) == pointer
    third = circle.organisations[2]["manager"]
    assert await refused(third, "POST", listed, secondment(circle)) == (403, "not-your-secondment")


@pytest.mark.parametrize("slice_", ["recognitions", "rituals", "gatherings", "ideas", "cross-projects", "secondments"])
async def test_a_stranger_sees_nothing_of_the_community_and_a_system_says_nothing(scene, slice_):
    circle = await scene.circle("1", "1")
    stranger = (await scene.organisation("Stranger", "someone"))["someone"]
    path = f"{circle.path}/{slice_}"
    assert (await stranger.refused("GET", path))[0] == 404
    assert (await stranger.refused("GET", f"{path}/{UUID(int=7)}"))[0] == 404
    assert (await circle.first["sponsor"].refused("GET", f"{path}/{UUID(int=7)}"))[0] == 404
    assert (await circle.first.system.get(path))["items"] == []
    bodies = {
        "recognitions": {"title": "x", "reason": "x"},
        "rituals": ritual(),
        "gatherings": {
            "title": "x",
            "purpose": "x",
            "starts_at": "2026-02-01T10:00:00Z",
            "ends_at": "2026-02-01T16:00:00Z",
        },
        "ideas": {"title": "x", "text": "x"},
        "cross-projects": {
            "title": "x",
            "aim": "x",
            "lead_member_id": str(UUID(int=7)),
            "party_ids": [str(party) for party in circle.parties],
            "starts_on": "2026-02-01",
            "ends_on": "2026-02-02",
        },
        "secondments": secondment(circle),
    }
    assert (await circle.first.system.refused("POST", path, bodies[slice_]))[0] == 403
