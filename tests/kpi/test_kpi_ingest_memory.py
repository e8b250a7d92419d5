"""A process remembers where KPIs stand; what another one wrote since counts all the same."""

from uuid import UUID

import numpy as np
import pytest
from kpi.kpi_world import day, outcomes

from entente_kpi.ingest.admission import Admission
from entente_kpi.ingest.columns import Columns
from entente_kpi.ingest.engine import Engine
from entente_kpi.ingest.quota import Quota
from entente_kpi.series.moments import to_us
from entente_shared.auth import Caller, CallerKind


@pytest.fixture
def elsewhere(kpis):
    """Pushes one sample by an engine of its own, as another process would."""
    other = Engine(kpis.database, Admission(Quota(0)))
    caller = Caller(CallerKind.SYSTEM, "key", kpis.organisation, None, frozenset({"samples:write"}))

    async def push(kpi_id: UUID, number: int, value: float):
        columns = Columns([kpi_id], np.array([1]), np.array([to_us(day(number))]), np.array([value]))
        return await other.record(caller, kpis.id, columns)

    return push


async def test_what_another_process_stored_is_there_already(kpis, elsewhere):
    kpi = await kpis.define()
    await kpi.push({1: 1.0})
    await elsewhere(kpi.id, 2, 2.0)
    assert outcomes(await kpi.push({2: 2.0})) == ["unchanged"]
    assert outcomes(await kpi.push({2: 3.0})) == ["conflict"]


async def test_a_crossing_that_another_process_saw_goes_on_and_ends(kpis, elsewhere):
    kpi = await kpis.define()
    await kpi.agree()
    await kpi.push({1: 1.0})
    await elsewhere(kpi.id, 2, -0.3)
    await kpi.push({3: -0.3})
    assert await kpi.spans() == [(1, 2, None, False)]
    await elsewhere(kpi.id, 4, 1.0)
    [(_, _, closed, _)] = await kpi.spans()
    assert closed is not None
    await kpi.push({5: 1.0})
    await elsewhere(kpi.id, 6, -0.3)
    await kpi.push({7: 1.0})
    assert len(await kpi.spans()) == 2
