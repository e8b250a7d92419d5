"""Databases, roles and migrations of all services."""

import asyncio
import os
import sys
from pathlib import Path

from alembic import command
from alembic.util.exc import CommandError
from asyncpg import InvalidPasswordError, PostgresError
from sqlalchemy.exc import DBAPIError

from entente_shared import migrate

from . import credentials


def prepare(volumes: Path) -> None:
    """Bring every database to the newest version; exits with one sentence where that fails."""
    known = credentials.load(volumes)
    for service in credentials.SERVICES:
        try:
            _prepare(known, service)
        except InvalidPasswordError:
            sys.exit(
                "The database does not accept the password in the volume of the set-up: that volume is newer than the"
                " database's. Restore it, or remove both with `docker compose down --volumes`, which deletes all data."
            )
        except CommandError as error:
            sys.exit(f"The database of {service} could not be migrated: {_meaning(error)}")
        except (OSError, PostgresError, DBAPIError) as error:
            sys.exit(f"The database of {service} could not be prepared: {str(error).splitlines()[0]}")
        sys.stdout.write(f"the database of {service} is ready\n")
        sys.stdout.flush()


def _prepare(known: credentials.Credentials, service: str) -> None:
    asyncio.run(migrate.provision(known.admin_dsn, service, known.owner[service], known.application[service]))
    os.environ["ENTENTE_OWNER_DATABASE_URL"] = known.owner_url(service)
    command.upgrade(migrate.configuration(f"entente_{service}"), "head")


def _meaning(error: CommandError) -> str:
    if "Can't locate revision" in str(error):
        return "it is of a newer version than this image. Use that version, or restore a backup."
    return str(error)
