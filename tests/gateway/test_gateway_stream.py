"""The live stream: every event once in the order of the log, only what the caller may see, and bounded."""

import asyncio
from contextlib import suppress
from uuid import UUID, uuid4

import aiohttp
import pytest
from gateway.harness import Gateway, Partnership, stream
from support.waiting import eventually

from entente_gateway.stream.commands import log_events
from entente_shared.db import Database
from entente_shared.events import conflicts, kpi, objectives, resources
from entente_shared.events.objectives import Role
from entente_shared.ids import new_id
from entente_shared.outbox import SHARED, Received, parties


def closed(partnership: UUID, case: UUID | None = None, outcome: str = "agreed") -> conflicts.CaseClosed:
    return conflicts.CaseClosed(
        partnership_id=partnership, case_id=case or new_id(), outcome=outcome, closed_at="2026-01-01T00:00:00Z"
    )


async def person(
    gateway: Gateway, partnership: Partnership, organisation: UUID, role: Role = Role.OBSERVER
) -> tuple[UUID, str]:
    someone = uuid4()
    await partnership.admit(organisation, someone, role)
    return someone, await gateway.key("person", organisation, someone)


async def test_an_event_is_seen_as_soon_as_it_is_logged_with_all_that_names_it(gateway):
    ours = uuid4()
    partnership = await gateway.partnership(ours)
    async with stream(gateway, await gateway.key("system", ours)) as opened:
        event_id = await gateway.tell(closed(partnership.id))
        got = await opened.event()
    assert got["id"] == str(event_id)
    assert got["event"] == got["type"] == "entente.conflicts.case_closed.v1"
    assert got["source"] == "/services/conflicts"
    assert got["partnership_id"] == str(partnership.id)
    assert got["correlation_id"] == str(event_id)
    assert got["causation_id"] is None
    assert (got["aggregate"], got["aggregate_version"]) == ("case", 1)
    assert got["data"]["outcome"] == "agreed"
    assert got["position"] == await gateway.logged(event_id)


async def test_wake_ups_come_by_notification_and_not_by_the_poll(gateway):
    """The poll of this gateway is 0.2 s; the stream is faster than that."""
    ours = uuid4()
    partnership = await gateway.partnership(ours)
    async with stream(gateway, await gateway.key("system", ours)) as opened:
        waited = []
        for _ in range(8):
            logged = asyncio.create_task(gateway.logged(await gateway.tell(closed(partnership.id))))
            await logged
            before = asyncio.get_running_loop().time()
            await opened.event()
            waited.append(asyncio.get_running_loop().time() - before)
    assert sorted(waited)[4] < 0.05


async def test_a_stream_taken_up_again_goes_on_where_it_was_left(gateway):
    ours = uuid4()
    partnership = await gateway.partnership(ours)
    key = await gateway.key("system", ours)
    async with stream(gateway, key) as opened:
        told = [await gateway.tell(closed(partnership.id)) for _ in range(3)]
        first = await opened.event()
    told += [await gateway.tell(closed(partnership.id)) for _ in range(3)]
    await gateway.logged(told[-1])
    async with stream(gateway, key, first["position"]) as again:
        got = [(await again.event())["id"] for _ in range(5)]
        assert await again.silent()
    assert [first["id"], *got] == [str(event_id) for event_id in told]


async def test_a_stream_can_be_left_before_anything_happened(gateway):
    ours = uuid4()
    partnership = await gateway.partnership(ours)
    key = await gateway.key("system", ours)
    async with stream(gateway, key) as opened:
        position = opened.last_id
    missed = await gateway.tell(closed(partnership.id))
    async with stream(gateway, key, position) as again:
        assert (await again.event())["id"] == str(missed)


async def test_a_position_that_this_log_never_gave_out_starts_at_the_beginning(gateway):
    ours = uuid4()
    await gateway.partnership(ours)
    async with stream(gateway, await gateway.key("system", ours), 10**17) as opened:
        assert (await opened.event())["type"] == "entente.objectives.partnership_changed.v1"


async def test_a_long_history_is_replayed_in_batches_in_order(gateway):
    ours = uuid4()
    partnership = await gateway.partnership(ours)
    case = new_id()
    told = await gateway.tell_many([closed(partnership.id, case) for _ in range(250)])
    await gateway.logged(told[-1])
    async with stream(gateway, await gateway.key("system", ours), 0) as opened:
        versions = [(await opened.event())["aggregate_version"] for _ in range(251)][1:]
    assert versions == list(range(1, 251))


async def test_only_the_partnerships_members_see_what_happens_in_it(gateway):
    ours, theirs = uuid4(), uuid4()
    partnership, _other = await gateway.partnership(ours), await gateway.partnership(theirs)
    _, member = await person(gateway, partnership, ours)
    stranger = await gateway.key("person", ours, uuid4())
    outsider = await gateway.key("system", theirs)
    # An organisation's administrator may make a key that names anybody; it opens nothing, as that person is not theirs.
    someone, _ = await person(gateway, partnership, ours)
    pretender = await gateway.key("person", theirs, someone)
    async with (
        stream(gateway, member) as seen,
        stream(gateway, stranger) as not_seen,
        stream(gateway, outsider) as elsewhere,
        stream(gateway, pretender) as pretended,
    ):
        await gateway.tell(closed(partnership.id))
        assert (await seen.event())["partnership_id"] == str(partnership.id)
        for other in (not_seen, elsewhere, pretended):
            assert await other.silent()
    for key in (stranger, pretender):
        async with stream(gateway, key, 0) as history:
            assert await history.silent()


async def test_a_narrow_audience_hides_an_event_from_the_other_parties(gateway):
    ours, theirs = uuid4(), uuid4()
    partnership = await gateway.partnership(ours, theirs)
    async with (
        stream(gateway, await gateway.key("system", ours)) as mine,
        stream(gateway, await gateway.key("system", theirs)) as other,
    ):
        narrow = await gateway.tell(closed(partnership.id, outcome="secret"), parties(ours))
        sealed = await gateway.tell(closed(partnership.id, outcome="mediation"), f"case:{uuid4()}")
        shared = await gateway.tell(closed(partnership.id))
        assert (await mine.event())["id"] == str(narrow)
        assert (await mine.event())["id"] == str(shared)
        assert (await other.event())["id"] == str(shared)
    await gateway.logged(sealed)


async def test_membership_is_looked_at_for_each_event(gateway):
    ours = uuid4()
    partnership = await gateway.partnership(ours)
    someone = uuid4()
    key = await gateway.key("person", ours, someone)
    async with stream(gateway, key) as opened:
        await gateway.tell(closed(partnership.id, outcome="before"))
        assert await opened.silent()
        member = await partnership.admit(ours, someone, Role.OBSERVER)
        seen = [(await opened.event())["data"].get("outcome") for _ in range(2)]
        await gateway.tell(closed(partnership.id, outcome="during"))
        assert (await opened.event())["data"]["outcome"] == "during"
        await partnership.admit(ours, someone, Role.OBSERVER, member, active=False)
        await gateway.tell(closed(partnership.id, outcome="after"))
        assert await opened.silent()
    assert "before" in seen or None in seen


async def test_one_partnership_can_be_followed_alone_by_its_members(gateway):
    ours = uuid4()
    one, other = await gateway.partnership(ours), await gateway.partnership(ours)
    key = await gateway.key("system", ours)
    async with stream(gateway, key, partnership_id=str(one.id)) as opened:
        await gateway.tell(closed(other.id))
        wanted = await gateway.tell(closed(one.id))
        assert (await opened.event())["id"] == str(wanted)
        assert await opened.silent()
    async with gateway.client(await gateway.key("system", uuid4())) as outsider:
        assert (await outsider.get(f"/v1/events?partnership_id={one.id}")).status_code == 404


async def test_operators_see_that_something_happened_outside_partnerships_and_not_what(gateway):
    ours, organisation = uuid4(), new_id()
    partnership = await gateway.partnership(ours)
    async with (
        stream(gateway, await gateway.key()) as operator,
        stream(gateway, await gateway.key("system", ours)) as system,
    ):
        await gateway.tell(closed(partnership.id))
        changed = await gateway.tell(objectives.OrganisationChanged(organisation_id=organisation, name="Ministry"))
        got = await operator.event()
        assert got["id"] == str(changed)
        assert got["data"] is None
        assert (await system.event())["partnership_id"] == str(partnership.id)
        assert await system.silent()


async def test_events_of_all_four_producers_are_logged_once(gateway):
    ours = uuid4()
    partnership = await gateway.partnership(ours)
    suppressed = resources.AdjustmentSuppressed(
        partnership_id=partnership.id, adjustment_id=uuid4(), deviation_id=uuid4(), kpi_id=uuid4(), reason="damped",
        penalty=2000, until="2026-01-01T00:00:00Z", rule_version="A2/1",
    )  # fmt: skip
    ended = kpi.DeviationClosed(
        partnership_id=partnership.id, deviation_id=uuid4(), kpi_id=uuid4(), crossing=1, at="2026-01-01T00:00:00Z",
        value=1, deviation=0,
    )  # fmt: skip
    clock = objectives.ClockAdvanced(partnership_id=partnership.id, now="2026-01-01T00:00:00Z")
    async with stream(gateway, await gateway.key("system", ours)) as opened:
        told = {str(await gateway.tell(event)) for event in (suppressed, ended, clock, closed(partnership.id))}
        assert {(await opened.event())["id"] for _ in range(4)} == told


async def test_a_snapshot_adds_nothing_to_the_log(gateway):
    from entente_shared import snapshots

    ours = uuid4()
    partnership = await gateway.partnership(ours)
    async with gateway.database() as database:
        before = await database.fetchval("SELECT count(*) FROM event_log WHERE partnership_id = $1", partnership.id)
        assert await snapshots.republish(gateway.feeds["objectives"].database) > 0
        clock = objectives.ClockAdvanced(partnership_id=partnership.id, now="2026-01-01T00:00:00Z")
        await gateway.logged(await gateway.tell(clock))  # by the same producer, so after the snapshot
        after = await database.fetchval("SELECT count(*) FROM event_log WHERE partnership_id = $1", partnership.id)
    assert after == before + 1


def received(partnership: UUID) -> Received:
    event_id = new_id()
    return Received(
        event_id, "entente.conflicts.case_closed.v1", "conflicts", partnership, "case", new_id(), 1, SHARED, event_id, None,
        "2026-01-01T00:00:00+00:00", None, None,
    )  # fmt: skip


async def test_positions_become_visible_in_their_order(gateway):
    """A writer waits for one that has taken its position but not committed: else a reader would go past it and never come back."""
    ours = uuid4()
    partnership = await gateway.partnership(ours)
    database = Database(gateway.stack.settings("gateway"))
    first, second = received(partnership.id), received(partnership.id)

    async def log_second() -> None:
        async with database.transaction(tenant=partnership.id) as session:
            await log_events(session, [(second, "{}")])

    async with stream(gateway, await gateway.key("system", ours)) as opened:
        async with database.transaction(tenant=partnership.id) as session:
            await log_events(session, [(first, "{}")])
            later = asyncio.create_task(log_second())
            assert await opened.silent()
        await later
        got = [await opened.event() for _ in range(2)]
    assert [event["id"] for event in got] == [str(first.event_id), str(second.event_id)]
    await database.close()


async def test_what_four_services_publish_at_once_all_arrives(gateway):
    ours = uuid4()
    partnership = await gateway.partnership(ours)
    events = {
        "conflicts": lambda: closed(partnership.id),
        "objectives": lambda: objectives.ClockAdvanced(partnership_id=partnership.id, now="2026-01-01T00:00:00Z"),
        "kpi": lambda: kpi.DeviationAnnulled(
            partnership_id=partnership.id, deviation_id=uuid4(), kpi_id=uuid4(), crossing=1, reason="late"
        ),
        "resources": lambda: resources.AllocationPublished(
            partnership_id=partnership.id, allocation_id=uuid4(), revision=1, cause="start", certificate={}
        ),
    }

    async def tell(producer: str) -> list[UUID]:
        return [await gateway.tell(events[producer]()) for _ in range(25)]

    async with stream(gateway, await gateway.key("system", ours)) as opened:
        told = await asyncio.gather(*(tell(producer) for producer in events))
        wanted = {str(event_id) for many in told for event_id in many}
        got = [await opened.event() for _ in range(len(wanted))]
    assert {event["id"] for event in got} == wanted
    assert [event["position"] for event in got] == sorted(event["position"] for event in got)


async def test_a_quiet_stream_has_heartbeats(gateway):
    async with stream(gateway, await gateway.key("system", uuid4())) as opened:
        assert await opened.block(2) == {"": "still here"}
        assert opened.response.headers["content-type"].startswith("text/event-stream")
        assert opened.response.headers["cache-control"] == "no-store"


async def test_a_stream_ends_with_its_key(gateway):
    async with gateway.client(await gateway.key()) as operator:
        made = await operator.post("/v1/keys", json={"kind": "system", "label": "x", "organisation_id": str(uuid4())})
        key = made.json()
        async with stream(gateway, key["secret"]) as opened:
            await operator.delete(f"/v1/keys/{key['id']}")
            with pytest.raises(EOFError):
                while True:
                    await opened.block(3)


async def opens(gateway: Gateway, key: str) -> bool:
    headers = {"Authorization": f"Bearer {key}"}
    async with aiohttp.ClientSession(gateway.url, headers=headers) as session, session.get("/v1/events") as answer:
        return answer.status == 200


async def test_one_key_has_a_bounded_number_of_streams(gateway):
    key = await gateway.key("system", uuid4())
    async with stream(gateway, key), stream(gateway, key), stream(gateway, key), gateway.client(key) as client:
        answer = await client.get("/v1/events")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")

    await eventually(lambda: opens(gateway, key), 3)


async def test_a_client_that_takes_nothing_is_let_go(gateway):
    """Its memory is bounded by one batch and the socket's buffers, and after a while it is cut off."""
    ours = uuid4()
    partnership = await gateway.partnership(ours)
    key = await gateway.key("system", ours)
    case, text = new_id(), "x" * 9000
    told = await gateway.tell_many([closed(partnership.id, case, text) for _ in range(1000)])
    await gateway.logged(told[-1])
    host, port = gateway.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    writer.write(
        f"GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nLast-Event-ID: 0\r\n\r\n".encode()
    )
    await reader.readline()
    reader._transport.pause_reading()
    async with stream(gateway, key), stream(gateway, key):
        await eventually(lambda: opens(gateway, key), 10)  # the third that a key may have
    reader._transport.resume_reading()
    received = 0
    async with asyncio.timeout(10):
        while piece := await reader.read(2**20):
            received += len(piece)
    writer.close()
    assert received < 8_000_000


async def test_clients_that_leave_at_any_moment_leave_no_connection_behind(gateway):
    ours = uuid4()
    await gateway.partnership(ours)
    keys = [await gateway.key("system", ours) for _ in range(10)]

    async def visit(index: int) -> None:
        headers = {"Authorization": f"Bearer {keys[index % 10]}", "Last-Event-ID": "0"}
        with suppress(TimeoutError):
            async with (
                asyncio.timeout(0.002 * index),
                aiohttp.ClientSession(gateway.url, headers=headers) as session,
                session.get("/v1/events") as answer,
            ):
                await answer.read()

    await asyncio.gather(*(visit(index) for index in range(60)))

    async def all_closed() -> bool:
        async with gateway.database() as database:
            return not await database.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'entente_gateway%' AND xact_start IS NOT NULL"
            )

    await eventually(all_closed, 5)
    for key in keys:
        await eventually(lambda key=key: opens(gateway, key), 5)


@pytest.mark.parametrize("position", ["x", "-1", "1.5", "²", "9" * 19])
async def test_an_unreadable_position_is_refused(gateway, position):
    async with gateway.client(await gateway.key()) as client:
        answer = await client.get("/v1/events", headers={"Last-Event-ID": position.encode()})
    assert answer.status_code == 422


async def test_the_log_is_hidden_by_the_database_itself(gateway):
    """Without any caller, and for another organisation, the application's own role reads nothing."""
    import asyncpg

    ours, theirs = uuid4(), uuid4()
    partnership = await gateway.partnership(ours)
    await gateway.logged(await gateway.tell(closed(partnership.id)))
    settings = gateway.stack.settings("gateway")
    connection = await asyncpg.connect(settings.dsn)
    try:
        for organisation, count in ((None, 0), (theirs, 0), (ours, 2)):
            async with connection.transaction():
                if organisation:
                    await connection.execute(
                        "SELECT set_config('entente.organisation_id', $1, true)", str(organisation)
                    )
                found = await connection.fetchval(
                    "SELECT count(*) FROM event_log WHERE partnership_id = $1", partnership.id
                )
                named = await connection.fetchval(
                    "SELECT count(*) FROM partnership WHERE partnership_id = $1", partnership.id
                )
            assert (found, named) == (count, min(count, 1))
        for forbidden in ("UPDATE event_log SET audience = 'shared'", "DELETE FROM event_log"):
            async with connection.transaction():
                await connection.execute("SELECT set_config('entente.organisation_id', $1, true)", str(ours))
                assert (await connection.execute(forbidden)).endswith(" 0")
    finally:
        await connection.close()
