"""Requests of one caller that are under way at once share a transaction, and nothing else."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import numpy as np
import pytest
from kpi.kpi_world import day, stamp, stored
from support.waiting import eventually

from entente_kpi.ingest import engine
from entente_kpi.ingest.admission import Admission
from entente_kpi.ingest.columns import Columns
from entente_kpi.ingest.engine import Engine
from entente_kpi.ingest.gathering import Answer
from entente_kpi.ingest.quota import Quota
from entente_kpi.series.moments import to_us
from entente_shared.auth import Caller, CallerKind
from entente_shared.errors import Forbidden
from entente_shared.events.objectives import MembershipChanged, Role
from entente_shared.ids import new_id


@pytest.fixture
def pushing(kpis):
    """Pushes samples of some days to a KPI, as a key with or without the right to, or as a person."""
    shared = Engine(kpis.database, Admission(Quota(0)))

    async def push(kpi_id: UUID, days: Sequence[int], *scopes: str, person: UUID | None = None):
        kind = CallerKind.PERSON if person else CallerKind.SYSTEM
        caller = Caller(kind, f"key with {scopes}", kpis.organisation, person, frozenset(scopes))
        times = np.array([to_us(day(number)) for number in days])
        columns = Columns([kpi_id], np.array([len(days)]), times, np.array(days, float))
        return await shared.record(caller, kpis.id, columns)

    return push


async def transactions(kpis):
    """How many made the rows of samples that are there."""
    return await kpis.admin.fetchval("SELECT count(DISTINCT xmin::text) FROM fresh WHERE partnership_id = $1", kpis.id)


async def test_what_is_under_way_at_once_commits_together(kpis, pushing):
    made = [await kpis.define() for _ in range(6)]
    await asyncio.gather(*(pushing(kpi.id, [1], "samples:write") for kpi in made))
    assert [await stored(kpi) for kpi in made] == [[(stamp(day(1)), 1.0)]] * 6
    assert await transactions(kpis) == 1


async def test_those_who_came_together_before_are_waited_for(kpis, pushing, monkeypatch):
    monkeypatch.setattr(engine, "_PATIENCE_FOR_FEW", 60.0)
    kpi = await kpis.define()
    await asyncio.gather(*(pushing(kpi.id, [number], "samples:write") for number in (1, 2)))
    first = asyncio.create_task(pushing(kpi.id, [3], "samples:write"))
    await asyncio.wait([first], timeout=0.2)
    await asyncio.gather(first, pushing(kpi.id, [4], "samples:write"))
    assert [value for _, value in await stored(kpi)] == [1.0, 2.0, 3.0, 4.0]
    assert await transactions(kpis) == 2


async def test_a_small_request_does_not_share_the_transaction_of_a_large_one(kpis, pushing):
    large, small = await kpis.define(), await kpis.define()
    await asyncio.gather(pushing(large.id, range(1, 102), "samples:write"), pushing(small.id, [1], "samples:write"))
    assert [len(await stored(kpi)) for kpi in (large, small)] == [101, 1]
    assert await transactions(kpis) == 2


async def test_what_one_of_them_breaks_is_its_own_answer_only(kpis, pushing):
    made = [await kpis.define() for _ in range(3)]
    scopes = (["samples:write"], [], ["samples:write"])
    pushes = (pushing(kpi.id, [1], *granted) for kpi, granted in zip(made, scopes, strict=True))
    answers = await asyncio.gather(*pushes, return_exceptions=True)
    assert [type(each) for each in answers] == [Answer, Forbidden, Answer]
    assert [len(await stored(kpi)) for kpi in made] == [1, 0, 1]


async def test_a_role_that_is_given_while_the_next_transaction_waits_counts(kpis, pushing):
    """After requests that came together a transaction begins, and reads the member, before the next of them comes."""
    kpi, person, member = await kpis.define(), new_id(), new_id()

    async def has_role(role: Role) -> None:
        await kpis.deliver(
            MembershipChanged(
                partnership_id=kpis.id, member_id=member, party_id=kpis.party, organisation_id=kpis.organisation,
                person_id=person, role=role, active=True,
            )
        )  # fmt: skip

    await has_role(Role.OBSERVER)
    together = (pushing(kpi.id, [number], person=person) for number in (1, 2))
    assert [type(each) for each in await asyncio.gather(*together, return_exceptions=True)] == [Forbidden, Forbidden]
    begun = "SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE '%membership%'"
    await eventually(lambda: kpis.admin.fetchval(begun))
    await has_role(Role.CONTRIBUTOR)
    await pushing(kpi.id, [3], person=person)
    assert [value for _, value in await stored(kpi)] == [3.0]
