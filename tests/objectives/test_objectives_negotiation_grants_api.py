"""Documents of a party, and whom it lets read them, for what and until when."""

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest
from objectives.charters import charter
from objectives.clauses import right
from objectives.tables import dsn

UNTIL = "2026-07-01T00:00:00Z"
BID = {"Purpose": "joint-bid"}
WHY = {"reason": "The bid was handed in"}


async def write(circle, organisation=None, **changes):
    body = {
        "title": "Drawings of the front axle",
        "text": "Load cases, and where the drawings are kept.",
        "link": "https://files.example.org/axle",
        "visibility": "named",
    }
    return await (organisation or circle.first)["manager"].post(f"{circle.path}/documents", {**body, **changes})


def granting(document, *readers, **changes):
    body = {
        "record": "document",
        "record_id": document["id"],
        "readers": [str(reader) for reader in readers],
        "purpose": "joint-bid",
        "expires_at": UNTIL,
    }
    return {**body, **changes}


async def grant(circle, document, *readers, **changes):
    return await circle.first["manager"].post(f"{circle.path}/grants", granting(document, *readers, **changes))


def at(circle, document):
    return f"{circle.path}/documents/{document['id']}"


async def read(circle, reader, document, purpose="joint-bid"):
    headers = {} if purpose is None else {"Purpose": purpose}
    return await reader.request("GET", at(circle, document), **headers)


def slug(answer):
    return answer.status_code, answer.json()["type"].rsplit(":", 1)[-1]


async def test_a_party_lets_another_read_a_document_for_a_purpose_and_sees_who_did(scene):
    circle = await scene.circle()
    _, theirs, others = circle.organisations
    document = await write(circle)
    made = await grant(circle, document, circle.parties[1])
    assert (made["standing"], made["readers"]) == ("in_force", [str(circle.parties[1])])
    answer = await read(circle, theirs["delegate"], document)
    assert answer.status_code == 200, answer.text
    assert answer.json() == document
    assert (await read(circle, theirs.system, document)).status_code == 200
    listed = (await circle.first["sponsor"].get(f"{circle.path}/grants/{made['id']}/accesses"))["items"]
    assert [(row["party_id"], row["person_id"], row["purpose"]) for row in listed] == [
        (str(circle.parties[1]), str(theirs.id_of("delegate")), "joint-bid"),
        (str(circle.parties[1]), None, "joint-bid"),
    ]
    # A party that it was not granted to does not even learn that the document or the grant is there.
    assert slug(await read(circle, others["sponsor"], document)) == (404, "document-not-found")
    assert (await others["sponsor"].get(f"{circle.path}/grants"))["items"] == []
    assert (await others["sponsor"].refused("GET", f"{circle.path}/grants/{made['id']}"))[0] == 404
    assert (await others["sponsor"].refused("GET", f"{circle.path}/grants/{made['id']}/accesses"))[0] == 404
    # Its own party reads it without a purpose, and that is no access.
    assert (await read(circle, circle.first["delegate"], document, None)).status_code == 200
    again = (await circle.first["sponsor"].get(f"{circle.path}/grants/{made['id']}/accesses"))["items"]
    assert again == listed


async def test_a_reader_states_the_purpose_that_was_granted(scene):
    circle = await scene.circle("1", "1")
    theirs = circle.organisations[1]
    document = await write(circle)
    made = await grant(circle, document, circle.parties[1])
    for purpose in (None, "curiosity"):
        assert slug(await read(circle, theirs["manager"], document, purpose)) == (403, "other-purpose")
    assert (await read(circle, theirs["manager"], document, "For our bid")).status_code == 422
    assert (await circle.first["manager"].get(f"{circle.path}/grants/{made['id']}/accesses"))["items"] == []
    await grant(circle, document, circle.parties[1], purpose="curiosity")
    assert (await read(circle, theirs["manager"], document, "curiosity")).status_code == 200


async def test_a_grant_ends_when_the_partnerships_clock_reaches_its_end(scene):
    circle = await scene.circle("1", "1")
    theirs = circle.organisations[1]
    document = await write(circle)
    made = await grant(circle, document, circle.parties[1])
    await circle.advance("2026-06-30T23:59:59Z")
    assert (await read(circle, theirs["manager"], document)).status_code == 200
    await circle.advance(UNTIL)
    assert slug(await read(circle, theirs["manager"], document)) == (404, "document-not-found")
    assert slug(await read(circle, theirs["manager"], document, None)) == (404, "document-not-found")
    for who in (circle.first["manager"], theirs["manager"]):
        assert (await who.get(f"{circle.path}/grants/{made['id']}"))["standing"] == "expired"
    assert len((await circle.first["manager"].get(f"{circle.path}/grants/{made['id']}/accesses"))["items"]) == 1


async def test_a_grant_that_was_revoked_opens_nothing_any_more(scene):
    circle = await scene.circle("1", "1")
    theirs = circle.organisations[1]
    document = await write(circle)
    made = await grant(circle, document, circle.parties[1])
    path = f"{circle.path}/grants/{made['id']}/revocation"
    assert (await read(circle, theirs["manager"], document)).status_code == 200
    assert (await theirs["sponsor"].refused("POST", path, WHY))[0] == 403
    assert (await theirs["sponsor"].refused("GET", f"{circle.path}/grants/{made['id']}/accesses"))[0] == 403
    assert (await circle.first["delegate"].refused("POST", path, WHY))[0] == 403
    assert (await circle.first["manager"].refused("POST", path, WHY, If_Match='"7"'))[0] == 412
    revoked = await circle.first["manager"].post(path, WHY)
    assert (revoked["standing"], revoked["revocation"]) == ("revoked", WHY["reason"])
    assert slug(await read(circle, theirs["manager"], document)) == (404, "document-not-found")
    assert (await circle.first["manager"].refused("POST", path, WHY))[0] == 409
    assert (await theirs["manager"].get(f"{circle.path}/grants?record_id={document['id']}"))["items"][0][
        "standing"
    ] == "revoked"


async def test_a_reading_and_a_revocation_at_once_leave_an_access_for_each_answer(scene):
    for _ in range(4):
        circle = await scene.circle("1", "1")
        theirs = circle.organisations[1]
        document = await write(circle)
        made = await grant(circle, document, circle.parties[1])
        revoking = circle.first["manager"].request("POST", f"{circle.path}/grants/{made['id']}/revocation", WHY)
        done, *answers = await asyncio.gather(
            revoking, *(read(circle, theirs[who], document) for who in ("sponsor", "manager", "delegate"))
        )
        assert done.status_code == 201
        statuses = [answer.status_code for answer in answers]
        assert set(statuses) <= {200, 404}
        listed = (await circle.first["manager"].get(f"{circle.path}/grants/{made['id']}/accesses"))["items"]
        assert len(listed) == statuses.count(200)
        assert (await read(circle, theirs["sponsor"], document)).status_code == 404


async def test_each_document_is_seen_by_those_that_its_visibility_names(scene):
    circle = await scene.circle("1", "1")
    theirs = circle.organisations[1]
    private, named, shared = [await write(circle, title=kind, visibility=kind) for kind in ("party", "named", "shared")]
    own = (await circle.first["delegate"].get(f"{circle.path}/documents"))["items"]
    assert [row["title"] for row in own] == ["party", "named", "shared"]
    assert [row["title"] for row in (await theirs["delegate"].get(f"{circle.path}/documents"))["items"]] == ["shared"]
    assert (await read(circle, theirs["delegate"], shared, None)).json() == shared
    for hidden in (private, named):
        assert slug(await read(circle, theirs["delegate"], hidden)) == (404, "document-not-found")
        change = {"title": "x", "text": "x", "visibility": "party"}
        assert (await theirs["manager"].refused("PUT", at(circle, hidden), change))[0] == 404
    change = {"title": "x", "text": "x", "visibility": "shared"}
    assert (await theirs["manager"].refused("PUT", at(circle, shared), change))[0] == 403
    for ungrantable, reason in ((private, "own party alone"), (shared, "no grant is needed")):
        status, problem = await circle.first["manager"].refused(
            "POST", f"{circle.path}/grants", granting(ungrantable, circle.parties[1])
        )
        assert status == 409
        assert reason.split()[-1] in problem["detail"]


async def test_a_document_that_becomes_its_partys_own_again_is_closed_to_its_readers(scene):
    circle = await scene.circle("1", "1")
    theirs = circle.organisations[1]
    document = await write(circle)
    await grant(circle, document, circle.parties[1])
    change = {"title": "Axle", "text": "Closed", "visibility": "party"}
    assert (await circle.first["manager"].refused("PUT", at(circle, document), change, If_Match='"9"'))[0] == 412
    changed = await circle.first["manager"].request("PUT", at(circle, document), change, If_Match='"1"')
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert slug(await read(circle, theirs["manager"], document)) == (404, "document-not-found")
    shared = {**change, "visibility": "shared"}
    await circle.first["manager"].request("PUT", at(circle, document), shared)
    assert (await read(circle, theirs["manager"], document, None)).json()["text"] == "Closed"
    status, problem = await circle.first["manager"].refused("PUT", at(circle, document), change)
    assert (status, problem["errors"][0]["pointer"]) == (409, "/visibility")


async def test_a_grant_that_makes_no_sense_names_the_field(scene):
    circle, other = await scene.circle("1", "1"), await scene.circle("1", "1")
    document = await write(circle)
    own, reader = circle.parties
    for body, pointer in [
        (granting(document), "/readers"),
        (granting(document, own), "/readers/0"),
        (granting(document, reader, reader), "/readers/1"),
        (granting(document, other.parties[0]), "/readers/0"),
        (granting(document, reader, expires_at="2026-01-01T00:00:00Z"), "/expires_at"),
        (granting(document, reader, expires_at="2026-07-01T00:00:00"), "/expires_at"),
        (granting(document, reader, purpose="For our bid"), "/purpose"),
        (granting(document, reader, record="dream"), "/record"),
        (granting(document, reader, term="axle"), "/term"),
    ]:
        status, problem = await circle.first["manager"].refused("POST", f"{circle.path}/grants", body)
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer)
    body = granting(document, reader)
    assert (await circle.first["delegate"].refused("POST", f"{circle.path}/grants", body))[0] == 403
    theirs = circle.organisations[1]["manager"]
    assert (await theirs.refused("POST", f"{circle.path}/grants", granting(document, own)))[0] == 404
    assert (await other.first["manager"].refused("POST", f"{circle.path}/grants", body))[0] == 404
    assert (await circle.first["manager"].get(f"{circle.path}/grants"))["items"] == []


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://", "ftp://x", "https://a b", "https://\u0000"])
async def test_a_link_leads_to_the_web(scene, link):
    circle = await scene.circle("1", "1")
    body = {"title": "x", "text": "x", "link": link}
    status, problem = await circle.first["manager"].refused("POST", f"{circle.path}/documents", body)
    assert (status, problem["errors"][0]["pointer"]) == (422, "/link")


async def test_strangers_and_systems_write_nothing(scene):
    circle, other = await scene.circle("1", "1"), await scene.circle("1", "1")
    body = {"title": "x", "text": "x"}
    assert (await circle.first.system.refused("POST", f"{circle.path}/documents", body))[0] == 403
    for path in ("documents", "grants"):
        assert (await other.first["manager"].refused("GET", f"{circle.path}/{path}"))[0] == 404
    assert (await other.first["manager"].refused("POST", f"{circle.path}/documents", body))[0] == 404


async def test_what_the_charter_keeps_narrow_is_narrow_whatever_its_party_chose(scene):
    circle = await scene.circle("1", "1")
    theirs = circle.organisations[1]
    early = await write(circle, visibility="shared")
    rule = {"record": "document", "widest": "named", "roles": ["sponsor", "alliance_manager"]}
    body = charter()
    await circle.agree(**body, confidentiality=[rule])
    status, problem = await circle.first["manager"].refused(
        "POST", f"{circle.path}/documents", {"title": "x", "text": "x", "visibility": "shared"}
    )
    assert (status, problem["errors"][0]["pointer"]) == (409, "/visibility")
    assert (await theirs["manager"].get(f"{circle.path}/documents"))["items"] == []
    assert slug(await read(circle, theirs["manager"], early)) == (404, "document-not-found")
    made = await grant(circle, early, circle.parties[1])
    assert (await read(circle, theirs["manager"], early)).status_code == 200
    # The charter keeps documents for sponsors and alliance managers.
    assert (await read(circle, theirs["delegate"], early)).status_code == 403
    assert (await read(circle, theirs.system, early)).status_code == 403
    assert len((await circle.first["manager"].get(f"{circle.path}/grants/{made['id']}/accesses"))["items"]) == 1
    await circle.agree(**{**body, "based_on": 1}, confidentiality=[{**rule, "widest": "party"}])
    assert slug(await read(circle, theirs["manager"], early)) == (404, "document-not-found")
    status, _ = await circle.first["manager"].refused(
        "POST", f"{circle.path}/grants", granting(early, circle.parties[1])
    )
    assert status == 409
    await circle.agree(**{**body, "based_on": 2})
    assert (await read(circle, theirs["delegate"], early, None)).status_code == 200


async def test_a_grant_that_rests_on_the_charter_stays_within_its_term_and_ends_with_it(scene):
    circle = await scene.circle()
    first, second, third = circle.parties
    theirs = circle.organisations[1]
    body, term = charter(), right(first, second)
    await circle.agree(**body, intellectual_property=[term, right(second, first, key="wheel")])
    document = await write(circle)
    for changes, pointer in [
        ({"term": "wheel"}, "/term"),
        ({"purpose": "curiosity"}, "/purpose"),
        ({"expires_at": "2027-01-01T00:00:01Z"}, "/expires_at"),
        ({"readers": [str(second), str(third)]}, "/readers/1"),
    ]:
        wrong = granting(document, second, **{"term": "axle", **changes})
        status, problem = await circle.first["manager"].refused("POST", f"{circle.path}/grants", wrong)
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer)
    made = await grant(circle, document, second, term="axle")
    assert (await read(circle, theirs["manager"], document)).status_code == 200
    await circle.agree(**{**body, "based_on": 1}, intellectual_property=[right(second, first, key="axle")])
    assert slug(await read(circle, theirs["manager"], document)) == (404, "document-not-found")
    assert (await theirs["manager"].get(f"{circle.path}/grants/{made['id']}"))["standing"] == "lapsed"


@pytest.fixture
async def application(objectives_stack):
    connection = await asyncpg.connect(dsn(objectives_stack.admin_dsn))
    yield connection
    await connection.close()


async def test_the_database_shows_a_document_to_its_own_party_and_to_readers_for_their_purpose_alone(
    scene, application
):
    circle = await scene.circle()
    ours, theirs, others = circle.organisations
    document = await write(circle)
    made = await grant(circle, document, circle.parties[1])
    await read(circle, theirs["manager"], document)

    async def seen(organisation, purpose=""):
        async with application.transaction():
            for name, value in (("organisation_id", organisation.id), ("person_id", organisation.id_of("manager"))):
                await application.execute("SELECT set_config($1, $2, true)", f"entente.{name}", str(value))
            await application.execute("SELECT set_config('entente.purpose', $1, true)", purpose)
            tables = ("party_document", "access_grant", "grant_reader", "grant_access")
            query = "SELECT count(*) FROM {} WHERE partnership_id = $1"
            return [await application.fetchval(query.format(table), circle.id) for table in tables]

    assert await seen(ours) == [1, 1, 1, 1]
    assert await seen(theirs) == [0, 1, 1, 1]
    assert await seen(theirs, "joint-bid") == [1, 1, 1, 1]
    assert await seen(theirs, "curiosity") == [0, 1, 1, 1]
    assert await seen(others, "joint-bid") == [0, 0, 0, 0]
    await circle.advance(UNTIL)
    assert await seen(theirs, "joint-bid") == [0, 1, 1, 1]
    again = await grant(circle, document, circle.parties[1], expires_at="2027-01-01T00:00:00Z")
    assert await seen(theirs, "joint-bid") == [1, 2, 2, 1]
    await ours["manager"].post(f"{circle.path}/grants/{again['id']}/revocation", WHY)
    assert await seen(theirs, "joint-bid") == [0, 2, 2, 1]
    async with application.transaction():
        for name, value in (("organisation_id", theirs.id), ("person_id", theirs.id_of("manager"))):
            await application.execute("SELECT set_config($1, $2, true)", f"entente.{name}", str(value))
        forged = "UPDATE access_grant SET expires_at = $1 WHERE id = $2"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with application.transaction():
                await application.execute(forged, datetime(2030, 1, 1, tzinfo=UTC), made["id"])
