"""Requests that are brought to meet: they wait for a lock that is held from outside, and go on together."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
from objectives.parties import Scene
from support.plumbing import in_database
from support.waiting import eventually

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@asynccontextmanager
async def holding(scene: Scene, table: str, row_id: UUID | str) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """Hold a row until the block ends. Gives how to wait until so many sessions of the service wait for a lock."""
    dsn = in_database(scene.stack.admin_dsn, "objectives")
    holder, watcher = await asyncpg.connect(dsn), await asyncpg.connect(dsn)

    async def until_waiting(number: int) -> None:
        async def so_many() -> bool:
            return bool(await watcher.fetchval(_WAITING) == number)

        await eventually(so_many)

    try:
        async with holder.transaction():
            await holder.execute(f"SELECT 1 FROM {table} WHERE id = $1 FOR UPDATE", row_id)
            yield until_waiting
    finally:
        await holder.close()
        await watcher.close()
