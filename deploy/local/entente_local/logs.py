"""Log files of the programs: one each, appended to by the program itself."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LIMIT = 16 * 1024 * 1024
_TAIL = 16 * 1024
_COLOURS = re.compile(rb"\x1b\[[0-9;]*m")


def last_words(log: Path, offset: int = 0) -> str:
    """The last line written since `offset`, a fatal one rather than what came after it; shortened."""
    lines: list[str] = []
    with suppress(OSError), log.open("rb") as source:
        source.seek(max(offset, os.fstat(source.fileno()).st_size - _TAIL))
        lines = [line for line in _text(source.read()) if line.strip()]
    fatal = [line for line in lines if "FATAL" in line]
    return (fatal or lines or [""])[-1].strip()[:300]


def tail(log: Path, count: int) -> tuple[list[str], int]:
    """The last whole lines, and where what is added later will begin."""
    with suppress(OSError):
        end = log.stat().st_size
        lines, end = _read_lines(log, max(0, end - max(_TAIL, count * 200)), end)
        return lines[len(lines) - min(count, len(lines)) :], end
    return [], 0


def follow(logs: dict[str, Path], offsets: dict[str, int], poll: float = 0.2) -> Iterator[tuple[str, str]]:
    """New whole lines of each log as (name, line), for ever. A log that was cut starts over."""
    while True:
        for name, log in logs.items():
            size = log.stat().st_size if log.exists() else 0
            offsets[name] = offsets[name] if size >= offsets[name] else 0
            if size > offsets[name]:
                lines, offsets[name] = _read_lines(log, offsets[name], size)
                yield from ((name, line) for line in lines)
        time.sleep(poll)


def _read_lines(log: Path, offset: int, end: int) -> tuple[list[str], int]:
    """The whole lines between two places, and where the next read goes on."""
    with log.open("rb") as source:
        source.seek(offset)
        text = source.read(end - offset)
    whole = text[: text.rfind(b"\n") + 1]
    return _text(whole), offset + len(whole)


def _text(read: bytes) -> list[str]:
    return _COLOURS.sub(b"", read).decode(errors="replace").splitlines()


def cut(folder: Path, limit: int = LIMIT) -> None:
    """Move what is longer than `limit` bytes to `<name>.log.1`.

    The programs hold their files open in append mode, so a file is copied and emptied; a line in between may be lost.
    """
    for log in folder.glob("*.log"):
        with suppress(OSError):
            if log.stat().st_size > limit:
                shutil.copyfile(log, log.with_suffix(".log.1"))
                os.truncate(log, 0)
