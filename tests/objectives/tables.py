"""The service's database, from outside."""

import os
import subprocess
import sys

import asyncpg
from support.plumbing import in_database
from support.stack import role_url


def migrate(admin_dsn: str, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ENTENTE_OWNER_DATABASE_URL": role_url(admin_dsn, "objectives", owner=True)}
    command = [sys.executable, "-m", "entente_shared.migrate", "entente_objectives", *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def dsn(admin_dsn: str) -> str:
    """The application's address for plain asyncpg."""
    return role_url(admin_dsn, "objectives").replace("+asyncpg", "")


async def everything(admin_dsn: str) -> str:
    """All rows of all tables as text, as who bypasses row-level security sees them."""
    connection = await asyncpg.connect(in_database(admin_dsn, "objectives"))
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    texts = [
        await connection.fetchval(f"SELECT string_agg(one::text, ' ') FROM {table['tablename']} AS one")
        for table in tables
    ]
    await connection.close()
    return " ".join(text for text in texts if text)
