"""Profiles over HTTP: who declares, who sees what before all have declared, and what happens when the last one does."""

import asyncio
import json
from uuid import uuid4

import asyncpg
import pytest
from objectives.profiles import asked, expectation, expected, profile
from objectives.tables import dsn

from entente_shared.ids import new_id


async def opened(circle, *keys):
    made = await circle.first["manager"].post(f"{circle.path}/profile-rounds", asked(*keys))
    return f"{circle.path}/profile-rounds/{made['id']}"


async def declare(circle, path, index, body=None, **headers):
    client = circle.organisations[index]["sponsor"]
    answer = await client.request("PUT", f"{path}/profile", body or profile(f"party {index}"), **headers)
    assert answer.status_code == 200, answer.text
    return answer


async def seen(client, path):
    return {row["party_id"]: row["profile"] for row in (await client.get(f"{path}/profiles"))["items"]}


async def test_profiles_are_sealed_until_every_party_declared_and_then_shown_to_all_at_once(scene):
    circle = await scene.circle()
    path = await opened(circle)
    ids = [str(party) for party in circle.parties]
    for index in (0, 1):
        receipt = (await declare(circle, path, index)).json()
        assert (receipt["party_id"], receipt["revealed"]) == (ids[index], False)
    between = await circle.organisations[2]["delegate"].get(path)
    assert (set(between["declared"]), between["awaited"], between["revealed_at"]) == (set(ids[:2]), ids[2:], None)
    for index, own in enumerate(([ids[0]], [ids[1]], [])):
        assert list(await seen(circle.organisations[index]["delegate"], path)) == own
    other = circle.organisations[1]["sponsor"]
    assert (await other.refused("GET", f"{path}/profiles/{ids[0]}"))[0] == 404
    status, problem = await other.refused("GET", f"{path}/diagnosis")
    assert (status, problem["type"].rpartition(":")[2]) == (409, "still-sealed")
    assert (await declare(circle, path, 2)).json()["revealed"] is True
    for organisation in circle.organisations:
        shown = await seen(organisation["delegate"], path)
        assert {party: each["motivations"] for party, each in shown.items()} == {
            party: f"party {index}: why we are here" for index, party in enumerate(ids)
        }
    theirs = await other.get(f"{path}/profiles/{ids[0]}")
    assert (theirs["profile"], theirs["person_id"]) == (profile("party 0"), str(circle.first.id_of("sponsor")))
    after = await other.get(path)
    assert (sorted(after["declared"]), after["awaited"]) == (sorted(ids), [])
    assert after["revealed_at"] == "2026-01-01T00:00:00Z"


async def test_the_reveal_is_told_once_and_names_the_round_only(scene):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    for index in (0, 1):
        await declare(circle, path, index)
    told = (await circle.heard("profile_revealed"))[0]
    assert told.data == {
        "partnership_id": str(circle.id),
        "round_id": path.rpartition("/")[2],
        "what": "profile",
        "number": 1,
        "parties": sorted(str(party) for party in circle.parties),
        "revealed_at": "2026-01-01T00:00:00Z",
    }
    assert told.received.audience == "shared"


async def test_a_party_thinks_again_until_the_reveal_and_not_after_it(scene):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    first = await declare(circle, path, 0)
    ours, mine = circle.first["manager"], f"{path}/profile"
    stale = await ours.refused("PUT", mine, profile("late"), If_Match='"0"')
    assert stale[0] == 412
    again = await declare(circle, path, 0, profile("second thoughts"), If_Match=first.headers["etag"])
    assert again.json()["version"] == 2
    own = await ours.request("GET", f"{path}/profiles/{circle.parties[0]}")
    assert own.headers["etag"] == again.headers["etag"]
    assert own.json()["profile"]["ambitions"] == "second thoughts: where to"
    await declare(circle, path, 1)
    status, problem = await ours.refused("PUT", mine, profile("too late"))
    assert (status, problem["type"].rpartition(":")[2]) == (409, "round-revealed")
    shown = await seen(circle.organisations[1]["delegate"], path)
    assert shown[str(circle.parties[0])]["ambitions"] == "second thoughts: where to"


async def test_rounds_follow_one_another_and_are_kept(scene):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    theirs = circle.organisations[1]["manager"]
    status, problem = await theirs.refused("POST", f"{circle.path}/profile-rounds", asked())
    assert (status, problem["type"].rpartition(":")[2]) == (409, "round-open")
    for index in (0, 1):
        await declare(circle, path, index)
    second = await theirs.post(f"{circle.path}/profile-rounds", asked("accidents", "costs"))
    assert (second["number"], second["declared"], len(second["awaited"])) == (2, [], 2)
    rounds = (await theirs.get(f"{circle.path}/profile-rounds"))["items"]
    assert [(each["number"], each["revealed_at"] is None) for each in rounds] == [(1, False), (2, True)]
    assert len(await seen(theirs, path)) == 2
    assert await seen(theirs, f"{circle.path}/profile-rounds/{second['id']}") == {}


async def test_a_round_that_was_asked_wrongly_is_withdrawn_and_stays_sealed(scene):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    await declare(circle, path, 0)
    ours, theirs = circle.first["sponsor"], circle.organisations[1]["sponsor"]
    withdrawal = f"{path}/withdrawal"
    assert (await theirs.refused("POST", withdrawal))[0] == 403
    assert (await circle.first["delegate"].refused("POST", withdrawal))[0] == 403
    assert (await ours.refused("POST", withdrawal, If_Match='"9"'))[0] == 412
    ended = await ours.post(withdrawal, None)
    assert (ended["revealed_at"], ended["withdrawn_at"], ended["awaited"]) == (None, "2026-01-01T00:00:00Z", [])
    for method, where, body in (
        ("PUT", f"{path}/profile", profile()),
        ("POST", withdrawal, None),
        ("GET", f"{path}/diagnosis", None),
    ):
        for client in (ours, theirs) if method != "POST" else (ours,):
            status, problem = await client.refused(method, where, body)
            assert (status, problem["type"].rpartition(":")[2]) == (409, "round-withdrawn")
    assert await seen(theirs, path) == {}
    assert len(await seen(ours, path)) == 1
    second = await theirs.post(f"{circle.path}/profile-rounds", asked())
    assert second["number"] == 2


async def test_a_round_is_not_withdrawn_once_it_is_revealed(scene):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    for index in (0, 1):
        await declare(circle, path, index)
    status, problem = await circle.first["sponsor"].refused("POST", f"{path}/withdrawal")
    assert (status, problem["type"].rpartition(":")[2]) == (409, "round-revealed")


async def test_two_rounds_at_once_are_one(scene):
    circle = await scene.circle()
    clients = [organisation["sponsor"] for organisation in circle.organisations]
    answers = await asyncio.gather(
        *(client.request("POST", f"{circle.path}/profile-rounds", asked()) for client in clients)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_declarations_at_the_same_time_reveal_once(scene):
    """Were they not one after the other, none would see that it is the last, or two would."""
    circle = await scene.circle("1", "1", "1", "1")
    for number in (1, 2, 3):
        path = await opened(circle)
        answers = await asyncio.gather(*(declare(circle, path, index) for index in range(4)))
        assert [answer.json()["revealed"] for answer in answers].count(True) == 1
        assert len(await seen(circle.first["delegate"], path)) == 4
        told = await circle.heard("profile_revealed", number)
        assert [each.data["number"] for each in told] == list(range(1, number + 1))


async def add_party(scene, circle):
    """A party that joins later, as it would be written: by the tables' owner."""
    joined = await scene.organisation("Late", "sponsor")
    party, person = new_id(), joined.id_of("sponsor")
    owner = await asyncpg.connect(scene.stack.admin_dsn.rpartition("/")[0] + "/entente_objectives")
    try:
        await owner.execute("INSERT INTO party VALUES ($1, $2, $3, 1)", circle.id, party, joined.id)
        await owner.execute(
            "INSERT INTO membership VALUES ($1, $2, $2, $3, NULL, NULL, true, 0), ($1, $4, $2, $3, $5, 'sponsor', true, 0)",
            circle.id,
            party,
            joined.id,
            new_id(),
            person,
        )
    finally:
        await owner.close()
    return joined, party


async def test_a_party_that_joins_is_awaited_in_an_open_round_and_needs_another_after_the_reveal(scene):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    await declare(circle, path, 0)
    joined, party = await add_party(scene, circle)
    assert (await declare(circle, path, 1)).json()["revealed"] is False
    between = await joined["sponsor"].get(path)
    assert (between["awaited"], await seen(joined["sponsor"], path)) == ([str(party)], {})
    last = await joined["sponsor"].request("PUT", f"{path}/profile", profile("late"))
    assert last.json()["revealed"] is True
    newest, newest_party = await add_party(scene, circle)
    status, problem = await newest["sponsor"].refused("PUT", f"{path}/profile", profile("later"))
    assert (status, problem["type"].rpartition(":")[2]) == (409, "round-revealed")
    assert (await newest["sponsor"].get(path))["awaited"] == []
    second = await newest["sponsor"].post(f"{circle.path}/profile-rounds", asked())
    assert str(newest_party) in second["awaited"]
    assert len(second["awaited"]) == 4


async def test_only_sponsors_and_alliance_managers_ask_and_declare(scene):
    circle = await scene.circle("1", "1")
    rounds = f"{circle.path}/profile-rounds"
    for client in (circle.first["delegate"], circle.first.system):
        assert (await client.refused("POST", rounds, asked()))[0] == 403
    path = await opened(circle)
    for client in (circle.first["delegate"], circle.first.system):
        assert (await client.refused("PUT", f"{path}/profile", profile()))[0] == 403
    assert (await circle.first["sponsor"].get(path))["declared"] == []


async def test_strangers_find_nothing(scene):
    circle, other = await scene.circle("1", "1"), await scene.circle("1", "1")
    path, theirs = await opened(circle), await opened(other)
    stranger = other.first["sponsor"]
    for method, where, body in (
        ("GET", path, None),
        ("GET", f"{path}/profiles", None),
        ("GET", f"{path}/diagnosis", None),
        ("PUT", f"{path}/profile", profile()),
        ("POST", f"{circle.path}/profile-rounds", asked()),
    ):
        assert (await stranger.refused(method, where, body))[0] == 404
    mixed = theirs.replace(str(other.id), str(circle.id))
    assert (await circle.first["sponsor"].refused("GET", mixed))[0] == 404
    assert (await circle.first["sponsor"].refused("GET", f"{path}/profiles/{uuid4()}"))[0] == 404


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"motivations": " "}, "/motivations"),
        ({"expectations": [expected("accidents", 60)]}, "/expectations"),
        ({"expectations": [expected("accidents", 60), expected("speed", 40)]}, "/expectations/1/key"),
        ({"expectations": [expected("accidents", 60), expected("costs", 39)]}, "/expectations"),
        ({"expectations": [expected("accidents", 50), expected("accidents", 50)]}, "/expectations"),
        ({"expectations": [expected("accidents", 60, target=101), expected("costs", 40)]}, "/expectations/0/target"),
        ({"expectations": [expected("accidents", 60, confidence=1.1), expected("costs", 40)]}, "/expectations/0/confidence"),
        ({"practices": {"decision_speed": 11}}, "/practices/decision_speed"),
        ({"values": {"now": {"clan": 100}, "preferred": {}}}, "/values/now/adhocracy"),
    ],
)  # fmt: skip
async def test_a_profile_that_makes_no_sense_names_the_field(scene, changes, pointer):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    status, problem = await circle.first["sponsor"].refused("PUT", f"{path}/profile", profile(**changes))
    assert (status, problem["errors"][0]["pointer"]) == (422, pointer)
    assert (await circle.first["sponsor"].get(path))["declared"] == []


async def test_a_round_that_makes_no_sense_names_the_field(scene):
    circle = await scene.circle("1", "1")
    for body, pointer in (
        ({"expectations": []}, "/expectations"),
        ({"expectations": [expectation("a"), expectation("a")]}, "/expectations/1/key"),
        ({"expectations": [expectation("a", target_low=100.0)]}, "/expectations/0/target_high"),
        ({"expectations": [expectation("a", due_from="2040-01-01T00:00:00Z")]}, "/expectations/0/due_until"),
    ):
        status, problem = await circle.first["sponsor"].refused("POST", f"{circle.path}/profile-rounds", body)
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer)


@pytest.fixture
async def database(objectives_stack):
    """The application's own way into the database, as whoever it says that it is."""
    connection = await asyncpg.connect(dsn(objectives_stack.admin_dsn))
    yield connection
    await connection.close()


async def act_as(connection, organisation, person):
    await connection.execute("SELECT set_config('entente.organisation_id', $1, true)", str(organisation.id))
    await connection.execute("SELECT set_config('entente.person_id', $1, true)", str(organisation.id_of(person)))


async def test_the_database_itself_refuses_what_is_sealed(scene, database):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    round_id = path.rpartition("/")[2]
    await declare(circle, path, 0)
    rows = "SELECT party_id FROM sealed_declaration WHERE round_id = $1"
    for organisation, own in zip(circle.organisations, ([circle.parties[0]], []), strict=True):
        async with database.transaction():
            await act_as(database, organisation, "sponsor")
            assert [row["party_id"] for row in await database.fetch(rows, round_id)] == own
    async with database.transaction():
        await database.execute("SELECT set_config('entente.partnership_id', $1, true)", str(circle.id))
        assert await database.fetch(rows, round_id) == []  # nor work that has no caller
    theirs = circle.organisations[1]
    for statement in (
        "UPDATE sealed_round SET revealed_at = now() WHERE id = $1",
        "INSERT INTO sealed_declaration SELECT partnership_id, id, party_id, id, '{}', now(), 1 FROM sealed_round WHERE id = $1",
        "INSERT INTO sealed_receipt SELECT partnership_id, id, party_id FROM sealed_round WHERE id = $1",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.transaction():
                await act_as(database, theirs, "sponsor")
                await database.execute(statement, round_id)
    async with database.transaction():
        await act_as(database, theirs, "sponsor")
        change = "UPDATE sealed_declaration SET content = '{}' WHERE round_id = $1"
        assert await database.execute(change, round_id) == "UPDATE 0"


WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"


async def test_a_declaration_waits_for_one_that_is_under_way_and_then_reveals(scene, database):
    """Neither sees what the other has not committed: did they not wait, none would be the last."""
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    key = (circle.id, path.rpartition("/")[2], circle.parties[0])
    async with database.transaction():
        await act_as(database, circle.first, "sponsor")
        await database.execute("INSERT INTO sealed_receipt VALUES ($1, $2, $3)", *key)
        await database.execute(
            "INSERT INTO sealed_declaration (partnership_id, round_id, party_id, person_id, content, declared_at, version)"
            " VALUES ($1, $2, $3, $3, $4, now(), 1)",
            *key,
            json.dumps(profile("party 0")),
        )
        other = asyncio.create_task(declare(circle, path, 1))
        while not other.done() and not await database.fetchval(WAITING):
            await asyncio.sleep(0.01)
    assert (await other).json()["revealed"] is True
    assert len(await seen(circle.first["delegate"], path)) == 2


async def test_what_all_have_seen_the_database_lets_nobody_rewrite_or_seal_again(scene, database):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    round_id = path.rpartition("/")[2]
    for index in (0, 1):
        await declare(circle, path, index)
    async with database.transaction():
        await act_as(database, circle.first, "sponsor")
        assert len(await database.fetch("SELECT FROM sealed_declaration WHERE round_id = $1", round_id)) == 2
        for change in ("UPDATE sealed_declaration SET version = 9", "DELETE FROM sealed_declaration"):
            assert (await database.execute(f"{change} WHERE round_id = $1", round_id)).endswith(" 0")
    for change in ("revealed_at = NULL", "revealed_at = now() + interval '1 day'", "withdrawn_at = now()"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.transaction():
                await act_as(database, circle.first, "sponsor")
                await database.execute(f"UPDATE sealed_round SET {change} WHERE id = $1", round_id)


async def test_a_repeated_request_is_answered_without_what_was_declared(scene):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    sent = [
        await circle.first["sponsor"].request("PUT", f"{path}/profile", profile("sworn"), Idempotency_Key="one")
        for _ in range(2)
    ]
    assert sent[1].headers["idempotency-replayed"] == "true"
    assert sent[0].json() == sent[1].json()
    assert "sworn" not in sent[1].text
