"""What an application of the test's process asks of its database."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from entente_shared import telemetry


@contextmanager
def statements_of(service: str, part: str) -> Iterator[list[str]]:
    """What the service asks in the trace (one request with all its tasks) that has this in one statement: filled in at the end."""
    executed: dict[str | None, list[str]] = defaultdict(list)
    found: list[str] = []

    def record(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if connection.engine.url.database == f"entente_{service}":
            executed[telemetry.trace_id()].append(statement)

    event.listen(Engine, "before_cursor_execute", record)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", record)
    found += next(each for each in executed.values() if any(part in statement for statement in each))
