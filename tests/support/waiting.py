"""Waiting for a condition, with a deadline."""

import asyncio
import time
from collections.abc import Callable
from inspect import isawaitable
from typing import Any


async def eventually(condition: Callable[[], Any], seconds: float = 15.0) -> Any:
    """What the condition gives, awaited where it must be, once that is true."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if isawaitable(found):
            found = await found
        if found:
            return found
        assert time.monotonic() < deadline, f"the condition did not come to hold within {seconds} s"
        await asyncio.sleep(0.02)
