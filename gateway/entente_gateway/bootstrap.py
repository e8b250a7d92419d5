"""`python -m entente_gateway.bootstrap`: make a key from the command line, as the first operator's key must be.

It needs ENTENTE_DATABASE_URL of the gateway's database and prints the secret, once, alone on standard output.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from entente_shared.db import Database
from entente_shared.errors import Problem
from entente_shared.settings import ServiceSettings

from .keys.commands import create_key
from .keys.domain import KeyKind, KeySpec


async def make(settings: ServiceSettings, spec: KeySpec) -> str:
    """The secret of a new key."""
    database = Database(settings)
    try:
        async with database.transaction() as session:
            return (await create_key(session, spec, created_by="command line")).secret
    finally:
        await database.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m entente_gateway.bootstrap", description="Make a key and print its secret."
    )
    parser.add_argument("--kind", choices=[kind.value for kind in KeyKind], default=KeyKind.OPERATOR.value)
    parser.add_argument("--organisation", type=UUID, metavar="ID")
    parser.add_argument("--person", type=UUID, metavar="ID")
    parser.add_argument(
        "--scopes", default="", metavar="SCOPE,...", help="for example samples:write,organisation:admin"
    )
    parser.add_argument("--label", default="made on the command line")
    return parser.parse_args()


def main() -> None:
    arguments = _arguments()
    spec = KeySpec(
        kind=KeyKind(arguments.kind),
        label=arguments.label,
        organisation_id=arguments.organisation,
        person_id=arguments.person,
        scopes=frozenset(scope.strip() for scope in arguments.scopes.split(",") if scope.strip()),
    )
    try:
        # Tokens are no part of this: a key is made before the gateway runs.
        settings = ServiceSettings(token_public_key=Path(os.devnull))
        secret = asyncio.run(make(settings, spec))
    except ValidationError:
        sys.exit("Set ENTENTE_DATABASE_URL to the address of the gateway's database.")
    except Problem as problem:
        sys.exit(str(problem))
    except (SQLAlchemyError, OSError) as error:
        sys.exit(f"The gateway's database cannot be used: {type(error).__name__}. Is it running, and migrated?")
    sys.stdout.write(secret + "\n")


if __name__ == "__main__":
    main()
