"""Timers are rows due on the partnership's clock, each handled once, whatever the number of processes."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from support.waiting import eventually

from entente_shared import membership
from entente_shared.events.objectives import ClockAdvanced, ClockMode, PartnershipChanged
from entente_shared.ids import new_id
from entente_shared.plumbing import timer
from entente_shared.runtime import Runtime, Service
from entente_shared.timers import Timers, cancel, partnership_now, schedule, schedule_many

START = datetime(1976, 1, 1, tzinfo=UTC)


@pytest.fixture
async def clockwork(probe):
    """Two processes' worth of timer loops that write down what came due."""
    taken, broken = [], set()
    timers = Timers()

    @timers.on("bell")
    async def ring(session, due):
        if due.subject_id in broken:
            raise RuntimeError("the bell is broken")
        taken.append((due.subject_id, due.due_at))

    runtimes = []
    for _ in range(2):
        runtime = Runtime(Service("kpi", "kpi", "", timers=Timers(timers)), probe.settings("kpi", timer_poll=0.02))
        await runtime.start()
        probe.runtimes.append(runtime)
        runtimes.append(runtime)
    runtimes[0].taken, runtimes[0].broken = taken, broken
    return runtimes[0]


async def replayed(runtime) -> object:
    """A partnership whose clock stands at START."""
    partnership = new_id()
    event = PartnershipChanged(
        partnership_id=partnership, name="p", stage="awareness", clock=ClockMode.REPLAY, clock_now=START, parties=[]
    )
    async with runtime.database.transaction() as session:
        await membership.apply_partnership(session, event, 1)
    return partnership


async def advance(runtime, partnership, now) -> None:
    async with runtime.database.transaction() as session:
        await membership.apply_clock(session, ClockAdvanced(partnership_id=partnership, now=now))


async def left(runtime) -> int:
    async with runtime.database.transaction() as session:
        return (await session.execute(select(func.count()).select_from(timer))).scalar_one()


async def test_a_timer_waits_for_the_partnerships_clock_and_rings_once(clockwork):
    partnership, subject = await replayed(clockwork), new_id()
    async with clockwork.database.transaction() as session:
        await schedule(session, "bell", partnership, subject, START + timedelta(days=10))
        assert await partnership_now(session, partnership) == START
    await advance(clockwork, partnership, START + timedelta(days=9))
    marker = new_id()  # a timer that is due proves that the loops have looked
    async with clockwork.database.transaction() as session:
        await schedule(session, "bell", partnership, marker, START)
    await eventually(lambda: [key for key, _ in clockwork.taken] == [marker])
    await advance(clockwork, partnership, START + timedelta(days=400))
    await eventually(lambda: len(clockwork.taken) == 2)
    assert clockwork.taken[1] == (subject, START + timedelta(days=10))
    assert await left(clockwork) == 0


async def test_many_timers_ring_once_each_in_two_processes(clockwork):
    partnership = await replayed(clockwork)
    subjects = {new_id(): START + timedelta(hours=n) for n in range(60)}
    async with clockwork.database.transaction() as session:
        await schedule_many(session, "bell", partnership, subjects)
        await schedule_many(session, "bell", partnership, {})
    await advance(clockwork, partnership, START + timedelta(days=30))
    await eventually(lambda: len(clockwork.taken) >= 60)
    assert sorted(key for key, _ in clockwork.taken) == sorted(subjects)


async def test_the_clock_never_goes_back(clockwork):
    partnership = await replayed(clockwork)
    await advance(clockwork, partnership, START + timedelta(days=5))
    await advance(clockwork, partnership, START + timedelta(days=2))
    async with clockwork.database.transaction() as session:
        assert await partnership_now(session, partnership) == START + timedelta(days=5)


async def test_a_wall_timer_does_not_wait_for_the_replayed_clock(clockwork):
    partnership, subject = await replayed(clockwork), new_id()
    async with clockwork.database.transaction() as session:
        await schedule(session, "bell", partnership, subject, datetime.now(UTC), wall=True)
    await eventually(lambda: [key for key, _ in clockwork.taken] == [subject])
    assert len(clockwork.taken) == 1


async def test_a_cancelled_timer_does_not_ring_and_a_moved_one_rings_at_its_new_time(clockwork):
    partnership, cancelled, moved = await replayed(clockwork), new_id(), new_id()
    async with clockwork.database.transaction() as session:
        for subject in (cancelled, moved):
            await schedule(session, "bell", partnership, subject, START + timedelta(days=1))
        await cancel(session, "bell", partnership, cancelled)
        await schedule(session, "bell", partnership, moved, START + timedelta(days=3))
    await advance(clockwork, partnership, START + timedelta(days=4))
    await eventually(lambda: len(clockwork.taken) == 1)
    assert clockwork.taken == [(moved, START + timedelta(days=3))]
    assert await left(clockwork) == 0


async def test_a_timer_that_fails_is_tried_again_and_holds_up_no_other(clockwork):
    partnership, sick, well = await replayed(clockwork), new_id(), new_id()
    clockwork.broken.add(sick)
    async with clockwork.database.transaction() as session:
        await schedule(session, "bell", partnership, sick, START - timedelta(days=1))
        await schedule(session, "bell", partnership, well, START)
    await eventually(lambda: [key for key, _ in clockwork.taken] == [well])
    assert await left(clockwork) == 1
    clockwork.broken.clear()
    await eventually(lambda: len(clockwork.taken) == 2)
    await asyncio.sleep(0)
    assert await left(clockwork) == 0
