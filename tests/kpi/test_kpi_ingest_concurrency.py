"""Writers beside one another, and what a request costs the database."""

import asyncio

import asyncpg
import pytest
from kpi.kpi_world import day, stamp, stored
from support.statements import statements_of

from entente_shared.events.objectives import Role


async def writers(kpis, amount):
    """Clients that share no transaction: requests of one caller would be committed together."""
    return [await kpis.member(Role.CONTRIBUTOR) for _ in range(amount)]


async def cross(kpi, clients):
    """Everybody pushes one sample below the threshold, at the same time."""

    def body(index):
        return {"samples": [{"at": stamp(day(index)), "value": -0.3}]}

    pushes = (client.post(f"/kpis/{kpi.id}/samples", json=body(index)) for index, client in enumerate(clients))
    return [answer.status_code for answer in await asyncio.gather(*pushes)]


async def test_concurrent_writers_raise_one_alert_for_a_crossing(kpis):
    clients = await writers(kpis, 6)
    for _ in range(3):
        kpi = await kpis.define()
        await kpi.agree()
        assert set(await cross(kpi, clients)) == {200}
        assert len(await stored(kpi)) == len(clients)
        assert await kpi.spans() == [(1, 0, None, False)]
    assert len(await kpis.events("deviation_opened")) == 3


async def test_concurrent_writers_store_each_sample_once(kpis):
    """Their requests overlap; what one stored is unchanged for the others."""
    clients = await writers(kpis, 6)
    for _ in range(3):
        kpi = await kpis.define()
        bodies = [
            {"samples": [{"at": stamp(day(n)), "value": n} for n in range(index, index + 8)]} for index in range(6)
        ]
        pushes = (
            client.post(f"/kpis/{kpi.id}/samples", json=body) for client, body in zip(clients, bodies, strict=True)
        )
        answers = await asyncio.gather(*pushes)
        assert {answer.status_code for answer in answers} == {200}
        assert sum(answer.json()["accepted"] for answer in answers) == 13
        assert [value for _, value in await stored(kpi)] == list(range(13))


async def test_the_database_refuses_a_second_deviation_for_a_crossing(kpis, kpi_admin):
    """Whatever went wrong before."""
    kpi = await kpis.define()
    await kpi.agree()
    await kpi.push({0: -0.3})
    columns = [row["attname"] for row in await kpi_admin.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'deviation'::regclass AND attnum > 0 AND NOT attisdropped"
    )]  # fmt: skip
    again = ", ".join("gen_random_uuid()" if name == "id" else name for name in columns)
    with pytest.raises(asyncpg.UniqueViolationError):
        await kpi_admin.execute(
            f"INSERT INTO deviation ({', '.join(columns)}) SELECT {again} FROM deviation WHERE kpi_id = $1", kpi.id
        )


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
        with statements_of("kpi", "INSERT INTO fresh") as executed:
            assert (await kpis.http.post("/samples", json={"samples": body})).json()["accepted"] == len(body)
        return executed

    everything = [kpi.id for kpi in several]
    first = [await statements(everything[:1], 10), await statements(everything, 20)]
    assert max(len(each) for each in first) <= 18  # all that there may be: plans, timers, events with their versions
    assert len(await statements(everything, 300)) <= 6  # where nothing crosses
    assert len(await statements(everything, 460)) <= 5  # nor need be read again
