"""Starting one program so that it cannot outlive its supervisor, and knowing it again later."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import psutil

Stop = tuple[tuple[signal.Signals, float], ...]
TERMINATE: Stop = ((signal.SIGTERM, 15.0), (signal.SIGKILL, 5.0))
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class User:
    """A system user that a program runs as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Spec:
    """A program to keep running: stopped in descending `rank`, by each signal of `stop` for its seconds of grace."""

    name: str
    argv: tuple[str, ...]
    cwd: Path
    log: Path
    ready: Callable[[], Awaitable[bool]]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    user: User | None = None
    stop: Stop = TERMINATE
    orphaned: signal.Signals = signal.SIGKILL
    rank: int = 0


def spawn(
    argv: tuple[str, ...],
    *,
    cwd: Path,
    env: Mapping[str, str],
    output: int,
    stdin: int = subprocess.DEVNULL,
    stderr: int = subprocess.STDOUT,
    user: User | None = None,
    orphaned: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, which gets the signal `orphaned` when this process dies.

    Call it from the main thread: the kernel sends the signal when the *thread* that forked ends.
    """
    return subprocess.Popen(
        argv,
        cwd=cwd,
        env=dict(env),
        stdin=stdin,
        stdout=output,
        stderr=stderr,
        start_new_session=True,
        preexec_fn=_bind_to_parent(orphaned),  # noqa: PLW1509 - only system calls, from a process without threads
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
    )


def _bind_to_parent(orphaned: signal.Signals) -> Callable[[], None] | None:
    """Run in the child after it took its user, because changing the user clears the setting."""
    if not sys.platform.startswith("linux"):
        return None
    libc, parent = _libc(), os.getpid()

    def bind() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(orphaned), 0, 0, 0)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return bind


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


async def finished(process: subprocess.Popen[bytes]) -> int:
    """Wait for the end without a thread. Returns the exit code, negative for a signal."""
    if hasattr(os, "pidfd_open") and process.returncode is None:
        loop, done = asyncio.get_running_loop(), asyncio.Event()
        handle = os.pidfd_open(process.pid)
        loop.add_reader(handle, done.set)
        try:
            await done.wait()
        finally:
            loop.remove_reader(handle)
            os.close(handle)
    while process.poll() is None:  # noqa: ASYNC110 - there is no event to wait for where there is no pidfd
        await asyncio.sleep(0.05)
    return int(process.returncode)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a program that was started for one task and is no longer wanted, and all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def identity(pid: int) -> str | None:
    """What tells a process from a later one with its pid: boot and start time. None if it runs no more."""
    if not sys.platform.startswith("linux"):
        try:
            return str(psutil.Process(pid).create_time())
        except psutil.Error:
            return None
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else f"{_boot()}/{fields[19]}"


@cache
def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
