"""Telling an outage of the database from an error that a statement earned."""

import asyncpg
from sqlalchemy import exc

_OUTAGES = ("08", "53", "55", "57")  # connection, resources, lock or object not available, operator intervention


def is_outage(error: BaseException) -> bool:
    """Whether the database was away or overloaded, which says nothing about the event."""
    if isinstance(error, exc.DBAPIError):
        return error.connection_invalidated or str(getattr(error.orig, "sqlstate", ""))[:2] in _OUTAGES
    return isinstance(error, OSError | exc.TimeoutError | asyncpg.PostgresConnectionError | asyncpg.InterfaceError)
