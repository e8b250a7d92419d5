"""What a supervisor that was killed may have left running."""

import sys
from pathlib import Path

from .folder import Folder
from .postgres import STOP, Server
from .process import identity
from .records import ChildRecord, Phase, load, plan, stop_leftovers


def clear(folder: Folder, server: Server | None = None) -> list[str]:
    """Stop the recorded programs that still run, and a database server that nobody watches. Returns their names.

    Call it with the folder's lock held, so that no supervisor is at work.
    """
    state = load(folder)
    stopped = stop_leftovers(state.children) if state else []
    if server is not None and _clear_database_lock(server):
        stopped.append("postgres")
    folder.state.unlink(missing_ok=True)
    return stopped


def _clear_database_lock(server: Server) -> bool:
    """Stop a server of this cluster that nobody supervises; remove a `postmaster.pid` whose pid another program got.

    PostgreSQL itself clears the file of a process that is gone, but refuses to start where the pid lives on.
    Says whether a server was stopped.
    """
    lock = server.data / "postmaster.pid"
    try:
        pid = int(lock.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return False
    known = identity(pid)
    if known is None or not sys.platform.startswith("linux"):
        return False
    if not _serves(pid, server.data):
        lock.unlink(missing_ok=True)
        return False
    stop_leftovers([ChildRecord("postgres", pid, known, Phase.READY, 0, stop=plan(STOP))])
    return True


def _serves(pid: int, data: Path) -> bool:
    """A postmaster works in its data folder."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve()
    except OSError:
        return False
