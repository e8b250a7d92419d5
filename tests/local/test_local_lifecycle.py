"""The supervisor with real PostgreSQL and NATS and stand-in services: starting, stopping, and being killed."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
from support.servers import wait_for

from entente_local.checks import postgres_ready
from entente_local.down import down, reset
from entente_local.folder import Folder
from entente_local.postgres import environment, locate, socket_folder, spec
from entente_local.process import identity
from entente_local.records import ChildRecord, Lock, Phase, State, load, save
from entente_local.services import installation

from .conftest import Started, free_base, gone


def query(folder, statement):
    async def run():
        connection = await asyncpg.connect(installation(folder).admin_url(), timeout=5)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(run())


def test_sigterm_stops_everything_in_order(start, folder):
    running = start("kpi", "gateway")
    running.until("ready")
    family = running.family()
    assert {"postgres", "nats-server"} <= {process.name() for process in family}
    running.process.terminate()
    assert running.process.wait(20) == 0
    gone(family)
    assert load(folder) is None
    assert "database system is shut down" in folder.log("postgres").read_text()


def test_interrupted_start_leaves_nothing(start, folder):
    running = start()
    wait_for((folder.root / "postgres.new").exists, "initdb")
    family = running.family()
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(20) == 1
    gone(family)
    again = start()
    again.until("ready")


def test_killed_supervisor_leaves_no_process_and_the_next_start_recovers(start, folder):
    first = start("kpi", "gateway")
    first.until("ready")
    query(folder, "CREATE TABLE kept AS SELECT 42 AS answer")
    family = first.family()
    first.process.kill()
    gone(family)
    second = start("kpi", "gateway")
    second.until("ready")
    assert query(folder, "SELECT answer FROM kept") == 42


def test_program_that_outlived_its_supervisor_is_stopped_by_the_next_start(start, folder):
    """Known by pid and start time: another process with the pid of the record is left alone."""
    start().until("ready")
    survivor, stranger = (subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"]) for _ in "ab")
    try:
        state = load(folder)
        state.children.append(_record("survivor", survivor.pid, identity(survivor.pid)))
        state.children.append(_record("stranger", stranger.pid, identity(stranger.pid) + "0"))
        os.kill(state.pid, signal.SIGKILL)
        wait_for(lambda: not state.alive, "the end of the supervisor")
        save(folder, state)
        second = start()
        second.until("ready")
        assert any("survivor" in note for note in second.told("note"))
        assert survivor.wait(5) == -signal.SIGTERM
        assert stranger.poll() is None
    finally:
        for process in (survivor, stranger):
            process.kill()
            process.wait()


def _record(name, pid, known):
    return ChildRecord(name, pid, known, Phase.READY, 0, stop=[(signal.SIGTERM, 5), (signal.SIGKILL, 5)])


def test_database_server_without_a_record_is_stopped_by_the_next_start(start, folder):
    first = start()
    first.until("ready")
    first.process.terminate()
    first.process.wait(20)
    server = locate(folder)
    stray = subprocess.Popen(
        spec(server, folder.log("postgres")).argv,
        cwd=server.data,
        user=server.user and server.user.uid,
        env=environment(),
    )
    try:
        wait_for(lambda: postgres_ready(server.data), "the stray server")
        second = start()
        second.until("ready")
        assert second.told("note") == ["Stopped what an earlier run had left: postgres"]
        assert stray.wait(5) == 0
    finally:
        stray.kill()
        stray.wait()


@pytest.mark.parametrize("name", ["postgres", "nats", "kpi"])
def test_killed_program_is_restarted(start, name):
    running = start("kpi")
    running.until("ready")
    first = running.pid(name)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: running.pid(name) not in (0, first), "another process", 20)
    wait_for(lambda: load(running.folder).child(name).phase is Phase.READY, "its readiness", 20)
    assert any(f"{name} ended (killed by SIGKILL" in note for note in running.told("note"))


def test_pid_of_the_database_that_another_program_got_is_no_obstacle(start, folder):
    running = start()
    running.until("ready")
    running.process.terminate()
    running.process.wait(20)
    sleeper = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
    try:
        lock = folder.postgres / "postmaster.pid"
        lock.write_text(f"{sleeper.pid}\n{folder.postgres}\n0\n5432\n{folder.run}\n\n0 0\nready\n")
        start().until("ready")
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_state_of_a_dead_supervisor_and_a_torn_state_are_no_obstacle(start, folder):
    folder.create(passable=True)
    save(folder, State(1, "another boot/1", Phase.READY, 1, children=[_record("x", 1, "another boot/1")]))
    folder.lock.write_text("1\n")
    running = start()
    running.until("ready")
    running.process.kill()
    running.process.wait()
    folder.state.write_text('{"pid": 1, "chi')
    start().until("ready")


def test_two_starts_at_once_make_one_supervisor(start):
    one, two = start(), start()
    wait_for(lambda: one.told("failed") or two.told("failed"), "the slower one's news")
    slow, fast = (one, two) if one.told("failed") else (two, one)
    assert slow.process.wait(10) == 1
    fast.until("ready")


def test_down_stops_a_running_supervisor_and_the_leftovers_of_a_killed_one(start, folder):
    running = start("kpi")
    running.until("ready")
    family = running.family()
    assert down(folder) == []
    gone(family)
    assert down(folder) is None
    leftover = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
    save(folder, State(1, "gone", Phase.READY, 1, children=[_record("kpi", leftover.pid, identity(leftover.pid))]))
    assert down(folder) == ["kpi"]
    assert leftover.wait(5) == -signal.SIGTERM


def test_down_ends_a_supervisor_that_does_not_react(start, folder, monkeypatch):
    monkeypatch.setattr("entente_local.down.PATIENCE", 0.5)
    running = start("kpi")
    running.until("ready")
    family = running.family()
    running.process.send_signal(signal.SIGSTOP)
    waiting = _reap(running.process)
    down(folder)
    gone(family)
    waiting.join(5)


def _reap(process):
    import threading

    thread = threading.Thread(target=process.wait, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("name", ["x" * 90, "dé mo, \"x\" 'y'"])
def test_folder_with_a_long_or_odd_path_gets_a_socket_of_its_own(folder, name):
    odd = Folder(folder.root / name)
    odd.root.mkdir(mode=0o700)
    running = Started(odd, free_base())
    try:
        running.until("ready")
        assert socket_folder(odd).parent == Path("/tmp")
        assert socket_folder(odd).stat().st_mode & 0o777 == 0o700
        assert query(odd, "SELECT 42") == 42
        assert load(odd).child("nats").phase is Phase.READY
    finally:
        family = running.family()
        running.process.terminate()
        assert running.process.wait(30) == 0
        gone(family)
    reset(odd)
    assert not odd.root.exists()
    assert not socket_folder(odd).exists()


def test_folder_in_tmp_that_somebody_else_made_is_refused(folder):
    if os.geteuid() != 0:
        pytest.skip("only root can make one for somebody else")
    odd = Folder(folder.root / ("y" * 90))
    odd.create(passable=True)
    socket_folder(odd).mkdir(mode=0o777)
    try:
        os.chown(socket_folder(odd), 65534, 65534)
        running = Started(odd, free_base())
        assert "belongs to somebody else" in running.until("failed")
        assert running.process.wait(10) == 1
    finally:
        socket_folder(odd).rmdir()


def test_lock_is_free_when_its_holder_is_gone(folder):
    folder.create(passable=False)
    held, other = Lock(folder.lock), Lock(folder.lock)
    assert held.take()
    assert not other.take()
    held.free()
    assert other.take()
    other.free()


def test_logs_of_long_runs_are_cut(folder):
    from entente_local import logs

    folder.create(passable=False)
    path = folder.log("kpi")
    with path.open("ab") as writer:
        writer.write(b"x" * 2000)
        writer.flush()
        logs.cut(folder.logs, limit=1000)
        writer.write(b"after\n")
    assert path.read_text() == "after\n"
    assert path.with_suffix(".log.1").stat().st_size == 2000
