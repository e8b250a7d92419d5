"""kill -9 of each process while the demonstration runs: no acknowledged sample is lost and no effect doubled.

The demonstration is the history checker: it repeats what was not answered (with the same Idempotency-Key), reads every state
back from the API, and ends with figures that must be those of an undisturbed run, to the byte.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support.servers import wait_for

from entente_local.folder import Folder
from entente_local.records import Phase, load

ENTENTE = Path(sys.executable).parent / "entente"
EXPECTED = Path(__file__).parent.parent / "loop" / "demo_figures.json"
VICTIMS = ("kpi", "nats", "resources", "postgres", "objectives", "gateway", "conflicts")
PROCESSES = len(VICTIMS)

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.timeout(600)]


def entente(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ENTENTE), *arguments], check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


def free_base() -> int:
    for base in range(21_000 + os.getpid() % 400 * 16, 32_000, 8):
        try:
            for port in range(base, base + 6):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise RuntimeError("no free ports")


@pytest.fixture
def running() -> Iterator[tuple[Folder, str]]:
    """Entente in a folder of its own, and its address."""
    root = Path(tempfile.mkdtemp(prefix="entente-faults-"))
    root.chmod(0o755)
    folder, base = Folder(root / "data"), free_base()
    try:
        entente("up", "--detach", "--data", str(folder.root), "--port-base", str(base))
        yield folder, f"http://127.0.0.1:{base}"
    finally:
        entente("reset", "--yes", "--data", str(folder.root))


def all_ready(folder: Folder) -> bool:
    state = load(folder)
    return state is not None and [child.phase for child in state.children] == [Phase.READY] * PROCESSES


def test_kill_9_of_each_process_during_the_demonstration_changes_none_of_its_figures(running, tmp_path):
    folder, url = running
    key = entente("key", "create", "--data", str(folder.root)).stdout.split()[-1]
    command = [str(ENTENTE), "demo", "--url", url, "--key", key, "--output", str(tmp_path)]
    environment = {**os.environ, "LANG": "C.UTF-8", "LANGUAGE": "en"}
    demo = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, stdin=subprocess.DEVNULL
    )
    killed = []
    try:
        for victim in VICTIMS:
            time.sleep(1.5)  # let the demonstration get on, so that each falls at another moment of the story
            if demo.poll() is not None:
                break
            child = load(folder).child(victim)
            os.kill(child.pid, signal.SIGKILL)
            killed.append(victim)
            wait_for(
                lambda pid=child.pid, victim=victim: load(folder).child(victim).pid not in (0, pid),
                f"a new {victim}",
                30,
            )
            wait_for(lambda: all_ready(folder), "everything to be ready again", 60)
        output, _ = demo.communicate(timeout=400)
    finally:
        demo.kill()
        demo.wait()
    assert demo.returncode == 0, output[-3000:]
    assert killed == list(VICTIMS)
    assert (tmp_path / "figures.json").read_text() == EXPECTED.read_text()
    for service in ("objectives", "kpi", "conflicts", "resources"):
        letters = httpx.get(f"{url}/v1/{service}/dead-letters", headers={"Authorization": f"Bearer {key}"}).json()
        assert letters["items"] == [], service
