"""KPIs from before versions existed have their definition as version 1."""

import json
from datetime import timedelta
from uuid import uuid4

import anyio
import asyncpg
import pytest
from alembic import command
from support.plumbing import drop_database, in_database
from support.servers import servers
from support.stack import APP_PASSWORD, OWNER_PASSWORD, role_url

from entente_kpi.definitions import documents
from entente_kpi.definitions.domain import Definition, OnConflict
from entente_kpi.evaluation.domain import Rule
from entente_shared.migrate import configuration, provision


@pytest.fixture(scope="module")
def own_server():
    """The stack uses the databases of the common one."""
    with servers() as (dsn, _):
        yield dsn


async def test_a_kpi_that_is_there_already_becomes_version_one(own_server, monkeypatch):
    await drop_database(own_server, "kpi")
    await provision(own_server, "kpi", OWNER_PASSWORD, APP_PASSWORD)
    monkeypatch.setenv("ENTENTE_OWNER_DATABASE_URL", role_url(own_server, "kpi", owner=True))
    await anyio.to_thread.run_sync(command.upgrade, configuration("entente_kpi"), "0001")
    connection = await asyncpg.connect(in_database(own_server, "kpi"))
    partnership, kpi = uuid4(), uuid4()
    second, hours, days = timedelta(seconds=1.5), timedelta(days=1, hours=2), timedelta(days=31)
    await connection.execute(
        "INSERT INTO kpi (partnership_id, id, name, unit, cadence, on_conflict) VALUES ($1, $2, 'Speed', '1', $3, 'reject')",
        partnership, kpi, days,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO threshold_rule (partnership_id, id, kpi_id, theta_on, theta_off, hold, keep, stale_after, evaluation_delay,"
        " version) VALUES ($1, $2, $3, -0.25, -0.1, $4, $5, NULL, $6, 1)",
        partnership, uuid4(), kpi, timedelta(0), hours, second,
    )  # fmt: skip
    await anyio.to_thread.run_sync(command.upgrade, configuration("entente_kpi"), "head")
    row = await connection.fetchrow("SELECT state, number, definition FROM kpi_version WHERE kpi_id = $1", kpi)
    present = await connection.fetchrow("SELECT status, version, newest, revision FROM kpi WHERE id = $1", kpi)
    await connection.close()
    assert (row["state"], row["number"]) == ("in_force", 1)
    assert dict(present) == {"status": "active", "version": 1, "newest": 1, "revision": 1}
    rule = Rule(-0.25, -0.1, timedelta(0), hours, None, second)
    assert documents.from_json(json.loads(row["definition"])) == Definition("Speed", "1", days, OnConflict.REJECT, rule)
