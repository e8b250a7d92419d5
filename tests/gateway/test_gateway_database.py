"""The migrations make what the models say."""

import asyncio
import os
import subprocess
import sys

from support.stack import role_url


async def test_the_tables_are_those_of_the_models(gateway):
    environment = {**os.environ, "ENTENTE_OWNER_DATABASE_URL": role_url(gateway.stack.admin_dsn, "gateway", owner=True)}
    command = [sys.executable, "-m", "entente_shared.migrate", "entente_gateway", "--check"]
    done = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


async def test_tables_that_belong_to_partnerships_are_under_forced_row_level_security(gateway):
    async with gateway.database() as database:
        rows = await database.fetch(
            "SELECT relname, relrowsecurity AND relforcerowsecurity AS forced FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        )
    forced = {row["relname"] for row in rows if row["forced"]}
    assert forced == {"event_log", "membership", "partnership"}
