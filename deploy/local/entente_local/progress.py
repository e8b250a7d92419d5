"""What a start tells while it goes on, whether it runs here or in a process of its own."""

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum


class Kind(StrEnum):
    DONE = "done"
    NOTE = "note"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True)
class News:
    """A line for the terminal, in the reader's language. `seconds` since the start; READY may carry the first key."""

    kind: Kind
    text: str
    seconds: float = 0.0
    key: str | None = None


class Reporter:
    """Gives each piece of news to `tell`, with the time since the start."""

    def __init__(self, tell: Callable[[News], None]) -> None:
        self._tell, self._began = tell, time.monotonic()

    def __call__(self, kind: Kind, text: str, key: str | None = None) -> None:
        self._tell(News(kind, text, time.monotonic() - self._began, key))


def to_pipe(pipe: int) -> Callable[[News], None]:
    """Send news to another process, one JSON line each; a reader that has left is no error."""

    def tell(news: News) -> None:
        with suppress(OSError):
            os.write(pipe, (json.dumps(asdict(news)) + "\n").encode())

    return tell


def from_line(line: str) -> News:
    told = json.loads(line)
    return News(Kind(told["kind"]), told["text"], told["seconds"], told["key"])
