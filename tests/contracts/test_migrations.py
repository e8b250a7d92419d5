"""The migrations make what the models say, and can be taken back."""

import os
import subprocess
import sys

import asyncpg
import pytest
from alembic import command
from support.plumbing import drop_database, in_database
from support.stack import APP_PASSWORD, DATABASES, OWNER_PASSWORD, role_url

from entente_shared.migrate import configuration, provision


def migrate(admin_dsn: str, service: str, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ENTENTE_OWNER_DATABASE_URL": role_url(admin_dsn, service, owner=True)}
    arguments = [sys.executable, "-m", "entente_shared.migrate", f"entente_{service}", *options]
    return subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("service", DATABASES)
def test_the_tables_are_those_of_the_models(stack, service):
    done = migrate(stack.admin_dsn, service, "--check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("service", DATABASES)
async def test_a_migration_can_be_taken_back_and_made_again(second_servers, service, monkeypatch):
    import anyio

    await drop_database(second_servers, service)
    await provision(second_servers, service, OWNER_PASSWORD, APP_PASSWORD)
    monkeypatch.setenv("ENTENTE_OWNER_DATABASE_URL", role_url(second_servers, service, owner=True))
    for revision in ("head", "base", "head"):
        step = command.downgrade if revision == "base" else command.upgrade
        await anyio.to_thread.run_sync(step, configuration(f"entente_{service}"), revision)
    connection = await asyncpg.connect(in_database(second_servers, service))
    tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    assert tables > 10


@pytest.fixture(scope="module")
def second_servers():
    """A server of its own: the stack uses the databases of the common one."""
    from support.servers import servers

    with servers() as (dsn, _):
        yield dsn


def test_a_database_of_a_newer_version_is_one_clear_sentence(second_servers):
    import asyncio

    asyncio.run(provision(second_servers, "kpi", OWNER_PASSWORD, APP_PASSWORD))
    assert migrate(second_servers, "kpi").returncode == 0

    async def pretend() -> None:
        connection = await asyncpg.connect(in_database(second_servers, "kpi"))
        await connection.execute("UPDATE alembic_version SET version_num = '9999'")
        await connection.close()

    asyncio.run(pretend())
    done = migrate(second_servers, "kpi")
    assert done.returncode == 1
    assert "newer version" in done.stderr
    assert "Traceback" not in done.stderr
