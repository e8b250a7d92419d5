"""Requests of one caller that are under way at once share a transaction, and nothing else."""

import asyncio
from uuid import UUID

import numpy as np
import pytest
from kpi.kpi_world import day, stamp, stored

from entente_kpi.ingest import engine
from entente_kpi.ingest.admission import Admission
from entente_kpi.ingest.columns import Columns
from entente_kpi.ingest.engine import Engine
from entente_kpi.ingest.quota import Quota
from entente_kpi.series.moments import to_us
from entente_shared.auth import Caller, CallerKind
from entente_shared.errors import Forbidden


@pytest.fixture
def pushing(kpis):
    """Pushes one sample to a KPI, as a key with or without the right to."""
    shared = Engine(kpis.database, Admission(Quota(0)))

    async def push(kpi_id: UUID, number: int, *scopes: str):
        caller = Caller(CallerKind.SYSTEM, f"key with {scopes}", kpis.organisation, None, frozenset(scopes))
        columns = Columns([kpi_id], np.array([1]), np.array([to_us(day(number))]), np.array([float(number)]))
        return await shared.record(caller, kpis.id, columns)

    return push


async def transactions(kpis):
    """How many made the rows of samples that are there."""
    return await kpis.admin.fetchval("SELECT count(DISTINCT xmin::text) FROM fresh WHERE partnership_id = $1", kpis.id)


async def test_what_is_under_way_at_once_commits_together(kpis, pushing):
    made = [await kpis.define() for _ in range(6)]
    await asyncio.gather(*(pushing(kpi.id, 1, "samples:write") for kpi in made))
    assert [await stored(kpi) for kpi in made] == [[(stamp(day(1)), 1.0)]] * 6
    assert await transactions(kpis) == 1


async def test_those_who_came_together_before_are_waited_for(kpis, pushing, monkeypatch):
    monkeypatch.setattr(engine, "_GAP", 30.0)
    kpi = await kpis.define()
    await asyncio.gather(*(pushing(kpi.id, number, "samples:write") for number in (1, 2)))
    first = asyncio.create_task(pushing(kpi.id, 3, "samples:write"))
    await asyncio.wait([first], timeout=0.2)
    await asyncio.gather(first, pushing(kpi.id, 4, "samples:write"))
    assert [value for _, value in await stored(kpi)] == [1.0, 2.0, 3.0, 4.0]
    assert await transactions(kpis) == 2


async def test_what_one_of_them_breaks_is_its_own_answer_only(kpis, pushing):
    made = [await kpis.define() for _ in range(3)]
    scopes = (["samples:write"], [], ["samples:write"])
    pushes = (pushing(kpi.id, 1, *granted) for kpi, granted in zip(made, scopes, strict=True))
    answers = await asyncio.gather(*pushes, return_exceptions=True)
    assert [type(each) for each in answers] == [engine.Recorded, Forbidden, engine.Recorded]
    assert [len(await stored(kpi)) for kpi in made] == [1, 0, 1]
