"""Discussions on records, with those whom they are for."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
from objectives.tables import dsn
from support.stack import role_url
from support.waiting import eventually


async def members(circle, organisation):
    rows = (await organisation["sponsor"].get(f"{circle.path}/members"))["items"]
    return {row["role"]: row["id"] for row in rows if row["organisation_id"] == str(organisation.id)}


async def opened(circle, organisation=None, **changes):
    body = {"topic": "The pilot is late", **changes}
    made = await (organisation or circle.first)["manager"].post(f"{circle.path}/discussions", body)
    return made, f"{circle.path}/discussions/{made['id']}"


async def test_a_thread_between_two_parties_is_not_there_for_the_third(scene):
    circle = await scene.circle()
    first, second, third = circle.organisations
    made, path = await opened(circle, visibility="named", party_ids=[str(circle.parties[1])])
    assert made["party_ids"] == sorted(map(str, circle.parties[:2]))
    written = await first["manager"].post(f"{path}/posts", {"text": "We lack *two* drivers", "mentions": []})
    answered = await second["delegate"].post(f"{path}/posts", {"text": "We lend one", "reply_to": written["id"]})
    assert [row["id"] for row in (await first["sponsor"].get(f"{path}/posts"))["items"]] == [
        written["id"],
        answered["id"],
    ]
    assert (await third["sponsor"].refused("GET", path))[1]["type"].endswith("discussion-not-found")
    for method, where, body in (
        ("GET", f"{path}/posts", None),
        ("GET", f"{path}/posts/{written['id']}", None),
        ("POST", f"{path}/posts", {"text": "And we?"}),
        ("PUT", f"{path}/posts/{written['id']}/reactions/agree", None),
    ):
        assert (await third["manager"].refused(method, where, body))[0] == 404
    assert (await third["manager"].get(f"{circle.path}/discussions"))["items"] == []
    told = await circle.heard("post_published", 2)
    audience = "parties:" + ",".join(sorted(str(organisation.id) for organisation in (first, second)))
    assert [each.received.audience for each in told] == [audience, audience]
    assert "drivers" not in str(told)


async def test_the_database_itself_shows_a_narrower_thread_to_its_parties_alone(scene, objectives_stack):
    circle = await scene.circle()
    _, path = await opened(circle, visibility="named", party_ids=[str(circle.parties[1])])
    mentioned = (await members(circle, circle.organisations[1]))["sponsor"]
    post = await circle.first["manager"].post(f"{path}/posts", {"text": "Between us", "mentions": [mentioned]})
    own = f"{path}/posts/{post['id']}"
    assert (await circle.first["manager"].request("PUT", own, {"text": "Between us two"})).is_success
    assert (await circle.first["manager"].request("PUT", f"{own}/reactions/thanks")).is_success
    connection = await asyncpg.connect(dsn(objectives_stack.admin_dsn))
    tables = ("discussion", "post", "post_revision", "post_reaction")
    counts = []
    for organisation in circle.organisations:
        async with connection.transaction():
            for name, value in {"organisation_id": organisation.id, "person_id": organisation.id_of("sponsor")}.items():
                await connection.execute("SELECT set_config($1, $2, true)", f"entente.{name}", str(value))
            counts.append([await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables])
    await connection.close()
    assert counts == [[1, 1, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0]]


async def test_a_party_talks_among_its_own(scene):
    circle = await scene.circle("1", "1")
    made, path = await opened(circle, visibility="party")
    assert made["party_ids"] == [str(circle.parties[0])]
    await circle.first["delegate"].post(f"{path}/posts", {"text": "What do we want?"})
    assert (await circle.organisations[1]["sponsor"].refused("GET", path))[0] == 404
    assert [row["id"] for row in (await circle.first["delegate"].get(f"{circle.path}/discussions"))["items"]] == [
        made["id"]
    ]


async def test_discussions_are_found_by_the_record_that_they_are_about(scene):
    circle = await scene.circle("1", "1")
    milestone, case = str(uuid4()), str(uuid4())
    made, _ = await opened(circle, subject={"kind": "milestone", "id": milestone})
    await opened(circle, subject={"kind": "case", "id": case})
    await opened(circle)
    listed = f"{circle.path}/discussions"
    other = circle.organisations[1]["delegate"]
    found = (await other.get(f"{listed}?subject_kind=milestone&subject_id={milestone}"))["items"]
    assert [(row["id"], row["subject"]) for row in found] == [(made["id"], {"kind": "milestone", "id": milestone})]
    assert len((await other.get(f"{listed}?subject_kind=case"))["items"]) == 1
    assert len((await other.get(listed))["items"]) == 3


async def test_who_is_mentioned_finds_it_and_reads_it_once(scene):
    circle = await scene.circle("1", "1")
    second = circle.organisations[1]
    roles = await members(circle, second)
    _, path = await opened(circle)
    body = {"text": "@manager, please look", "mentions": [roles["alliance_manager"]]}
    post = await circle.first["manager"].post(f"{path}/posts", body)
    assert post["mentions"] == [roles["alliance_manager"]]
    mine = f"{circle.path}/mentions"
    (mention,) = (await second["manager"].get(f"{mine}?read=false"))["items"]
    assert (mention["post_id"], mention["read_at"]) == (post["id"], None)
    assert (await second["sponsor"].get(mine))["items"] == []
    assert (await second["sponsor"].refused("POST", f"{mine}/{mention['id']}/readings"))[0] == 404
    await circle.advance("2026-01-02T00:00:00Z")
    read = await second["manager"].post(f"{mine}/{mention['id']}/readings", None)
    await circle.advance("2026-01-03T00:00:00Z")
    assert await second["manager"].post(f"{mine}/{mention['id']}/readings", None) == read
    assert read["read_at"].startswith("2026-01-02")
    assert (await second["manager"].get(f"{mine}?read=false"))["items"] == []
    assert (await second["manager"].get(f"{mine}?read=true"))["items"] == [read]
    (told,) = await circle.heard("post_published")
    assert (told.received.audience, told.data["mentioned_member_ids"]) == ("shared", [roles["alliance_manager"]])
    edit = {"text": "@delegate, rather you", "mentions": [roles["committee_member"]]}
    assert (await circle.first["manager"].request("PUT", f"{path}/posts/{post['id']}", edit)).is_success
    assert (await second["manager"].get(mine))["items"] == []
    assert len((await second["delegate"].get(mine))["items"]) == 1


async def test_only_members_who_see_the_thread_are_mentioned(scene):
    circle = await scene.circle()
    _, path = await opened(circle, visibility="named", party_ids=[str(circle.parties[1])])
    second, third = [(await members(circle, each))["sponsor"] for each in circle.organisations[1:]]
    for wrong in (third, str(uuid4())):
        status, problem = await circle.first["manager"].refused(
            "POST", f"{path}/posts", {"text": "Look", "mentions": [second, wrong]}
        )
        assert (status, problem["errors"][0]["pointer"]) == (422, "/mentions/1")
    assert (await circle.first["manager"].get(f"{path}/posts"))["items"] == []


async def test_what_a_post_said_before_it_was_edited_stays_readable(scene):
    circle = await scene.circle("1", "1")
    _, path = await opened(circle)
    author, other = circle.first["delegate"], circle.organisations[1]["sponsor"]
    post = await author.post(f"{path}/posts", {"text": "By May"})
    own = f"{path}/posts/{post['id']}"
    assert (await other.refused("PUT", own, {"text": "Never"}))[1]["type"].endswith("not-your-post")
    assert (await circle.first["sponsor"].refused("PUT", own, {"text": "Never"}))[0] == 403
    await circle.advance("2026-01-05T00:00:00Z")
    assert (await author.request("PUT", own, {"text": "By June"}, If_Match='"1"')).json()["revision"] == 2
    assert (await author.refused("PUT", own, {"text": "By July"}, If_Match='"1"'))[0] == 412
    assert (await author.request("PUT", own, {"text": "By August"})).is_success
    said = (await other.get(f"{own}/revisions"))["items"]
    assert [(row["revision"], row["text"], row["written_at"][:10]) for row in said] == [
        (1, "By May", "2026-01-01"),
        (2, "By June", "2026-01-05"),
    ]
    assert (await other.get(own))["text"] == "By August"


async def test_a_deleted_post_leaves_its_place_and_nothing_that_it_said(scene):
    circle = await scene.circle("1", "1")
    second = circle.organisations[1]
    _, path = await opened(circle)
    mention = (await members(circle, second))["sponsor"]
    post = await circle.first["delegate"].post(f"{path}/posts", {"text": "Our price is 7", "mentions": [mention]})
    own = f"{path}/posts/{post['id']}"
    assert (await circle.first["delegate"].request("PUT", own, {"text": "Our price is 8"})).is_success
    await second["sponsor"].post(f"{path}/posts", {"text": "Is it?", "reply_to": post["id"]})
    assert (await second["sponsor"].refused("DELETE", own))[0] == 403
    assert (await circle.first["manager"].request("DELETE", own)).status_code == 204  # their party answers for it
    places = (await second["sponsor"].get(f"{path}/posts"))["items"]
    assert [(row["text"], row["deleted_at"] is None) for row in places] == [(None, False), ("Is it?", True)]
    assert (await second["sponsor"].get(f"{own}/revisions"))["items"] == []
    assert (await second["sponsor"].get(f"{circle.path}/mentions"))["items"] == []
    for method, where, body in (
        ("PUT", own, {"text": "No"}),
        ("DELETE", own, None),
        ("PUT", f"{own}/reactions/agree", None),
    ):
        assert (await circle.first["delegate"].refused(method, where, body))[1]["type"].endswith("post-deleted")


async def test_a_reaction_counts_once_for_each_person(scene):
    circle = await scene.circle("1", "1")
    _, path = await opened(circle)
    post = await circle.first["delegate"].post(f"{path}/posts", {"text": "By May"})
    agree = f"{path}/posts/{post['id']}/reactions/agree"
    second = circle.organisations[1]
    answers = await asyncio.gather(*(second["sponsor"].request("PUT", agree) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    reacted = await second["manager"].request("PUT", agree)
    assert reacted.json()["reactions"] == {"agree": 2}
    assert (await second["manager"].request("DELETE", agree)).status_code == 204
    assert (await second["sponsor"].get(f"{path}/posts/{post['id']}"))["reactions"] == {"agree": 1}
    assert (await second["sponsor"].refused("PUT", agree.replace("agree", "shrug")))[0] == 422


async def test_nothing_is_written_after_the_end_of_a_discussion(scene):
    circle = await scene.circle("1", "1")
    _, path = await opened(circle)
    other = circle.organisations[1]["manager"]
    assert (await other.refused("POST", f"{path}/closures"))[0] == 403
    await other.post(f"{path}/posts", {"text": "In time"})
    assert (await circle.first["manager"].post(f"{path}/closures", None))["closed_at"]
    status, problem = await other.refused("POST", f"{path}/posts", {"text": "Late"})
    assert (status, problem["type"]) == (409, "urn:entente:problem:discussion-closed")
    assert (await circle.first["manager"].refused("POST", f"{path}/closures"))[0] == 409
    assert [row["text"] for row in (await other.get(f"{path}/posts"))["items"]] == ["In time"]


async def test_a_post_waits_for_a_closing_that_was_first(scene, objectives_stack):
    circle = await scene.circle("1", "1")
    made, path = await opened(circle)
    owner = await asyncpg.connect(
        role_url(objectives_stack.admin_dsn, "objectives", owner=True).replace("+asyncpg", "")
    )
    closing = owner.transaction()
    await closing.start()
    await owner.execute(
        "UPDATE discussion SET closed_at = now(), version = version + 1 WHERE id = $1", UUID(made["id"])
    )
    posting = asyncio.create_task(circle.first["manager"].request("POST", f"{path}/posts", {"text": "Late"}))

    async def waiting():
        return posting.done() or await owner.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")

    await eventually(waiting)
    await closing.commit()
    await owner.close()
    assert (await posting).status_code == 409


async def test_systems_and_observers_do_not_write_and_strangers_see_nothing(scene):
    circle = await scene.circle("1", "1")
    stranger = (await scene.organisation("Stranger", "someone"))["someone"]
    made, path = await opened(circle)
    for method, where in (("GET", path), ("GET", f"{circle.path}/mentions"), ("GET", f"{circle.path}/discussions")):
        assert (await stranger.refused(method, where))[0] == 404
    assert (await stranger.refused("POST", f"{path}/posts", {"text": "x"}))[0] == 404
    assert (await circle.first.system.refused("POST", f"{path}/posts", {"text": "x"}))[0] == 403
    person = await circle.first.system.post(f"/organisations/{circle.first.id}/persons", {"name": "Looker"})
    await circle.first["sponsor"].post(f"{circle.path}/members", {"person_id": person["id"], "role": "observer"})
    observer = scene.client("person", circle.first.id, person["id"])
    assert (await observer.get(path))["id"] == made["id"]
    assert (await observer.refused("POST", f"{path}/posts", {"text": "x"}))[0] == 403


async def test_a_visibility_that_makes_no_sense_is_refused_with_the_remedy(scene):
    circle = await scene.circle("1", "1")
    listed = f"{circle.path}/discussions"
    for changes, pointer in (
        ({"visibility": "named"}, "/party_ids"),
        ({"visibility": "shared", "party_ids": [str(circle.parties[1])]}, "/party_ids"),
        ({"visibility": "named", "party_ids": [str(circle.parties[1]), str(uuid4())]}, "/party_ids/1"),
        ({"visibility": "sealed"}, "/visibility"),
        ({"subject": {"kind": "weather", "id": str(uuid4())}}, "/subject/kind"),
    ):
        status, problem = await circle.first["manager"].refused("POST", listed, {"topic": "x", **changes})
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer)
