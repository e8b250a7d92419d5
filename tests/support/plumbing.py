"""A database that has only what every service's has, for the tests of shared/."""

from urllib.parse import urlsplit, urlunsplit

import asyncpg
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from entente_shared import migrations
from entente_shared.migrate import provision

from .stack import APP_PASSWORD, OWNER_PASSWORD, role_url


async def create_plumbing_database(admin_dsn: str, service: str) -> str:
    """Make (again) the database of `service` with the plumbing's tables; returns the application's URL."""
    await drop_database(admin_dsn, service)
    await provision(admin_dsn, service, OWNER_PASSWORD, APP_PASSWORD)
    engine = create_async_engine(role_url(admin_dsn, service, owner=True), poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(_create)
    await engine.dispose()
    return role_url(admin_dsn, service)


def _create(connection: Connection) -> None:
    with Operations.context(MigrationContext.configure(connection)):
        migrations.create_plumbing()


async def drop_database(admin_dsn: str, service: str) -> None:
    admin = await asyncpg.connect(admin_dsn)
    await admin.execute(f"DROP DATABASE IF EXISTS entente_{service} WITH (FORCE)")
    await admin.close()


def in_database(admin_dsn: str, service: str) -> str:
    return urlunsplit(urlsplit(admin_dsn)._replace(path=f"/entente_{service}"))
