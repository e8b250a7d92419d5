"""What cannot work ends with one clear sentence that names the remedy, exit code 1, and nothing left behind."""

import asyncio
import os
import socket
import subprocess
import sys

import asyncpg
import psutil
import pytest

from entente_local import prepare
from entente_local.failure import Failure
from entente_local.records import Lock
from entente_local.services import installation, plain

from .conftest import free_base


def entente(*arguments, language="en", **environment):
    env = {**os.environ, "LANGUAGE": language, "COLUMNS": "80", "NO_COLOR": "1", **environment}
    argv = (sys.executable, "-m", "entente_local.cli", *map(str, arguments))
    return subprocess.run(argv, env=env, capture_output=True, text=True, timeout=200, check=False)


def sentence(done):
    """The one line of a failure."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("✗ ")
    return lines[0].removeprefix("✗ ")


def untouched(folder):
    """No process works in the folder or for it."""
    return not [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(str(folder.root) in part for part in process.info["cmdline"] or ()) and process.pid != os.getpid()
    ]


def holder():
    return f"{psutil.Process().name()} ({os.getpid()})"


@pytest.mark.parametrize("mode", ["--foreground", "--detach"])
@pytest.mark.parametrize("offset", [0, 2, 5])
def test_port_in_use_is_named_with_its_holder(folder, mode, offset):
    base = free_base()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", base + offset))
        taken.listen()
        said = sentence(entente("up", mode, "--data", folder.root, "--port-base", base))
    name = ("gateway", "objectives", "kpi", "conflicts", "resources", "nats")[offset]
    assert said.startswith(f"Port {base + offset}, which {name} needs, cannot be used: it is in use by {holder()}. ")
    assert "entente up --port-base" in said
    assert untouched(folder)


def test_sentences_come_in_french(folder):
    base = free_base()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", base))
        taken.listen()
        said = sentence(entente("up", "--data", folder.root, "--port-base", base, language="fr_FR:fr:en"))
    assert said.startswith(f"Le port {base}, dont gateway a besoin, est inutilisable : il est occupé par {holder()}. ")


@pytest.fixture
def read_only(folder):
    """A folder that cannot be written, for root neither."""
    if os.geteuid() != 0:
        folder.root.chmod(0o500)
        yield folder
        folder.root.chmod(0o700)
        return
    yield from _mounted(folder, "ro")


@pytest.fixture
def tiny(folder):
    yield from _mounted(folder, "size=1m")


def _mounted(folder, options):
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder.root)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("needs the right to mount a file system")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder.root)], check=True)


def test_read_only_folder(read_only):
    said = sentence(entente("up", "--data", read_only.root))
    assert said.startswith(f"The folder {read_only.root} cannot be written (")
    assert said.endswith("Make it writable, or choose another one with --data.")


def test_folder_below_a_file(folder):
    folder.root.joinpath("file").touch()
    said = sentence(entente("up", "--data", folder.root / "file" / "data"))
    assert "cannot be written (Not a directory)" in said


def test_full_disk(tiny):
    said = sentence(entente("up", "--data", tiny.root, "--port-base", free_base()))
    assert "No space left on device" in said
    assert untouched(tiny)


def test_folder_of_something_else_is_left_alone(folder):
    folder.root.joinpath("thesis.txt").touch()
    assert "holds other files" in sentence(entente("up", "--data", folder.root))
    assert "holds no Entente" in sentence(entente("reset", "--yes", "--data", folder.root))
    assert [path.name for path in folder.root.iterdir()] == ["thesis.txt"]


def test_data_of_another_postgresql(folder):
    folder.create(passable=True)
    folder.postgres.mkdir()
    (folder.postgres / "PG_VERSION").write_text("17\n")
    said = sentence(entente("up", "--data", folder.root, "--port-base", free_base()))
    assert "was written by PostgreSQL 17, and this Entente has PostgreSQL 18." in said


def test_data_without_its_passwords(folder):
    folder.create(passable=True)
    folder.postgres.mkdir()
    (folder.postgres / "PG_VERSION").write_text("18\n")
    said = sentence(entente("up", "--data", folder.root, "--port-base", free_base()))
    assert "passwords.json is missing" in said


def test_folder_of_a_newer_entente(folder):
    folder.create(passable=True)
    folder.about.write_text('{"layout": 99}')
    assert "was written by a newer Entente" in sentence(entente("up", "--data", folder.root))


def test_lock_held_by_a_process_that_is_no_supervisor(folder):
    folder.create(passable=True)
    lock = Lock(folder.lock)
    assert lock.take()
    try:
        said = sentence(entente("up", "--data", folder.root))
    finally:
        lock.free()
    assert f"is locked by process {os.getpid()}, which does not answer. End it (kill {os.getpid()})" in said


def test_service_that_is_missing_or_broken_is_named(folder, tmp_path):
    """The Python that starts the services finds a package that fails."""
    package = tmp_path / "entente_objectives"
    package.mkdir()
    package.joinpath("__init__.py").write_text("raise SystemExit('broken on purpose')")
    said = sentence(entente("up", "--data", folder.root, "--port-base", free_base(), PYTHONPATH=str(tmp_path)))
    assert "could not be prepared" in said
    assert untouched(folder)


def test_database_of_a_newer_version(start, folder, monkeypatch):
    start().until("ready")
    monkeypatch.setattr(prepare, "ALL", ("kpi",))
    where = installation(folder)
    assert asyncio.run(_prepared(where)) == ["kpi"]
    asyncio.run(_pretend_newer(where))
    with pytest.raises(
        Failure, match=r"The database of kpi is of a newer version than this Entente\. Install that version"
    ):
        asyncio.run(_prepared(where))


async def _prepared(where):
    job = prepare.Job(where)
    try:
        return [name async for name in job.run()]
    finally:
        job.end()


async def _pretend_newer(where):
    owner = await asyncpg.connect(plain(where.owner_url("kpi")))
    await owner.execute("UPDATE alembic_version SET version_num = '9999'")
    await owner.close()


@pytest.mark.parametrize("command", [("key", "create"), ("republish", "kpi"), ("status",)])
def test_commands_that_need_a_running_entente_say_so(folder, command):
    done = entente(*command, "--data", folder.root)
    assert done.returncode == 1
    assert "Entente is not running." in done.stdout + done.stderr


def test_unknown_names_are_answered_with_the_known_ones(folder):
    folder.create(passable=True)
    assert "objectives, kpi, conflicts, resources" in sentence(entente("republish", "kpis", "--data", folder.root))
    assert "There is no log of kpis" in sentence(entente("logs", "kpis", "--data", folder.root))
