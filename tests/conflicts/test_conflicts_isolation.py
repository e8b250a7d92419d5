"""Who sees a case: the parties of its partnership, and nobody else."""

from uuid import uuid4

import pytest
from conflicts.harness import Partnership
from conflicts.sagas import Saga, sign_charter
from sqlalchemy import text

from entente_shared.auth import Caller, CallerKind
from entente_shared.db import Database
from entente_shared.events.objectives import Role

TABLES = (
    "charter", "partnership", "objective", "saga_event", "case_file", "case_step", "settlement", "settlement_signature",
)  # fmt: skip
BODIES = {
    "escalations": {"reason": "Now"},
    "settlements": {
        "terms": [{"kind": "commitment", "party_id": str(uuid4()), "what": "x", "due_at": "2090-01-01T00:00:00Z"}]
    },
    "closure": {"outcome": "Done"},
}


@pytest.fixture
async def stranger(alone):
    other = await Partnership(alone).found()
    yield other
    await other.close()


async def test_a_stranger_gets_404_on_every_route(partnership, stranger):
    case = await Saga(partnership).refuse()
    client = stranger.as_(Role.SPONSOR)
    for rest in ("cases", "ladder", f"cases/{case['id']}", f"cases/{case['id']}/settlements"):
        assert (await client.get(partnership.path(rest))).status_code == 404
    for rest, body in BODIES.items():
        assert (await client.post(partnership.path(f"cases/{case['id']}/{rest}"), json=body)).status_code == 404
        assert (await client.post(stranger.path(f"cases/{case['id']}/{rest}"), json=body)).status_code == 404
    assert (await client.post(partnership.path("cases"), json={"title": "Mine"})).status_code == 404
    assert (await stranger.get("cases"))["items"] == []


async def test_an_organisations_system_reads_but_does_not_act(partnership, alone):
    case = await Saga(partnership).refuse()
    async with alone.client(partnership.cars.organisation, None, "system") as system:
        assert (await system.get(partnership.path(f"cases/{case['id']}"))).status_code == 200
        assert (await system.post(partnership.path("cases"), json={"title": "Ours"})).status_code == 403
        for rest, body in BODIES.items():
            response = await system.post(partnership.path(f"cases/{case['id']}/{rest}"), json=body)
            assert response.status_code == 403


async def test_an_operator_sees_no_tenants_content(partnership, alone):
    async with alone.client(None, None, "operator") as operator:
        assert (await operator.get(partnership.path("cases"))).status_code == 404


async def test_row_level_security_hides_every_row_without_the_applications_own_check(partnership, stranger, alone):
    await sign_charter(partnership)
    case = await Saga(partnership).refuse()
    term = {"kind": "commitment", "party_id": str(partnership.cars.id), "what": "x", "due_at": "2090-01-01T00:00:00Z"}
    path = f"cases/{case['id']}/settlements"
    settlement = await partnership.post(path, {"terms": [term]})
    await partnership.post(f"{path}/{settlement['id']}/signatures", {"hash": settlement["hash"]})
    database = Database(alone.stack.settings("conflicts"))

    def caller(party):
        return Caller(CallerKind.PERSON, "test", party.organisation, party.people[Role.SPONSOR])

    async def count(table, party):
        async with database.transaction(caller(party)) as session:
            statement = text(f"SELECT count(*) FROM {table} WHERE partnership_id = :id")
            return await session.scalar(statement, {"id": partnership.id})

    for table in TABLES:
        assert await count(table, partnership.ministry) > 0, table
        assert await count(table, stranger.ministry) == 0, table
    await database.close()
