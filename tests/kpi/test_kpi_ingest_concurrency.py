"""Writers beside one another, and what a request costs the database."""

import asyncio
from collections import defaultdict
from contextlib import contextmanager

from kpi.kpi_world import day, stamp, stored
from sqlalchemy import event
from sqlalchemy.engine import Engine


@contextmanager
def recorded():
    """The statements that the service sends to its database meanwhile, by task."""
    executed = defaultdict(list)

    def record(_connection, _cursor, statement, _parameters, _context, _many):
        executed[asyncio.current_task()].append(statement)

    event.listen(Engine, "before_cursor_execute", record)
    yield executed
    event.remove(Engine, "before_cursor_execute", record)


async def test_concurrent_writers_raise_one_alert_for_a_crossing(kpis):
    kpi = await kpis.define()
    await kpi.agree()
    await asyncio.gather(*(kpi.push({index: -0.3}) for index in range(10)))
    assert len(await stored(kpi)) == 10
    assert await kpi.spans() == [(1, 0, None, False)]
    assert len(await kpis.events("deviation_opened")) == 1


async def test_concurrent_writers_of_many_kpis_do_not_hinder_one_another(kpis):
    """Whatever the order of the KPIs in their requests, and with timers under way."""
    several = [await kpis.define(stale_after="P1D") for _ in range(6)]
    for kpi in several:
        await kpi.agree()

    async def write(writer):
        ordered = [kpi.id for kpi in (several if writer % 2 else reversed(several))]
        body = [
            {"kpi_id": str(kpi_id), "at": stamp(day(writer + turn / 100)), "value": 0}
            for kpi_id in ordered
            for turn in range(5)
        ]
        answer = await kpis.http.post("/samples", json={"samples": body})
        return answer.status_code, answer.json()["accepted"]

    for turn in range(4):
        assert set(await asyncio.gather(*(write(8 * turn + writer) for writer in range(8)))) == {(200, 30)}


async def test_the_statements_of_a_request_do_not_grow_with_its_samples(kpis):
    """One KPI or twenty, ten samples or thousands."""
    several = [await kpis.define(stale_after="P900D") for _ in range(20)]
    for kpi in several:
        await kpi.agree()

    async def statements(kpi_ids, samples):
        body = [
            {"kpi_id": str(kpi_id), "at": stamp(day(samples * 2 + index)), "value": 1}
            for kpi_id in kpi_ids
            for index in range(samples)
        ]
        with recorded() as executed:
            assert (await kpis.http.post("/samples", json={"samples": body})).json()["accepted"] == len(body)
        return next(len(each) for each in executed.values() if any("INSERT INTO sample" in text for text in each))

    everything = [kpi.id for kpi in several]
    counts = [await statements(everything[:1], 10), await statements(everything, 20), await statements(everything, 400)]
    assert max(counts) <= 15  # all that there may be: two kinds of timers, events with their versions, two for formulas
