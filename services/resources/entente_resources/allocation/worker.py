"""The process that solves. It reads questions and writes answers as pickles, and ends when its service does.

It alone loads HiGHS and numpy. Both ends are this program: the pipe carries nothing from outside.
"""

import os
import pickle
import signal
import sys
from queue import SimpleQueue
from threading import Thread
from typing import Any

from entente_shared.errors import Problem as Refusal

from .domain import study

QUESTIONS = {each.__name__: each for each in (study.allocate, study.propose, study.settle, study.settle_near)}


def _read(questions: "SimpleQueue[Any]") -> None:
    """Pass questions on; where the service is gone, leave at once, also from the midst of a solution."""
    while True:
        try:
            questions.put(pickle.load(sys.stdin.buffer))  # noqa: S301 - written by the parent process
        except (EOFError, OSError):
            os._exit(0)


def _answer(name: str, arguments: tuple[Any, ...]) -> Any:
    try:
        return QUESTIONS[name](*arguments)
    except Refusal as refusal:
        return type(refusal), refusal.detail, {key: str(value) for key, value in refusal.params.items()}


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service, whose end closes the pipe
    questions: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_read, args=(questions,), daemon=True).start()
    while True:
        pickle.dump(_answer(*questions.get()), sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
