"""Work while PostgreSQL does."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")
Result = TypeVar("Result")


async def meanwhile(asked: Coroutine[Any, Any, Answer], work: Callable[[], Result]) -> tuple[Answer, Result]:
    """Do `work` while what was `asked` is under way, which has ended when this returns or raises."""
    asking = asyncio.create_task(asked)
    try:
        await asyncio.sleep(0)  # so that it is sent
        done = work()
    finally:
        answer = await asking
    return answer, done
