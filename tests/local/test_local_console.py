"""The console script as a whole, with the real services."""

import os
import re
import signal
import string
import subprocess
from pathlib import Path

import httpx
import psutil
import pytest
from babel.messages.extract import extract_from_dir
from support.servers import wait_for

import entente_local
from entente_local import logs, status
from entente_local.i18n import catalogue, language
from entente_local.records import load

from .conftest import free_base, gone
from .test_local_failures import entente


@pytest.fixture
def console(folder):
    def run(*arguments):
        return entente(*arguments, "--data", folder.root)

    yield run
    run("down")


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_everything_from_the_first_start_to_the_reset(console, folder):
    base = free_base()
    first = console("up", "--detach", "--port-base", base)
    assert first.returncode == 0, first.stdout + first.stderr
    key = re.search(r"^ent_live_\w+$", first.stdout, re.MULTILINE)[0]
    assert f"http://127.0.0.1:{base}/docs" in first.stdout
    _key_works(base, key)
    _is_well(console, folder, base)
    _killed_and_recovered(console, folder, key, base)
    family = psutil.Process(load(folder).pid).children(recursive=True)
    assert "Entente is stopped." in console("down").stdout
    gone(family)
    assert "is deleted" in console("reset", "--yes").stdout
    assert not folder.root.exists()


def _key_works(base, key):
    answer = httpx.get(f"http://127.0.0.1:{base}/v1/me", headers={"Authorization": f"Bearer {key}"}, timeout=10)
    assert answer.status_code == 200, answer.text


def _is_well(console, folder, base):
    shown = console("status")
    assert shown.returncode == 0, shown.stdout
    assert all(name in shown.stdout for name in ("postgres", "nats", "gateway", "objectives", "supervisor"))
    assert sum(row.memory for row in status.rows(folder, load(folder))) < 700 * 2**20
    checked = console("doctor")
    assert checked.returncode == 0, checked.stdout
    assert "✓ nats resources: connects" in checked.stdout
    again = console("up", "--detach")
    assert again.returncode == 0
    assert "Entente is already running" in again.stdout
    other = console("key", "create").stdout.strip()
    _key_works(base, other)
    assert "publishes its state again" in console("republish", "objectives").stdout
    assert console("logs", "gateway", "-n", "5").stdout.count("\n") <= 5
    assert oct((folder.secrets / "passwords.json").stat().st_mode & 0o777) == "0o600"


def _killed_and_recovered(console, folder, key, base):
    state = load(folder)
    family = psutil.Process(state.pid).children(recursive=True)
    os.kill(state.pid, signal.SIGKILL)
    gone(family)
    recovered = console("up", "--detach")
    assert recovered.returncode == 0, recovered.stdout + recovered.stderr
    assert "ent_live_" not in recovered.stdout
    assert f"http://127.0.0.1:{base}/v1" in recovered.stdout, "the ports of the first start are kept"
    _key_works(base, key)


def test_every_message_has_a_french_translation_with_the_same_fields():
    french = catalogue("fr")
    package = Path(entente_local.__file__).parent
    console = extract_from_dir(package, keywords={"_": None})
    for path, line, message, *_more in console:
        assert message in french, f"{path}:{line}: {message}"
        assert _fields(french[message]) == _fields(message), message


def _fields(text):
    return sorted(
        (field or "", spec or "") for _, field, spec, _ in string.Formatter().parse(text) if field is not None
    )


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "de:fr:en"}, "fr"),
    ],
)
def test_language_follows_the_environment(monkeypatch, variables, expected):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


def test_logs_are_followed(folder):
    folder.create(passable=False)
    folder.log("kpi").write_text("old\nnewer\n")
    argv = (*_argv("logs", "kpi", "-f", "-n", "1"), "--data", str(folder.root))
    # A shell's background job, which these tests may run in, would hand down that interrupts are ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    shown = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    try:
        assert shown.stdout.readline() == "newer\n"
        with folder.log("kpi").open("a") as log:
            log.write("newest\n")
        assert shown.stdout.readline() == "newest\n"
    finally:
        shown.send_signal(signal.SIGINT)
        signal.signal(signal.SIGINT, before)
        assert shown.wait(10) == 0


def _argv(*arguments):
    import sys

    return (sys.executable, "-u", "-m", "entente_local.cli", *arguments)


def test_new_lines_survive_a_cut_log(folder):
    folder.create(passable=False)
    path = folder.log("kpi")
    path.write_text("first\n")
    lines = logs.follow({"kpi": path}, {"kpi": logs.tail(path, 1)[1]}, poll=0.01)
    with path.open("a") as log:
        log.write("second\nhal")
    assert next(lines) == ("kpi", "second")
    path.write_text("third\n")
    assert next(lines) == ("kpi", "third")


def test_status_says_when_nothing_runs(console):
    assert console("down").stdout.strip() == "Entente is not running."
    wait_for(lambda: console("status").returncode == 1, "status")
