"""Compaction in a process of its own, so that requests do not wait for it: `python -m entente_kpi.compacting`.

The service starts it when samples are to be compacted (`sweeps`). It ends when there have been none for a while, or with the
service: nobody but the service holds the other end of its standard input.
"""

import asyncio
import os
import sys
from contextlib import suppress

from entente_shared.db import Database
from entente_shared.telemetry import set_up_logs

from . import sweeps
from .settings import Settings

_NICE = 10  # it gives way to whoever is waited for


async def main(settings: Settings) -> None:
    database, left = Database(settings), asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, left.set)
    tasks = {asyncio.create_task(sweeps.compact_what_is_due(database)), asyncio.create_task(left.wait())}
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await database.close()
    for task in done:
        task.result()


if __name__ == "__main__":
    os.setpgrp()  # of the service's session still: among processes of one session, and there only, a low priority counts
    os.nice(_NICE)
    settings = Settings()
    set_up_logs("kpi", settings.log_level, settings.log_format)
    asyncio.run(main(settings))
