"""Provisions and migrates the databases: `python -m entente_local.databases`, with its orders as a JSON line on stdin.

Answers a JSON line for each database that is ready, and for the first that fails.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from alembic import command
from alembic.util.exc import CommandError
from asyncpg import PostgresError
from sqlalchemy.exc import DBAPIError

from entente_shared import migrate

from .i18n import _


def main() -> int:
    orders = json.loads(sys.stdin.readline() or "{}")
    for order in orders.get("services", []):
        try:
            asyncio.run(_provision(orders["admin"], order))
            _migrate(order)
        except CommandError as error:
            _tell(failed=_command_failed(order["name"], error))
            return 1
        except (OSError, PostgresError, DBAPIError) as error:
            sys.stderr.write(f"{order['name']}: {error!r}\n")
            reason = _("The database of {name} could not be prepared: {reason}")
            _tell(failed=reason.format(name=order["name"], reason=str(error).split("\n", 1)[0]))
            return 1
        _tell(done=order["name"])
    return 0


async def _provision(admin: str, order: Mapping[str, str]) -> None:
    await migrate.provision(admin, order["name"], order["owner_password"], order["application_password"])


def _migrate(order: Mapping[str, str]) -> None:
    os.environ["ENTENTE_OWNER_DATABASE_URL"] = order["owner_url"]
    command.upgrade(migrate.configuration(order["package"]), "head")


def _command_failed(name: str, error: CommandError) -> str:
    if "Can't locate revision" in str(error):
        newer = _(
            "The database of {name} is of a newer version than this Entente. "
            "Install that version, or choose another folder with --data."
        )
        return newer.format(name=name)
    return _("The database of {name} could not be migrated: {reason}").format(name=name, reason=error)


def _tell(**told: Any) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
