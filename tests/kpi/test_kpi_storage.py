"""How samples are kept: packed, compacted, rolled up, and readable as plain rows all the while."""

import asyncio
import random
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kpi.kpi_world import START, Kpi, day, stamp, stored
from kpi.storage_world import chart_equals, compact, rollups_are_exact
from support.statements import statements_of
from support.waiting import eventually

from entente_kpi.series import compaction, store
from entente_kpi.series.domain import charting, packing, quick
from entente_kpi.series.moments import to_us
from entente_shared import telemetry

SECOND = timedelta(seconds=1)


async def push_series(kpi, start, step, values):
    body = {"series": [{"kpi_id": str(kpi.id), "start": stamp(start), "step": f"PT{step:g}S", "values": values}]}
    answer = await kpi.partnership.http.post("/samples", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["accepted"] == len(values), answer.text


async def rows_of(kpi, admin):
    return [
        tuple(row) for row in await admin.fetch("SELECT at, value FROM sample WHERE kpi_id = $1 ORDER BY at", kpi.id)
    ]


async def kept(kpi, admin, table):
    return await admin.fetchval(f"SELECT coalesce(sum(samples), 0) FROM {table} WHERE kpi_id = $1", kpi.id)


numbers = st.lists(st.integers(-(2**62), 2**62) | st.integers(-100, 100), min_size=1, max_size=200)
values = st.lists(st.floats(-1e100, 1e100) | st.decimals(-1000, 1000, places=2).map(float), min_size=1, max_size=200)


@given(numbers, st.booleans())
def test_numbers_come_back_as_they_were_packed(given, rising):
    array = np.array(sorted(given) if rising else given, np.int64)
    assert packing.unpack_ints(len(array), packing.pack_ints(array)).tolist() == array.tolist()


@given(values)
def test_samples_come_back_as_they_were_packed(given):
    times, array = np.cumsum(np.arange(1, len(given) + 1)), np.array(given) + 0.0
    packed = packing.pack(times, array)
    assert (packed.count, packed.first, packed.last) == (len(given), times[0], times[-1])
    again = packing.unpack(packed.count, packed.scale, packed.times, packed.values)
    assert [each.tolist() for each in again] == [times.tolist(), array.tolist()]


@given(st.lists(st.tuples(st.lists(st.integers(1, 5), max_size=6), st.floats(-1e100, 1e100)), min_size=1, max_size=20))
def test_what_ingest_packs_comes_back_one_by_one_and_at_one_go(series):
    parts = [
        (np.cumsum([n * 1000, *gaps]), np.full(len(gaps) + 1, value + 0.0)) for n, (gaps, value) in enumerate(series)
    ]
    counts = [len(times) for times, _ in parts]
    times, array = (np.concatenate(column) for column in zip(*parts, strict=True))
    packed = quick.pack(times, array, np.cumsum([0, *counts[:-1]]))
    assert all(quick.fits(packing.BINARY, *each) for each in zip(*packed, strict=True))
    for (at, values), count, *one in zip(parts, counts, *packed, strict=True):
        again = packing.unpack(count, packing.BINARY, *one)
        assert [each.tolist() for each in again] == [at.tolist(), values.tolist()]
    together = quick.unpack(counts, *packed)
    assert [each.tolist() for each in together] == [times.tolist(), array.tolist()]


def test_a_regular_cadence_costs_nothing_and_small_numbers_little():
    times = np.arange(4096) * 1_000_000
    packed = packing.pack(times, np.random.default_rng(1).integers(0, 1000, 4096).astype(float))
    assert len(packed.times) == 26
    assert len(packed.values) <= 4096 * 10 / 8 + 40


async def test_what_was_compacted_but_not_noted_is_noted_the_next_time(kpis, kpi_admin):
    """The process ended between the two: all later ones would think that there is more to compact than there is."""
    kpi = await kpis.define()
    await push_series(kpi, START, 1, list(range(100)))
    noted = "UPDATE track SET fresh_samples = fresh_samples + 20000 WHERE kpi_id = $1"
    await kpi_admin.execute(noted, kpi.id)
    await compact(kpi)
    assert await kpi_admin.fetchval("SELECT fresh_samples FROM track WHERE kpi_id = $1", kpi.id) == 0


async def test_the_first_compaction_of_a_kpi_asks_the_database_little(kpis):
    """Its rollups are new windows, which reach far beyond the samples that there are."""
    kpi = await kpis.define()
    await push_series(kpi, START, 1, list(range(10_000)))
    with telemetry.continued("compact", None), statements_of("kpi", "INSERT INTO chunk") as executed:
        await compact(kpi)
    assert len(executed) <= 45


@pytest.mark.parametrize("state", ["fresh", "compacted", "both"])
async def test_plain_rows_are_the_samples_exactly(kpis, kpi_admin, state):
    kpi = await kpis.define()
    chance = random.Random(1)
    figures = [-1e100, 1e100, -0.1, 0.1, 5e-324, 1 / 3, -2.5e-8, 0.0, 7.0, *(chance.uniform(-1, 1) for _ in range(40))]
    at = [START + timedelta(microseconds=chance.randrange(10**12)) for _ in figures]
    half = len(figures) // 2
    for part in (slice(0, half), slice(half, None)):
        samples = [{"at": stamp(moment), "value": value} for moment, value in zip(at[part], figures[part], strict=True)]
        assert (await kpis.http.post(f"/kpis/{kpi.id}/samples", json={"samples": samples})).json()["accepted"]
        if state == "compacted" or (state == "both" and part.start == 0):
            await compact(kpi)
    assert await rows_of(kpi, kpi_admin) == sorted(zip(at, figures, strict=True))
    assert [(datetime.fromisoformat(moment), value) for moment, value in await stored(kpi)] == sorted(
        zip(at, figures, strict=True)
    )


async def test_the_view_shows_a_reader_only_what_is_theirs(kpis, kpi_admin, stack):
    kpi = await kpis.define()
    await kpi.push({1: 1.0})
    async with kpis.database.transaction() as session:
        connection = await session.connection()
        found = await connection.exec_driver_sql("SELECT count(*) FROM sample")
        assert found.scalar() == 0
    async with kpis.database.transaction(tenant=kpis.id) as session:
        connection = await session.connection()
        assert (await connection.exec_driver_sql("SELECT count(*) FROM sample")).scalar() == 1


async def test_compaction_leaves_ordered_chunks_that_do_not_overlap(kpis, kpi_admin):
    kpi = await kpis.define()
    chance = random.Random(2)
    order = list(range(18000))
    chance.shuffle(order)
    expected = {}
    for begin in range(0, len(order), 3000):
        samples = [{"at": stamp(START + n * SECOND), "value": n} for n in order[begin : begin + 3000]]
        expected |= {START + n * SECOND: float(n) for n in order[begin : begin + 3000]}
        await kpis.http.post(f"/kpis/{kpi.id}/samples", json={"samples": samples})
        await compact(kpi)
        assert await rows_of(kpi, kpi_admin) == sorted(expected.items())
    assert await kept(kpi, kpi_admin, "fresh") == 0
    chunks = await kpi_admin.fetch(
        "SELECT first_us, last_us, samples FROM chunk WHERE kpi_id = $1 ORDER BY first_us", kpi.id
    )
    assert all(before["last_us"] < after["first_us"] for before, after in pairwise(chunks))
    assert all(compaction.FULL / 2 <= each["samples"] <= compaction.FULL for each in chunks)


async def test_samples_go_on_arriving_while_a_kpi_is_compacted_and_only_a_correction_waits(kpis, kpi_admin):
    kpi = await kpis.define()
    await push_series(kpi, START, 1, [float(n % 10) for n in range(3000)])
    async with kpis.database.transaction(tenant=kpis.id) as session:
        await store.hold(session, kpi.id)
        await compaction.compact(session, kpis.id, kpi.id)
        assert (await kpi.push({5: 1.0}))["accepted"] == 1
        correction = asyncio.create_task(kpi.push({0: 77.0}, correction=True))

        async def waits():
            return await kpi_admin.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")

        await eventually(waits)
        assert not correction.done()
    assert (await correction)["corrected"] == 1
    await compact(kpi)
    rows = await rows_of(kpi, kpi_admin)
    assert (len(rows), rows[0][1], rows[-1][1]) == (3001, 77.0, 1.0)
    samples = dict(rows)
    await rollups_are_exact(kpi, kpi_admin, samples)
    await chart_equals(kpi, samples, 500)


async def test_a_correction_reaches_a_compacted_sample_and_its_rollups(kpis, kpi_admin):
    kpi = await kpis.define()
    await push_series(kpi, START, 1, [float(n % 10) for n in range(4000)])
    await compact(kpi)
    before = await kpi.partnership.get(f"/kpis/{kpi.id}/chart", points=100)
    await kpi.push({1000 / 86400: 500.0}, correction=True)
    after = await kpi.partnership.get(f"/kpis/{kpi.id}/chart", points=100)
    changed = [n for n, pair in enumerate(zip(before["max"], after["max"], strict=True)) if pair[0] != pair[1]]
    assert [after["max"][n] for n in changed] == [500.0]
    assert after["sum"][changed[0]] == before["sum"][changed[0]] + 500.0
    assert await kept(kpi, kpi_admin, "chunk") == 4000
    corrections = (await kpi.partnership.get(f"/kpis/{kpi.id}/corrections"))["items"]
    assert [(each["replaced"], each["value"]) for each in corrections] == [(0.0, 500.0)]


@pytest.mark.parametrize("seed", range(3))
async def test_charts_equal_the_samples_at_any_resolution_whatever_is_compacted(kpis, kpi_admin, seed):
    """Dense stretches, which are rolled up, and sparse ones, late samples before and after compaction, corrections."""
    chance = random.Random(seed)
    kpi = await kpis.define(on_conflict="correct")
    samples = {}
    for turn in range(6):
        begin = START + timedelta(days=chance.choice([0, 0, 1, 40, 800]), seconds=chance.randrange(7000))
        step, amount = chance.choice([(1, 5000), (0.5, 4000), (3600, 300), (86400 * 9, 60)])
        figures = [round(chance.uniform(-50, 50), 1) for _ in range(amount)]
        body = {"series": [{"kpi_id": str(kpi.id), "start": stamp(begin), "step": f"PT{step:g}S", "values": figures}]}
        assert (await kpis.http.post("/samples", json=body)).json()["rejected"] == 0
        samples |= {begin + n * timedelta(seconds=step): value for n, value in enumerate(figures)}
        if turn == 2 or chance.random() < 0.6:
            await compact(kpi)
        await chart_equals(kpi, samples, chance.choice([1, 7, 100, 500, 3000]))
    await compact(kpi)
    for points in (1, 24, 500, 5000):
        await chart_equals(kpi, samples, points)
    assert {"minute", "hour"} <= await rollups_are_exact(kpi, kpi_admin, samples)


async def test_a_chart_can_be_of_a_part_and_of_nothing(kpis):
    kpi = await kpis.define()
    assert (await kpis.get(f"/kpis/{kpi.id}/chart"))["at"] == []
    await kpi.push({n: n for n in range(10)})
    part = await kpis.get(f"/kpis/{kpi.id}/chart", **{"from": stamp(day(3)), "to": stamp(day(5))})
    assert part["mean"] == [3, 4]
    assert (await kpis.get(f"/kpis/{kpi.id}/chart", **{"from": stamp(day(30))}))["at"] == []


@pytest.mark.parametrize(
    ("seconds", "points", "text"),
    [
        (1, 500, "PT0.005S"),
        (3600, 500, "PT10S"),
        (86_400, 100, "PT15M"),
        (86_400 * 365, 500, "P1D"),
        (4e9, 500, "P6M"),
        (4e9, 24, "P10Y"),
    ],
)
def test_widths_are_round_and_give_no_more_points_than_asked_for(seconds, points, text):
    ends = to_us(START) + np.array([0, int(seconds * 1e6)])
    width = charting.width_for(*ends.tolist(), points)
    first, last = width.of_times(ends).tolist()
    assert (width.text, last - first < points) == (text, True)
    assert width.starts(np.array([first]))[0] <= ends[0] < width.starts(np.array([first + 1]))[0]


async def test_what_is_kept_no_longer_leaves_its_rollups(kpis, kpi_admin):
    """Six samples a minute for four days, of which one day is kept, its minutes for two and its hours for ever."""
    body = {
        "name": "Speed", "unit": "1", "cadence": "PT10S", "rule": {"theta_on": -0.25, "theta_off": -0.1},
        "retention": {"raw": "P1D", "minute": "P2D"},
    }  # fmt: skip
    kpi = Kpi(kpis, (await kpis.http.post("/kpis", json=body)).json()["id"])
    figures = [float(n % 97) for n in range(4 * 8640)]
    for begin in range(0, len(figures), 8640):
        await push_series(kpi, START + begin * 10 * SECOND, 10, figures[begin : begin + 8640])
    whole = await kpis.get(f"/kpis/{kpi.id}/chart", points=100)
    await compact(kpi)
    assert await kpis.get(f"/kpis/{kpi.id}/chart", points=100) == whole
    times = [datetime.fromisoformat(at) for at, _ in await stored(kpi)]
    assert START + timedelta(days=1) < times[0] <= START + timedelta(days=2)
    levels = await kpi_admin.fetch(
        "SELECT level, min(span) AS first FROM rollup WHERE kpi_id = $1 GROUP BY level", kpi.id
    )
    assert {row["level"]: row["first"] for row in levels}["minute"] == to_us(
        START + timedelta(days=1)
    ) // 86_400_000_000
    report = await kpi.push({0.5: 1.0, 3.999999: 2.0})
    assert [each["outcome"] for each in report["outcomes"]] == ["rejected", "stored"]
    assert "kept no longer" in report["outcomes"][0]["reason"]
    await compact(kpi)
    again = await kpis.get(f"/kpis/{kpi.id}/chart", points=100)
    assert again["count"] == [*whole["count"][:-1], whole["count"][-1] + 1]
