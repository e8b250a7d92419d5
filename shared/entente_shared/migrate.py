"""Migrations as a command, and the creation of a service's database and roles.

python -m entente_shared.migrate entente_kpi           upgrade to the newest revision
python -m entente_shared.migrate entente_kpi --check   fail where the tables differ from the models
"""

import sys
from importlib import resources
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError


def configuration(package: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files(package) / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


async def provision(admin_dsn: str, service: str, owner_password: str, app_password: str) -> None:
    """Create the database and the two roles of a service, or set the roles' passwords again.

    `entente_<service>_owner` owns the tables and bypasses row-level security (migrations, backups); `entente_<service>`
    is the application's: neither owner nor superuser. Repeating it changes nothing else.
    """
    admin = await asyncpg.connect(admin_dsn)
    name = f"entente_{service}"
    try:
        for role, password, option in (
            (f"{name}_owner", owner_password, "BYPASSRLS"), (name, app_password, "NOBYPASSRLS"),
        ):  # fmt: skip
            quoted = await admin.fetchval("SELECT quote_literal($1)", password)
            exists = await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
            await admin.execute(
                f"{'ALTER' if exists else 'CREATE'} ROLE {role} LOGIN NOSUPERUSER {option} PASSWORD {quoted}"
            )
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await admin.execute(f"CREATE DATABASE {name} OWNER {name}_owner TEMPLATE template0 ENCODING 'UTF8'")
        await admin.execute(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
        await admin.execute(f"GRANT CONNECT ON DATABASE {name} TO {name}, {name}_owner")
    finally:
        await admin.close()
    await _grant(_in_database(admin_dsn, name), name)


async def _grant(dsn: str, name: str) -> None:
    """Let the application's role use the tables that the owner will make: rows, never structure."""
    admin = await asyncpg.connect(dsn)
    defaults = f"ALTER DEFAULT PRIVILEGES FOR ROLE {name}_owner IN SCHEMA public"
    try:
        for statement in (
            f"GRANT USAGE ON SCHEMA public TO {name}",
            f"GRANT CREATE ON SCHEMA public TO {name}_owner",
            f"{defaults} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}",
            f"{defaults} GRANT USAGE ON SEQUENCES TO {name}",
        ):
            await admin.execute(statement)
    finally:
        await admin.close()


def _in_database(dsn: str, name: str) -> str:
    parts = urlsplit(dsn)
    return urlunsplit(parts._replace(path=f"/{name}"))


def main() -> None:
    package, *options = sys.argv[1:] or sys.exit("usage: python -m entente_shared.migrate PACKAGE [--check]")
    try:
        if options == ["--check"]:
            command.check(configuration(package))
        else:
            command.upgrade(configuration(package), "head")
    except CommandError as error:
        if "Can't locate revision" in str(error):
            sys.exit(
                f"The database of {package} is of a newer version than this program: install that version or restore a backup."
            )
        sys.exit(f"{package}: {error}")


if __name__ == "__main__":
    main()
