"""The set-up's second step, without containers: databases, roles and tables in a PostgreSQL of its own."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from support.servers import Postgres

SERVICES = ("objectives", "kpi", "conflicts", "resources", "gateway")


@pytest.fixture
def server(volumes) -> Iterator[Postgres]:
    """A new server with the superuser's password that the set-up has made."""
    folder = Path(tempfile.mkdtemp(prefix="entente-test-"))
    folder.chmod(0o755)
    server = Postgres(folder / "postgres")
    server.password = (volumes / "postgres" / "password").read_text()
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def address(server: Postgres) -> dict[str, str]:
    return {"ENTENTE_POSTGRES": f"127.0.0.1:{server.port}"}


async def test_databases_are_ready_for_least_privilege_and_a_second_run_changes_nothing(server, volumes, set_up):
    for _ in range(2):
        done = set_up("databases", volumes, **address(server))
        assert done.returncode == 0, done.stderr
    known = json.loads((volumes / "setup" / "credentials.json").read_text())
    for service in SERVICES:
        login = {"user": f"entente_{service}", "password": known["application"][service]}
        own = await asyncpg.connect(host="127.0.0.1", port=server.port, database=f"entente_{service}", **login)
        role = await own.fetchrow(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        )
        assert not any(role), service
        assert await own.fetchval("SELECT count(*) FROM alembic_version") == 1
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await own.execute("CREATE TABLE mine (id int)")
        await own.close()
        other = "kpi" if service != "kpi" else "gateway"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(host="127.0.0.1", port=server.port, database=f"entente_{other}", **login)


async def test_a_database_of_a_newer_version_is_one_clear_sentence(server, volumes, set_up):
    assert set_up("databases", volumes, **address(server)).returncode == 0
    admin = await asyncpg.connect(server.dsn.removesuffix("postgres") + "entente_kpi")
    await admin.execute("UPDATE alembic_version SET version_num = '9999'")
    await admin.close()
    refused = set_up("databases", volumes, **address(server))
    assert refused.returncode == 1
    assert "kpi" in refused.stderr
    assert "newer version" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_password_that_the_database_does_not_know_is_one_clear_sentence(server, volumes, set_up):
    master = volumes / "setup" / "credentials.json"
    known = json.loads(master.read_text())
    master.chmod(0o600)
    master.write_text(json.dumps({**known, "superuser": "another"}))
    refused = set_up("databases", volumes, **address(server))
    assert refused.returncode == 1
    assert "does not accept the password" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_server_that_is_away_is_one_clear_sentence(volumes, set_up):
    refused = set_up("databases", volumes, ENTENTE_POSTGRES="127.0.0.1:1")
    assert refused.returncode == 1
    assert refused.stderr.startswith("The database of objectives could not be prepared")
    assert "Traceback" not in refused.stderr
