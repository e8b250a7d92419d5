"""What was there before partnerships had stages, and commitments an end."""

import anyio
import asyncpg
import pytest
from alembic import command
from support.plumbing import drop_database, in_database
from support.servers import servers
from support.stack import APP_PASSWORD, OWNER_PASSWORD, role_url

from entente_shared.ids import new_id
from entente_shared.migrate import configuration, provision


@pytest.fixture(scope="module")
def dsn():
    """A server of its own: the others use the database of the common one."""
    with servers() as (dsn, _):
        yield dsn


async def test_old_commitments_have_a_week_and_old_partnerships_a_stage_that_they_are_in(dsn, monkeypatch):
    await drop_database(dsn, "objectives")
    await provision(dsn, "objectives", OWNER_PASSWORD, APP_PASSWORD)
    monkeypatch.setenv("ENTENTE_OWNER_DATABASE_URL", role_url(dsn, "objectives", owner=True))
    config = configuration("entente_objectives")
    await anyio.to_thread.run_sync(command.upgrade, config, "0009")
    await anyio.to_thread.run_sync(command.downgrade, config, "0009-1")
    connection = await asyncpg.connect(in_database(dsn, "objectives"))
    partnership, party, old, young = (new_id() for _ in range(4))
    await connection.execute(
        "INSERT INTO partnership (partnership_id, name, clock, stage, version)"
        " VALUES ($1, 'Road safety', 'real', 'working_together', 1)",
        partnership,
    )
    await connection.execute(
        "INSERT INTO party (partnership_id, id, organisation_id, weight) VALUES ($1, $2, $2, 1)", partnership, party
    )
    for commitment, days in ((old, -300), (young, 30)):
        await connection.execute(
            "INSERT INTO commitment (partnership_id, id, party_id, what, due_at, made_at)"
            " VALUES ($1, $2, $3, 'x', now() + make_interval(days => $4), now())",
            partnership, commitment, party, days,
        )  # fmt: skip
    await anyio.to_thread.run_sync(command.upgrade, config, "0009")
    rows = await connection.fetch(
        "SELECT commitment.id, status, round(extract(epoch FROM decides_at - now()) / 86400) AS days,"
        " timer.due_at = decides_at AS timed"
        " FROM commitment JOIN timer ON timer.subject_id = commitment.id AND timer.kind = 'commitment_due'"
    )
    assert {row["id"]: (row["status"], row["days"], row["timed"]) for row in rows} == {
        old: ("open", 7, True),
        young: ("open", 37, True),
    }
    entries = await connection.fetch("SELECT stage, person_id FROM stage_entry")
    assert [tuple(entry) for entry in entries] == [("working_together", None)]
    await anyio.to_thread.run_sync(command.downgrade, config, "0009-1")
    assert await connection.fetchval("SELECT count(*) FROM timer") == 0
    assert await connection.fetchval("SELECT count(*) FROM commitment") == 2
    await connection.close()
