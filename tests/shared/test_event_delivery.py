"""From the outbox to a handler: nothing lost, nothing twice, in order."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from entente_shared.events.objectives import ClockAdvanced, OrganisationChanged
from entente_shared.handling import Handlers
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from sqlalchemy import text


async def eventually(condition: Callable[[], Awaitable[bool]], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, "the condition did not come to hold"
        await asyncio.sleep(0.02)


def recorder() -> tuple[Handlers, list[tuple[UUID, int, str]]]:
    handlers, seen = Handlers(), []

    @handlers.on(OrganisationChanged)
    async def keep(session, event, received):
        seen.append((event.organisation_id, received.version, event.name))

    return handlers, seen


async def test_a_committed_event_reaches_its_handler_once(probe):
    handlers, seen = recorder()
    producer = await probe.start("objectives")
    await probe.start("kpi", handlers)
    organisation = new_id()
    async with producer.database.transaction() as session:
        publish(session, OrganisationChanged(organisation_id=organisation, name="one"))
        publish(session, OrganisationChanged(organisation_id=organisation, name="two"))

    async def arrived():
        return len(seen) >= 2

    await eventually(arrived)
    assert seen == [(organisation, 1, "one"), (organisation, 2, "two")]


async def test_a_rolled_back_change_publishes_nothing(probe):
    handlers, seen = recorder()
    producer = await probe.start("objectives")
    await probe.start("kpi", handlers)
    with pytest.raises(RuntimeError, match="changed its mind"):
        async with producer.database.transaction() as session:
            publish(session, OrganisationChanged(organisation_id=new_id(), name="never"))
            raise RuntimeError("changed its mind")
    kept = new_id()
    async with producer.database.transaction() as session:
        publish(session, OrganisationChanged(organisation_id=kept, name="kept"))

    async def arrived():
        return bool(seen)

    await eventually(arrived)
    assert [name for _, _, name in seen] == ["kept"]


async def test_reaction_at_rest_is_quick(probe):
    """Not a timing test: the slow polls are set so slow that only the wake-up can bring the event in time."""
    handlers, seen = recorder()
    producer = await probe.start("objectives", relay_poll=60.0, leader_timeout=120.0)
    await probe.start("kpi", handlers)

    async def leading():
        return producer.relay is not None and producer.relay.leading

    await eventually(leading)
    for number in range(3):
        async with producer.database.transaction() as session:
            publish(session, OrganisationChanged(organisation_id=new_id(), name=str(number)))

        async def arrived(number=number):
            return len(seen) > number

        await eventually(arrived)
    assert len(seen) == 3
