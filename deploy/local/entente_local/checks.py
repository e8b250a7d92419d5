"""Is it ready? One attempt each, from the loopback address, with a bounded wait."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path

from .ports import HOST

_TIMEOUT = 2.0


@dataclass(frozen=True)
class Readiness:
    """`failing` names what a program that answers is missing."""

    answers: bool
    ready: bool
    failing: list[str] = field(default_factory=list)


async def readyz(port: int, timeout: float = _TIMEOUT) -> Readiness:  # noqa: ASYNC109 - bounds one attempt
    try:
        async with asyncio.timeout(timeout):
            status, body = await _get(port, "/readyz")
    except (OSError, TimeoutError, ValueError):
        return Readiness(answers=False, ready=False)
    return Readiness(answers=True, ready=status == 200, failing=[] if status == 200 else _failing(body))


async def _get(port: int, path: str) -> tuple[int, bytes]:
    """A plain HTTP/1.0 request: an HTTP library would double the supervisor's memory."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(f"GET {path} HTTP/1.0\r\nHost: {HOST}\r\nAccept: application/json\r\n\r\n".encode())
        head, _blank, body = (await reader.read(65536)).partition(b"\r\n\r\n")
        if not body:
            body = await reader.read(65536)
        return int(head.split(b" ", 2)[1]), body
    except IndexError as error:
        raise ValueError("no HTTP answer") from error
    finally:
        writer.close()


def _failing(body: bytes) -> list[str]:
    """The dependencies that are not well, from the answer of /readyz."""
    try:
        dependencies = json.loads(body).get("checks", {})
        return [name for name, state in dependencies.items() if state != "ok"]
    except (ValueError, AttributeError):
        return []


async def nats_answers(port: int, timeout: float = _TIMEOUT) -> bool:  # noqa: ASYNC109 - bounds one attempt
    """Whether the broker greets with JetStream on: it listens only after recovering its streams."""
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(HOST, port)
            try:
                greeting = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
    return greeting.startswith(b"INFO ") and b'"jetstream":true' in greeting


def postgres_ready(data: Path) -> bool:
    """Whether the server says in its `postmaster.pid` that it takes connections, as `pg_ctl` finds out."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"
