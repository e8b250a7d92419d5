"""Removes one mechanism at a time in a copy of the code, and shows the test that fails without it.

    python tests/mutants/run.py [NAME ...]

Each `*.toml` here names the mechanism, the test that guards it and the edits that remove it. A mutant that survives, an
edit that no longer fits, or a test that fails for another reason than an assertion or a time-out ends the command with 1.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
COPIED = ("shared", "services", "gateway", "deploy", "tests", "clients", "pyproject.toml")
PACKAGES = (
    "shared",
    "gateway",
    "deploy/local",
    *(f"services/{name}" for name in ("objectives", "kpi", "conflicts", "resources")),
)
SECONDS = 240


def apply(mutant: dict, copy: Path) -> None:
    for edit in mutant["edit"]:
        path = copy / edit["file"]
        text = path.read_text()
        if text.count(edit["remove"]) != 1:
            sys.exit(
                f"{edit['file']}: the text to remove is there {text.count(edit['remove'])} times, not once:\n{edit['remove']}"
            )
        path.write_text(text.replace(edit["remove"], edit.get("insert", "")))


def run(mutant: dict, copy: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(copy / package) for package in PACKAGES),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--timeout=120", mutant["test"]]
    process = subprocess.Popen(
        command,
        cwd=copy,
        env=environment,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        out, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:  # also what it started goes, by id
        for member in psutil.Process(process.pid).children(recursive=True):
            member.kill()
        process.kill()
        out, _ = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, out)


def check(path: Path) -> bool:
    mutant = tomllib.loads(path.read_text())
    with tempfile.TemporaryDirectory(prefix="entente-mutant-") as folder:
        copy = Path(folder)
        copy.chmod(0o755)
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(
                    source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "node_modules")
                )
            elif source.exists():
                shutil.copy(source, copy / name)
        apply(mutant, copy)
        done = run(mutant, copy)
    killed = done.returncode == 1 and " failed" in done.stdout
    print(f"{'killed  ' if killed else 'SURVIVED'}  {path.stem:38} {mutant['mechanism']}", flush=True)
    if not killed:
        print(done.stdout[-4000:])
    return killed


def main() -> None:
    chosen = sys.argv[1:]
    paths = [path for path in sorted(HERE.glob("*.toml")) if not chosen or path.stem in chosen]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        killed = list(pool.map(check, paths))
    survivors = [path.stem for path, was_killed in zip(paths, killed, strict=True) if not was_killed]
    print(f"{len(paths) - len(survivors)} of {len(paths)} mutants killed")
    sys.exit(1 if survivors or not paths else 0)


if __name__ == "__main__":
    main()
