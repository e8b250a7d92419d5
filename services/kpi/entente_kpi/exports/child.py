"""The process that makes Parquet, as the service sees it: fed as fast as it takes, ended with the download."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from datetime import UTC, datetime, timedelta

import numpy as np

from . import parquet
from .domain import Chunk

_BLOCK = 65_536
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)
Pages = AsyncGenerator[list[Chunk], None]


class ParquetError(RuntimeError):
    """The process ended otherwise than it should."""


async def to_parquet(pages: Pages, *, described: bool) -> AsyncGenerator[bytes, None]:
    """The file, block by block. Raises what `pages` raises; the process is gone when this ends, however it ends."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", parquet.__name__, stdin=PIPE, stdout=PIPE, env=_environment()
    )
    feeding = asyncio.create_task(_feed(child, pages, described=described))
    try:
        assert child.stdout is not None
        while block := await child.stdout.read(_BLOCK):
            yield block
        await feeding
        if await child.wait():
            raise ParquetError
    finally:
        feeding.cancel()
        with suppress(ProcessLookupError):
            child.kill()
        await asyncio.gather(feeding, child.wait(), return_exceptions=True)


def _environment() -> dict[str, str]:
    """Without the service's secrets."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}


async def _feed(child: Process, pages: Pages, *, described: bool) -> None:
    """The end mark is written only where all was read: else the input breaks off, and so does the file."""
    assert child.stdin is not None
    async with aclosing(pages):
        try:
            child.stdin.write(json.dumps({"described": described}).encode() + b"\n")
            async for page in pages:
                for chunk in page:
                    child.stdin.write(_frame(chunk))
                await child.stdin.drain()
            child.stdin.write(parquet.HEAD.pack(0, 0))
        except ConnectionError:
            return  # the process has ended, and its status says so
        finally:
            child.stdin.close()


def _frame(chunk: Chunk) -> bytes:
    kpi = chunk.kpi
    times = np.array([(at - _EPOCH) // _INSTANT for at, _ in chunk.points], dtype="<i8")
    values = np.array([value for _, value in chunk.points], dtype="<f8")
    described = {"kpi_id": str(kpi.id), "name": kpi.name, "unit": kpi.unit}
    return parquet.frame(described, times.tobytes(), values.tobytes())
