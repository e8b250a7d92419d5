"""A data folder of one test, and supervisors with stand-in services, ended by pid whatever the test did."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from support.servers import wait_for

from entente_local.folder import Folder
from entente_local.records import load

STAND_INS = Path(__file__).with_name("stand_ins.py")


def free_base(count: int = 6) -> int:
    """The first of so many free ports in a row."""
    for base in range(20000 + os.getpid() % 500 * 16, 32000, count):
        with suppress(OSError):
            for port in range(base, base + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return base
    raise RuntimeError("no free ports")


class Started:
    """A supervisor of stand-ins as a process of its own."""

    def __init__(self, folder: Folder, base: int, *services: str) -> None:
        self.folder, self.base = folder, base
        argv = (sys.executable, str(STAND_INS), str(folder.root), str(base), *services)
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, start_new_session=True)
        self.news: list[dict] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.news.append(json.loads(line))

    def told(self, kind: str) -> list[str]:
        return [news["text"] for news in self.news if news["kind"] == kind]

    def until(self, kind: str) -> str:
        wait_for(lambda: self.told(kind) or self.process.poll() is not None, f"the news {kind}", 30)
        self._reader.join(0.2)
        assert self.told(kind), self.news
        return self.told(kind)[0]

    def family(self) -> list[psutil.Process]:
        """The supervisor's processes and theirs, as they are now."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def pid(self, name: str) -> int:
        state = load(self.folder)
        child = state and state.child(name)
        return child.pid if child and child.alive else 0


def gone(processes: list[psutil.Process], seconds: float = 10) -> None:
    """Wait until none of the processes runs."""
    _gone, alive = psutil.wait_procs(processes, timeout=seconds)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def folder() -> Iterator[Folder]:
    """In /tmp, because pytest's own folders are too deep for a socket and closed to other users."""
    with tempfile.TemporaryDirectory(prefix="entente-test-", ignore_cleanup_errors=True) as name:
        yield Folder(Path(name))


@pytest.fixture
def start(folder: Folder) -> Iterator:
    """`start("kpi", base=...)`: another supervisor of the folder."""
    started: list[Started] = []

    def begin(*services: str, base: int | None = None) -> Started:
        started.append(Started(folder, base or (started[-1].base if started else free_base()), *services))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            family = one.family()
            one.process.send_signal(signal.SIGCONT)
            one.process.terminate()
            try:
                one.process.wait(30)
            except subprocess.TimeoutExpired:
                one.process.kill()
                one.process.wait()
            gone(family)
