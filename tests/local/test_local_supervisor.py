"""Programs that die, hang or never start."""

import asyncio
import signal
import sys
import time
from pathlib import Path

import pytest

from entente_local.child import Backoff
from entente_local.failure import Failure
from entente_local.process import Spec, identity
from entente_local.records import Phase
from entente_local.supervisor import Supervisor

QUICK = Backoff(first=0.02, longest=0.1, stable=60)


class World:
    """A supervisor and what it told."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.notes, self.changes = folder, [], 0
        self.supervisor = Supervisor(self._changed, self.notes.append, QUICK)

    def _changed(self) -> None:
        self.changes += 1

    def spec(self, name: str, code: str, *, ready: str | None = None, **more) -> Spec:
        """A program in Python, ready when the file `ready` exists."""

        async def is_ready() -> bool:
            return ready is None or (self.folder / ready).exists()

        argv = (sys.executable, "-S", "-c", code)
        return Spec(name, argv, cwd=self.folder, log=self.folder / f"{name}.log", ready=is_ready, **more)


@pytest.fixture
async def world(tmp_path):
    world = World(tmp_path)
    yield world
    world.supervisor.hurry.set()
    await world.supervisor.stop()
    assert all(child.record.phase is Phase.STOPPED for child in world.supervisor.children.values())


async def until(condition, seconds=10):
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def test_program_that_dies_is_started_again_after_growing_pauses(world):
    code = "open('lives', 'a').write('x'); open('up', 'w'); raise SystemExit('out of luck')"
    child = world.supervisor.launch(world.spec("unlucky", code, ready="up"))
    await world.supervisor.ready(child, 5)
    await until(lambda: child.record.restarts >= 4)
    assert [note.split("in ")[-1] for note in world.notes[:4]] == ["0.0 s", "0.0 s", "0.1 s", "0.1 s"]
    assert [QUICK.pause(deaths) for deaths in (1, 2, 3, 4, 1000)] == [0.02, 0.04, 0.08, 0.1, 0.1]


async def test_reason_of_a_death_is_told(world):
    child = world.supervisor.launch(world.spec("unlucky", "raise SystemExit('out of luck')", ready="never"))
    await until(lambda: world.notes)
    assert world.notes[0].startswith("unlucky ended (exit code 1: out of luck); starting it again in ")
    assert child.record.last_exit == "exit code 1: out of luck"


async def test_program_killed_from_outside_comes_back_with_another_pid(world):
    child = world.supervisor.launch(world.spec("victim", "import time; time.sleep(60)"))
    await world.supervisor.ready(child, 5)
    first = child.record.pid
    child._process.kill()
    await until(lambda: child.record.phase is Phase.READY and child.record.pid != first)
    assert "killed by SIGKILL" in world.notes[0]
    assert identity(first) is None


async def test_program_that_cannot_start_is_given_up_with_its_last_words(world):
    code = "import sys; sys.exit('FATAL: no such thing')"
    child = world.supervisor.launch(world.spec("broken", code, ready="never"))
    with pytest.raises(Failure, match="broken does not start: exit code 1: FATAL: no such thing"):
        await world.supervisor.ready(child, 5)


async def test_missing_program_is_a_failure_not_a_traceback(world):
    spec = Spec("ghost", ("/nowhere/ghost",), world.folder, world.folder / "ghost.log", ready=asyncio.Event().wait)
    with pytest.raises(Failure, match="ghost does not start: No such file or directory"):
        await world.supervisor.ready(world.supervisor.launch(spec), 5)


async def test_program_that_never_gets_ready_is_given_up_in_time(world):
    child = world.supervisor.launch(world.spec("slow", "import time; time.sleep(60)", ready="never"))
    with pytest.raises(Failure, match="slow was not ready after 0 s"):
        await world.supervisor.ready(child, 0.2)


async def test_program_that_ignores_sigterm_is_killed_after_its_grace_with_all_that_it_started(world):
    code = (
        "import os, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(60)'])\n"
        "open('grandchild', 'w').write(str(child.pid)); open('up', 'w')\n"
        "time.sleep(60)"
    )
    stop = ((signal.SIGTERM, 0.2), (signal.SIGKILL, 5.0))
    child = world.supervisor.launch(world.spec("stubborn", code, ready="up", stop=stop))
    await world.supervisor.ready(child, 5)
    pid, grandchild = child.record.pid, int((world.folder / "grandchild").read_text())
    await world.supervisor.stop()
    await until(lambda: identity(pid) is None and identity(grandchild) is None)


async def test_higher_ranks_stop_first(world):
    code = (
        "import signal, sys, time\n"
        "def leave(*_): time.sleep({pause}); open('order', 'a').write('{name} '); sys.exit()\n"
        "signal.signal(signal.SIGTERM, leave); open('{name}', 'w'); time.sleep(60)"
    )
    for rank, (name, pause) in enumerate((("database", 0), ("broker", 0.05), ("service", 0.1))):
        spec = world.spec(name, code.format(name=name, pause=pause), ready=name, rank=rank)
        await world.supervisor.ready(world.supervisor.launch(spec), 5)
    await world.supervisor.stop()
    assert (world.folder / "order").read_text().split() == ["service", "broker", "database"]


async def test_second_request_to_stop_cuts_the_grace_short(world):
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('up', 'w'); time.sleep(60)"
    child = world.supervisor.launch(world.spec("stubborn", code, ready="up"))
    await world.supervisor.ready(child, 5)
    began = time.monotonic()
    stopping = asyncio.create_task(world.supervisor.stop())
    await asyncio.sleep(0.1)
    world.supervisor.hurry.set()
    await stopping
    assert time.monotonic() - began < 5


async def test_stopping_during_a_pause_does_not_start_the_program_again(world):
    world.supervisor.launch(world.spec("unlucky", "open('lives', 'a').write('x'); raise SystemExit(1)", ready="never"))
    await until(lambda: world.notes)
    await world.supervisor.stop()
    lives = (world.folder / "lives").read_text()
    await asyncio.sleep(0.3)
    assert (world.folder / "lives").read_text() == lives


async def test_program_dies_with_the_process_that_started_it(world):
    code = (
        "import os, subprocess, sys, time\n"
        "from pathlib import Path\n"
        "from entente_local.process import spawn\n"
        "child = spawn((sys.executable, '-S', '-c', 'import time; time.sleep(60)'), cwd=Path('.'), env={}, output=1)\n"
        "Path('pid').write_text(str(child.pid)); Path('up').touch(); time.sleep(60)"
    )
    spec = world.spec("parent", code, ready="up")
    spec = Spec(**{**vars(spec), "argv": (sys.executable, "-c", code)})
    parent = world.supervisor.launch(spec)
    await world.supervisor.ready(parent, 10)
    grandchild = int((world.folder / "pid").read_text())
    assert identity(grandchild)
    (world.folder / "up").unlink()
    parent._process.kill()
    await until(lambda: identity(grandchild) is None)
