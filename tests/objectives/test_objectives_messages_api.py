"""Typed messages, which go where the charter's protocol says; feedback; links to workspaces."""

import asyncio
import json
from uuid import uuid4

import asyncpg
import pytest
from support.stack import role_url


def message(**changes):
    return {
        "type": "concern",
        "urgency": "high",
        "title": "A supplier may fail",
        "text": "Their loan is due",
        **changes,
    }


async def agree_on(stack, circle, *lines):
    """A charter in force whose text holds this communication protocol."""
    await circle.agree()
    owner = await asyncpg.connect(role_url(stack.admin_dsn, "objectives", owner=True).replace("+asyncpg", ""))
    text = await owner.fetchval("SELECT canonical FROM charter_version WHERE partnership_id = $1", circle.id)
    text = json.dumps({**json.loads(text), "communication": list(lines)})
    await owner.execute("UPDATE charter_version SET canonical = $1 WHERE partnership_id = $2", text, circle.id)
    await owner.close()


async def test_a_message_reaches_the_roles_that_the_charter_names_and_nobody_else(scene, objectives_stack):
    circle = await scene.circle()
    line = {"type": "concern", "urgency": "high", "channels": ["email", "meeting"], "roles": ["sponsor"]}
    await agree_on(objectives_stack, circle, line)
    first, second, third = circle.organisations
    sent = await first["delegate"].post(f"{circle.path}/messages", message(party_ids=[str(circle.parties[1])]))
    assert (sent["channels"], sent["roles"], sent["charter_version"]) == (["email", "meeting"], ["sponsor"], 1)
    assert [row["person_id"] for row in sent["recipients"]] == [str(second.id_of("sponsor"))]
    path = f"{circle.path}/messages/{sent['id']}"
    assert (await second["delegate"].get(path))["text"] == "Their loan is due"
    assert (await third["sponsor"].refused("GET", path))[1]["type"].endswith("message-not-found")
    assert (await third["sponsor"].get(f"{circle.path}/messages"))["items"] == []
    (told,) = await circle.heard("message_sent")
    assert told.received.audience == "parties:" + ",".join(sorted(str(each.id) for each in (first, second)))
    assert told.data["channels"] == ["email", "meeting"]
    assert [each["person_id"] for each in told.data["recipients"]] == [str(second.id_of("sponsor"))]
    assert "loan" not in str(told)
    now = await second["delegate"].get(f"{circle.path}/message-protocol")
    assert now["charter_version"] == 1
    assert [(row["type"], row["urgency"]) for row in now["routes"] if row["of_charter"]] == [("concern", "high")]


async def test_without_a_charter_the_default_protocol_holds(scene):
    circle = await scene.circle()
    sent = await circle.first["delegate"].post(f"{circle.path}/messages", message(urgency="immediate"))
    assert sent["channels"] == ["stream", "email", "webhook"]
    assert (sent["roles"], sent["charter_version"]) == (["alliance_manager", "sponsor"], None)
    reached = {row["person_id"] for row in sent["recipients"]}
    others = circle.organisations[1:]
    assert reached == {str(each.id_of(person)) for each in others for person in ("sponsor", "manager")}
    wider = await circle.first["delegate"].post(
        f"{circle.path}/messages", message(type="information", urgency="low", roles=["committee_member"])
    )
    assert wider["roles"] == ["alliance_manager", "committee_member"]
    now = await circle.first["delegate"].get(f"{circle.path}/message-protocol")
    assert (now["charter_version"], len(now["routes"])) == (None, 12)
    assert not any(row["of_charter"] for row in now["routes"])


async def test_an_urgent_message_is_listed_until_everybody_has_acknowledged_it(scene):
    circle = await scene.circle("1", "1")
    second = circle.organisations[1]
    sent = await circle.first["sponsor"].post(f"{circle.path}/messages", message())
    await circle.first["sponsor"].post(f"{circle.path}/messages", message(urgency="normal"))
    waiting, path = f"{circle.path}/unacknowledged-messages", f"{circle.path}/messages/{sent['id']}"
    assert [row["id"] for row in (await circle.first["sponsor"].get(waiting))["items"]] == [sent["id"]]
    assert (await second["delegate"].refused("POST", f"{path}/acknowledgements"))[1]["type"].endswith("not-a-recipient")
    assert (await circle.first["sponsor"].refused("POST", f"{path}/acknowledgements"))[0] == 403
    taken = await second["manager"].post(f"{path}/acknowledgements", None)
    assert [row["acknowledged_at"] is None for row in taken["recipients"]].count(False) == 1
    assert (await second["manager"].get(f"{waiting}?mine=true"))["items"] == []
    assert len((await second["sponsor"].get(f"{waiting}?mine=true"))["items"]) == 1
    assert await second["manager"].post(f"{path}/acknowledgements", None) == taken
    await second["sponsor"].post(f"{path}/acknowledgements", None)
    assert (await circle.first["sponsor"].get(waiting))["items"] == []
    told = await circle.heard("message_acknowledged", 2)
    assert [each.data["waiting"] for each in told] == [1, 0]


async def test_recipients_who_acknowledge_at_once_are_all_counted(scene):
    circle = await scene.circle()
    sent = await circle.first["sponsor"].post(f"{circle.path}/messages", message())
    path = f"{circle.path}/messages/{sent['id']}/acknowledgements"
    people = [each[person] for each in circle.organisations[1:] for person in ("sponsor", "manager")]
    answers = await asyncio.gather(*(person.request("POST", path) for person in people for _ in range(2)))
    assert [answer.status_code for answer in answers] == [201] * 8
    told = await circle.heard("message_acknowledged", 4)
    assert sorted(each.data["waiting"] for each in told) == [0, 1, 2, 3]
    assert (await people[0].get(f"{circle.path}/messages/{sent['id']}"))["acknowledged"] == 4


async def test_messages_are_found_by_type_urgency_and_record(scene):
    circle = await scene.circle("1", "1")
    kpi = str(uuid4())
    send = circle.first["manager"].post
    about = await send(f"{circle.path}/messages", message(subject={"kind": "kpi", "id": kpi}))
    await send(f"{circle.path}/messages", message(type="innovation", urgency="low"))
    other = circle.organisations[1]["sponsor"]
    for query in (f"subject_kind=kpi&subject_id={kpi}", "type=concern", "urgency=high"):
        assert [row["id"] for row in (await other.get(f"{circle.path}/messages?{query}"))["items"]] == [about["id"]]
    assert len((await other.get(f"{circle.path}/messages"))["items"]) == 2


async def test_a_message_into_the_void_is_refused(scene):
    circle = await scene.circle("1", "1")
    second = circle.organisations[1]
    rows = (await second["sponsor"].get(f"{circle.path}/members"))["items"]
    leaving = [row["id"] for row in rows if row["person_id"] == str(second.id_of("manager"))]
    assert (await second["sponsor"].request("DELETE", f"{circle.path}/members/{leaving[0]}")).status_code == 204
    send = (circle.first["sponsor"], "POST", f"{circle.path}/messages")
    status, problem = await send[0].refused(*send[1:], message(type="information", urgency="low"))
    assert (status, problem["errors"][0]["pointer"]) == (422, "/roles")
    assert "alliance_manager" in problem["detail"]
    for changes, pointer in (
        ({"party_ids": [str(uuid4())]}, "/party_ids/0"),
        ({"type": "gossip"}, "/type"),
        ({"roles": ["king"]}, "/roles/0"),
    ):
        status, problem = await send[0].refused(*send[1:], message(**changes))
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer)
    stranger = (await scene.organisation("Stranger", "someone"))["someone"]
    for where in ("messages", "unacknowledged-messages", "message-protocol"):
        assert (await stranger.refused("GET", f"{circle.path}/{where}"))[0] == 404
    assert (await circle.first.system.refused("POST", f"{circle.path}/messages", message()))[0] == 403


async def test_feedback_shows_its_trend_to_those_who_see_it(scene):
    circle = await scene.circle("1", "1")
    second = circle.organisations[1]
    subject = {"kind": "ritual", "id": str(uuid4())}
    where = f"?subject_kind=ritual&subject_id={subject['id']}"

    async def give(person, rating, **changes):
        body = {"subject": subject, "rating": rating, "text": "So it is", **changes}
        return await person.post(f"{circle.path}/feedback", body)

    await give(circle.first["delegate"], 2)
    await give(second["delegate"], 3)
    await circle.advance("2026-03-10T00:00:00Z")
    own = await give(circle.first["delegate"], 5, visibility="party")
    await give(second["delegate"], 4)
    ours = await circle.first["sponsor"].get(f"{circle.path}/feedback-trend{where}")
    assert [(row["month"], row["count"], row["mean"]) for row in ours["months"]] == [
        ("2026-01-01", 2, 2.5),
        ("2026-03-01", 2, 4.5),
    ]
    assert (ours["count"], ours["mean"], ours["change"]) == (4, 3.5, 2.0)
    theirs = await second["sponsor"].get(f"{circle.path}/feedback-trend{where}")
    assert (theirs["count"], theirs["mean"], theirs["change"]) == (3, 3.0, 1.5)
    assert own["id"] not in {
        row["id"] for row in (await second["sponsor"].get(f"{circle.path}/feedback{where}"))["items"]
    }
    nothing = await second["sponsor"].get(f"{circle.path}/feedback-trend?subject_kind=kpi&subject_id={uuid4()}")
    assert nothing == {"count": 0, "mean": None, "change": None, "months": []}


@pytest.mark.parametrize(("field", "value"), [("rating", 0), ("rating", 6), ("rating", 3.5), ("visibility", "named")])
async def test_feedback_out_of_its_bounds_is_refused(scene, field, value):
    circle = await scene.circle("1", "1")
    body = {"subject": {"kind": "kpi", "id": str(uuid4())}, "rating": 3, "text": "x", field: value}
    status, problem = await circle.first["delegate"].refused("POST", f"{circle.path}/feedback", body)
    assert (status, problem["errors"][0]["pointer"]) == (422, f"/{field}")


async def link(circle, **changes):
    rows = (await circle.first["sponsor"].get(f"{circle.path}/members"))["items"]
    own = next(row["id"] for row in rows if row["party_id"] == str(circle.parties[0]))
    body = {
        "title": "Plans",
        "url": "https://docs.example.org/d/1?x=%20#top",
        "kind": "document",
        "owner_member_id": own,
    }
    return {**body, **changes}


async def test_a_link_to_a_workspace_is_kept_by_its_party_and_found_by_its_record(scene):
    circle = await scene.circle()
    first, second, third = circle.organisations
    subject = {"kind": "milestone", "id": str(uuid4())}
    body = await link(circle, subject=subject, visibility="named", party_ids=[str(circle.parties[1])])
    kept = await first["delegate"].post(f"{circle.path}/workspaces", body)
    path = f"{circle.path}/workspaces/{kept['id']}"
    found = await second["sponsor"].get(f"{circle.path}/workspaces?subject_id={subject['id']}")
    assert [(row["url"], row["subject"]) for row in found["items"]] == [(body["url"], subject)]
    assert (await third["sponsor"].refused("GET", path))[0] == 404
    assert (await third["sponsor"].get(f"{circle.path}/workspaces"))["items"] == []
    assert (await second["sponsor"].refused("PUT", path, body))[1]["type"].endswith("not-your-link")
    assert (await second["sponsor"].refused("DELETE", path))[0] == 403
    changed = await link(circle, kind="board")
    assert (await first["sponsor"].request("PUT", path, changed, If_Match='"1"')).json()["subject"] is None
    assert (await first["sponsor"].refused("PUT", path, changed, If_Match='"1"'))[0] == 412
    assert (await third["sponsor"].get(f"{circle.path}/workspaces?kind=board"))["items"][0]["id"] == kept["id"]
    assert (await first["sponsor"].request("DELETE", path)).status_code == 204
    assert (await first["sponsor"].refused("GET", path))[0] == 404


@pytest.mark.parametrize(
    "url",
    [
        "http://docs.example.org",
        "javascript:alert(1)",
        "https://",
        "https://localhost/x",
        "https://me:secret@docs.example.org/",
        "https://docs.example.org/a b",
        "https://docs.example.org:port/",
        "https://[::1",
        "https:\\\\docs.example.org",
        "https://docs.example.org/\u202etxt",
    ],
)
async def test_only_an_https_address_is_linked(scene, url):
    circle = await scene.circle("1", "1")
    status, problem = await circle.first["delegate"].refused(
        "POST", f"{circle.path}/workspaces", await link(circle, url=url)
    )
    assert (status, problem["errors"][0]["pointer"]) == (422, "/url")


async def test_a_link_is_looked_after_by_a_member_of_its_own_party(scene):
    circle = await scene.circle("1", "1")
    rows = (await circle.first["sponsor"].get(f"{circle.path}/members"))["items"]
    other = next(row["id"] for row in rows if row["party_id"] == str(circle.parties[1]))
    for owner in (other, str(uuid4())):
        body = await link(circle, owner_member_id=owner)
        status, problem = await circle.first["delegate"].refused("POST", f"{circle.path}/workspaces", body)
        assert (status, problem["errors"][0]["pointer"]) == (422, "/owner_member_id")
