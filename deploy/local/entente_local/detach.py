"""Running the supervisor in a process of its own that outlives the terminal."""

import os
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from .progress import News, from_line, to_pipe


def detached(work: Callable[[Callable[[News], None]], int], log: Path) -> tuple[int, Iterator[News]]:
    """Fork, and run `work(tell)` in the child. Returns its pid and the news, which end when it is ready or has failed.

    To be called before any thread or event loop exists.
    """
    read, write = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        os._exit(_in_child(work, write, log))
    os.close(write)
    return pid, _news(read)


def _in_child(work: Callable[[Callable[[News], None]], int], write: int, log: Path) -> int:
    os.setsid()
    _leave_terminal(log)
    pipe = os.dup(write)
    os.closerange(3, pipe)  # nothing of the caller's stays open: it may be waiting for the end of a pipe
    os.closerange(pipe + 1, 4096)
    try:
        return work(to_pipe(pipe))
    except BaseException:  # noqa: BLE001 - the last frame of this process; the log gets the reason
        traceback.print_exc()
        return 1


def _leave_terminal(log: Path) -> None:
    null = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for source, target in ((null, 0), (output, 1), (output, 2)):
        os.dup2(source, target)


def _news(read: int) -> Iterator[News]:
    with os.fdopen(read) as stream:
        for line in stream:
            yield from_line(line)
