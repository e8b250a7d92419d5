"""Two kpi workers, PostgreSQL and NATS are killed at random under full load; then everything is read back and checked.

    python tests/faults/ingest_under_kills.py [--seed N] [--seconds S] [--keep]

Every acknowledged sample must be there exactly once, with a value that the history of requests and answers allows, and every
crossing must have one deviation (`ingest_history` checks). Ends with 1 and the first violations otherwise; `--keep` leaves
the folder with the logs and the history in place. The seed decides the values, the order of what is pushed, the order of the
kills and the pauses between them; how far that gets, and what meets what, is the machine's.
"""

import argparse
import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.deployment import ENTENTE, Deployment, partnership
from faults import ingest_readback
from faults.ingest_load import KPIS, VARIANTS, Load
from faults.two_workers import PORTS, WORKERS
from support.servers import wait_for
from support.waiting import eventually

from entente_local.folder import Folder
from entente_local.records import Phase, load

VICTIMS = (*WORKERS, "postgres", "nats")
WRITERS = 8
SHOWN = 20


@dataclass
class Verdict:
    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = ", ".join(f"{amount:,} {what}" for what, amount in self.counts.items())
        kills = ", ".join(f"{self.kills[victim]} x {victim}" for victim in VICTIMS)
        lines = [f"seed {self.seed}", counts, f"kill -9: {kills}", *self.violations[:SHOWN]]
        good = "every acknowledged sample is there once, every crossing has one deviation"
        return "\n".join([*lines, f"{len(self.violations)} violations" if self.violations else good])


@contextmanager
def running(*, keep: bool) -> Iterator[Deployment]:
    root = Path(mkdtemp(prefix="entente-kills-"))
    root.chmod(0o755)
    data, base = root / "data", _free_base()
    program = Path(__file__).with_name("two_workers.py")
    supervisor = subprocess.Popen(
        [sys.executable, str(program), str(data), str(base)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: supervisor.poll() is not None or _ready(Folder(data)), "a deployment", 240)
        assert supervisor.poll() is None, f"it did not start: see {data / 'logs'}"
        made = subprocess.run(
            [ENTENTE, "key", "create", "--data", str(data)], check=True, capture_output=True, text=True
        )
        yield Deployment(f"http://127.0.0.1:{base}", made.stdout.split()[-1], root)
    finally:
        supervisor.terminate()
        with suppress(subprocess.TimeoutExpired):
            supervisor.wait(90)
        supervisor.kill()
        supervisor.wait()
        if keep:
            print(f"kept: {root}")
        else:
            subprocess.run([ENTENTE, "reset", "--yes", "--data", str(data)], check=False, stdout=subprocess.DEVNULL)
            for left in root.glob("*.jsonl"):
                left.unlink()
            root.rmdir()


def _free_base() -> int:
    """The first of so many free ports in a row, below those that outgoing connections take."""
    for base in range(20_000 + os.getpid() % 700 * 16, 32_000, PORTS):
        with suppress(OSError), ExitStack() as probes:
            for port in range(base, base + PORTS):
                probes.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return base
    raise RuntimeError("no free ports")


def _ready(folder: Folder) -> bool:
    state = load(folder)
    return (
        state is not None and state.phase is Phase.READY and all(each.phase is Phase.READY for each in state.children)
    )


async def kill_at_random(folder: Folder, seed: int, kills: Counter[str], acknowledged: Callable[[], int]) -> None:
    """For ever: one of them, each once in a round, 1 to 6 seconds after the load flows again after the one before.

    One in three does not wait for that: it falls into the recovery.
    """
    chance, before = random.Random(seed), -1
    while True:
        for victim in chance.sample(VICTIMS, len(VICTIMS)):
            waits = chance.random() < 2 / 3
            while waits and acknowledged() == before:
                await asyncio.sleep(0.05)
            await asyncio.sleep(chance.uniform(1, 6))
            os.kill(await _living(folder, victim), signal.SIGKILL)
            kills[victim], before = kills[victim] + 1, acknowledged()


async def _living(folder: Folder, name: str) -> int:
    """The pid of a program, as soon as it runs."""
    while True:
        state = load(folder)
        child = state and state.child(name)
        if child and child.alive:
            return child.pid
        await asyncio.sleep(0.05)


@asynccontextmanager
async def background(work: object) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def push_under_kills(place: Deployment, seed: int, seconds: float) -> Verdict:
    folder, verdict = Folder(place.folder / "data"), Verdict(seed)
    where = await asyncio.to_thread(partnership, place, KPIS, variants=[each.definition for each in VARIANTS])
    path = place.folder / "history.jsonl"
    with path.open("w") as record:
        pushing = Load(f"{place.url}{where.path}/samples", where.system, where.kpis, seed, record)
        end = asyncio.Event()
        writing = asyncio.create_task(pushing.run(WRITERS, end))
        async with background(kill_at_random(folder, seed, verdict.kills, lambda: pushing.acknowledged)):
            await asyncio.wait([writing], timeout=seconds)
            await eventually(lambda: len(verdict.kills) == len(VICTIMS), 180)  # a slow machine has not had all of them
        end.set()
        try:
            await writing
        except TimeoutError:
            verdict.violations.append("something was not acknowledged long after all was back")
    wait_for(lambda: _ready(folder), "everything to be ready again", 120)
    found = await ingest_readback.check(place, where, path)
    verdict.counts = found.counts
    verdict.violations += found.violations
    verdict.counts["retries"] = pushing.retries
    enough = verdict.counts["acknowledged samples"] > 1000 and verdict.counts["deviations"] > 0
    if not enough or set(verdict.kills) != set(VICTIMS):
        verdict.violations.append("too little was pushed or crossed, or something was never killed: this shows nothing")
    return verdict


def run(seed: int, seconds: float, *, keep: bool = False) -> Verdict:
    with running(keep=keep) as place:
        return asyncio.run(push_under_kills(place, seed, seconds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    verdict = run(given.seed, given.seconds, keep=given.keep)
    print(verdict, flush=True)
    sys.exit(1 if verdict.violations else 0)


if __name__ == "__main__":
    main()
