"""From the outbox to a handler: nothing lost, nothing twice, in order."""

import asyncio
import random
from collections import defaultdict

import pytest
from sqlalchemy import select
from support.recording import recorder, tell
from support.waiting import eventually

from entente_shared import broker
from entente_shared.events.objectives import OrganisationChanged
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.plumbing import outbox
from entente_shared.publisher import RefusedError
from entente_shared.relay import Relay


async def test_a_committed_event_reaches_its_handler_once(probe):
    handlers, seen = recorder()
    producer = await probe.start("objectives")
    await probe.start("kpi", handlers)
    organisation = new_id()
    async with producer.database.transaction() as session:
        publish(session, OrganisationChanged(organisation_id=organisation, name="one"))
        publish(session, OrganisationChanged(organisation_id=organisation, name="two"))
    await eventually(lambda: len(seen) >= 2)
    assert seen == [(organisation, 1, "one"), (organisation, 2, "two")]


async def test_a_rolled_back_change_publishes_nothing(probe):
    handlers, seen = recorder()
    producer = await probe.start("objectives")
    await probe.start("kpi", handlers)
    with pytest.raises(RuntimeError, match="changed its mind"):
        async with producer.database.transaction() as session:
            publish(session, OrganisationChanged(organisation_id=new_id(), name="never"))
            raise RuntimeError("changed its mind")
    await tell(producer.database, "kept")
    await eventually(lambda: bool(seen))
    assert [name for _, _, name in seen] == ["kept"]


async def test_an_event_that_arrives_twice_has_one_effect(probe):
    handlers, seen = recorder()
    producer = await probe.start("objectives")
    await probe.start("kpi", handlers)
    await tell(producer.database, "once")
    await eventually(lambda: bool(seen))
    connection = await broker.connect(probe.settings("objectives"), "objectives")
    js = connection.jetstream()
    stored = await js.get_msg(broker.stream_name("objectives"), seq=1)
    again = {name: value for name, value in stored.headers.items() if not name.startswith("Nats-")}
    await js.publish(stored.subject, stored.data, headers=again)
    await connection.close()
    await tell(producer.database, "after")
    await eventually(lambda: "after" in [name for _, _, name in seen])
    assert [name for _, _, name in seen] == ["once", "after"]


async def test_sixteen_writers_and_two_relays_keep_the_order_of_each_aggregate(probe):
    handlers, seen = recorder()
    producers = [await probe.start("objectives"), await probe.start("objectives")]
    await probe.start("kpi", handlers)
    organisations = [new_id() for _ in range(5)]
    chance = random.Random(7)

    async def write(number):
        for _ in range(40):
            database = producers[number % 2].database
            async with database.transaction() as session:
                for organisation in chance.sample(organisations, 2):
                    publish(session, OrganisationChanged(organisation_id=organisation, name=str(number)))

    await asyncio.gather(*(write(number) for number in range(16)))
    await eventually(lambda: len(seen) >= 16 * 40 * 2, 30)
    versions = defaultdict(list)
    for organisation, version, _ in seen:
        versions[organisation].append(version)
    for found in versions.values():
        assert found == list(range(1, len(found) + 1))


async def test_only_one_of_two_relays_leads(probe):
    producers = [await probe.start("objectives"), await probe.start("objectives")]
    await eventually(lambda: any(p.relay and p.relay.leading for p in producers))
    handlers, seen = recorder()
    await probe.start("kpi", handlers)
    for number in range(5):
        await tell(producers[number % 2].database, str(number))
        await eventually(lambda number=number: len(seen) > number)
        assert sum(p.relay.leading for p in producers) == 1


async def test_the_wake_up_brings_an_event_long_before_the_poll(probe):
    """The polls are a minute apart here, so only the wake-up can bring the event before the deadline."""
    handlers, seen = recorder()
    leader = await probe.start("objectives", relay_poll=60.0, leader_timeout=120.0)
    await eventually(lambda: leader.relay is not None and leader.relay.leading)
    follower = await probe.start("objectives", relay_poll=60.0, leader_timeout=120.0)
    await probe.start("kpi", handlers)
    await probe.settled("kpi")
    await tell(leader.database, "from the leader's own process")
    await eventually(lambda: len(seen) == 1)
    await tell(follower.database, "from another process")
    await eventually(lambda: len(seen) == 2)
    assert len(seen) == 2


async def test_a_leader_that_was_overtaken_can_no_longer_publish(probe):
    """What it still has in flight when it wakes up must not land between its successor's events."""
    producer = await probe.start("objectives")
    await eventually(lambda: producer.relay is not None and producer.relay.leading)
    await tell(producer.database, "one", "two")
    async with producer.database.transaction() as session:
        await eventually(lambda: producer.relay._last_sequence >= 2)
        row = (await session.execute(select(outbox).limit(1))).mappings().one()
    overtaken = Relay("objectives", producer.settings, producer.broker)
    overtaken._last_sequence = 1
    outcomes = await overtaken._publish([{**row, "event_id": new_id()}])
    assert isinstance(outcomes[0], RefusedError)
