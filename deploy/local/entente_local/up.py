"""`entente up`: here until Ctrl-C, or in the background once it is ready."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial

from rich.console import Console
from rich.text import Text

from . import status, tables
from .detach import detached
from .failure import Failure
from .folder import Folder
from .i18n import _
from .progress import Kind, News, Reporter
from .records import Lock, Phase, State, locked
from .runtime import READY_WITHIN, Runtime

_MARKS = {Kind.DONE: ("✓ ", "green"), Kind.NOTE: ("• ", "yellow"), Kind.READY: ("✓ ", "bold green")}


def up(folder: Folder, port_base: int | None, console: Console, *, detach: bool) -> int:
    """Returns the exit code. Raises Failure."""
    folder.create(passable=os.geteuid() == 0)
    other = _other(folder)
    if other is not None:
        console.print(_("Entente is already running (process {pid}).").format(pid=other.pid))
        console.print(tables.addresses(folder, other.port_base))
        return 0
    base = port_base or folder.port_base
    work, tell = partial(supervise, folder, base), partial(_show, folder, base, console)
    if not detach:
        return work(tell)
    pid, news = detached(work, folder.log("supervisor"))
    return _until_ready(pid, news, tell)


def _until_ready(pid: int, news: Iterator[News], tell: Callable[[News], None]) -> int:
    """Show the news of a supervisor in the background until it is ready or has ended. Ctrl-C ends it."""
    failed = False
    try:
        for item in news:
            tell(item)
            failed = failed or item.kind is Kind.FAILED
            if item.kind is Kind.READY:
                return 0
    except KeyboardInterrupt:
        os.kill(pid, signal.SIGTERM)
        failed = True
    _pid, ended = os.waitpid(pid, 0)
    if not failed:
        raise Failure(_("The supervisor ended. `entente logs supervisor` shows why."))
    return os.waitstatus_to_exitcode(ended) or 1


def supervise(folder: Folder, port_base: int, tell: Callable[[News], None], runtime: type[Runtime] = Runtime) -> int:
    """The supervisor's whole life. Its children end with it, even when it is killed."""
    lock = Lock(folder.lock)
    if not lock.take():
        tell(News(Kind.FAILED, _("Another `entente up` was faster; `entente status` shows it.")))
        return 1
    logging.basicConfig(
        filename=folder.log("supervisor"),
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
        force=True,
    )
    try:
        return asyncio.run(runtime(folder, port_base, Reporter(tell)).run())
    finally:
        lock.free()


def _show(folder: Folder, port_base: int, console: Console, news: News) -> None:
    if news.kind is Kind.FAILED:
        Console(stderr=True).print(Text("✗ ", "bold red").append(news.text, "default"), soft_wrap=True)
        return
    mark, style = _MARKS[news.kind]
    console.print(Text(mark, style).append(news.text, "default").append(f" ({news.seconds:.1f} s)", "dim"))
    if news.kind is Kind.READY:
        console.print(tables.addresses(folder, port_base))
        if news.key:
            console.print(_("The first operator key, shown only now (`entente key create` makes others):"))
            console.print(Text(news.key, "bold"), soft_wrap=True)


def _other(folder: Folder) -> State | None:
    """The supervisor that holds the folder, once it is ready; None where the folder is free."""
    until = time.monotonic() + READY_WITHIN
    lock = Lock(folder.lock)
    while not lock.take():
        state = status.running(folder)
        if state and state.phase is Phase.READY:
            return state
        if time.monotonic() > until or (state is None and _silent(folder)):
            raise locked(folder)
        time.sleep(0.1)
    lock.free()
    return None


def _silent(folder: Folder, patience: float = 3.0) -> bool:
    """Whether the lock stays without a supervisor's record: a start writes it within moments."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if status.running(folder):
            return False
        probe = Lock(folder.lock)
        if probe.take():
            probe.free()
            return False
        time.sleep(0.1)
    return True
