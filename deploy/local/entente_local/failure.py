"""What ends a command: one sentence that names the problem and the remedy."""

from typing import Any


class Failure(Exception):  # noqa: N818 - its text is for people, who did nothing wrong in the program's sense
    """Shown as it is, without a traceback; the exit code is 1. `values` fill the translated sentence."""

    def __init__(self, sentence: str, **values: Any) -> None:
        super().__init__(sentence.format(**values) if values else sentence)
