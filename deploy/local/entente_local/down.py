"""`entente down` and `entente reset`."""

import os
import shutil
import signal
import time
from contextlib import suppress

from . import leftovers, postgres, status
from .failure import Failure
from .folder import Folder
from .i18n import _
from .records import Lock, State, locked

PATIENCE = 90.0  # longer than the sum of all graces


def down(folder: Folder) -> list[str] | None:
    """Stop everything. Returns the leftovers of a killed supervisor among it, or None if nothing ran."""
    if not folder.run.is_dir():
        return None
    state = status.running(folder)
    if state is not None:
        _stop(state)
    lock = Lock(folder.lock)
    if not lock.take():
        raise locked(folder)
    try:
        server = postgres.Server(folder.postgres, postgres.socket_folder(folder), None)
        stopped = leftovers.clear(folder, server)
    finally:
        lock.free()
    return stopped if state or stopped else None


def _stop(state: State) -> None:
    """Ask the supervisor; kill it where it does not react (its programs end with it, and `clear` sees to the rest)."""
    with suppress(ProcessLookupError):
        os.kill(state.pid, signal.SIGTERM)
    until = time.monotonic() + PATIENCE
    while state.alive and time.monotonic() < until:
        time.sleep(0.05)
    if state.alive:
        with suppress(ProcessLookupError):
            os.kill(state.pid, signal.SIGKILL)
        while state.alive:
            time.sleep(0.05)


def reset(folder: Folder) -> None:
    """Stop everything and delete the data folder."""
    if not folder.ours and not folder.run.is_dir():
        raise Failure(_("{folder} holds no Entente. Name its data folder with --data."), folder=folder.root)
    down(folder)
    socket = postgres.socket_folder(folder)
    for path in (folder.root, socket):
        shutil.rmtree(path, ignore_errors=path == socket)
