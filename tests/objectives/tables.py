"""The service's database, from outside."""

import os
import subprocess
import sys

from support.stack import role_url


def migrate(admin_dsn: str, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ENTENTE_OWNER_DATABASE_URL": role_url(admin_dsn, "objectives", owner=True)}
    command = [sys.executable, "-m", "entente_shared.migrate", "entente_objectives", *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def dsn(admin_dsn: str) -> str:
    """The application's address for plain asyncpg."""
    return role_url(admin_dsn, "objectives").replace("+asyncpg", "")
