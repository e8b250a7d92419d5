"""`python -m entente_shared.republish`: publish a snapshot of the state events of the service whose settings are in the environment."""

import asyncio
import sys

from . import snapshots
from .db import Database
from .settings import ServiceSettings


async def _run() -> int:
    database = Database(ServiceSettings())
    try:
        return await snapshots.republish(database)
    finally:
        await database.close()


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(_run())} state events will be published again\n")
