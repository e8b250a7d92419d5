"""Whether a pooled connection still stands, found out without asking the server wherever it was used a moment ago.

The engine's own pre-ping begins and ends a transaction of its own: three round trips before each transaction, which is a
third of what a short one needs. A server that went away closes its sockets, which asyncpg notices by itself; only a
connection that has rested may have been dropped by something in between without a word.
"""

import time
from typing import Any

from sqlalchemy import event, exc
from sqlalchemy.ext.asyncio import AsyncEngine

_RESTED = 1.0  # seconds


def install(engine: AsyncEngine) -> None:
    """Have the connections of an engine's pool checked before they are handed out; where one is dead, all are made anew."""

    @event.listens_for(engine.sync_engine, "checkin")
    def checkin(_connection: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def checkout(connection: Any, record: Any, _fairy: Any) -> None:
        if connection.driver_connection.is_closed():
            raise exc.InvalidatePoolError
        if time.monotonic() - record.info.get("used_at", time.monotonic()) < _RESTED:
            return
        try:
            connection.ping()
        except engine.dialect.loaded_dbapi.Error as error:
            raise exc.InvalidatePoolError from error
