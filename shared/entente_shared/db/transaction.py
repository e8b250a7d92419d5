"""Transactions that begin with who they are for, told to row-level security in the same round trip as BEGIN."""

from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.engine import Connection


class Opening(asyncpg.Connection):  # type: ignore[misc]
    """What is `told` goes out with the next BEGIN, once."""

    told = ""

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        if query.startswith("BEGIN"):
            query, self.told = f"{query} {self.told}", ""
        return str(await super().execute(query, *args, **options))


def open_for(connection: Connection, **ids: UUID | None) -> None:
    """Have the transaction that the next statement begins set `entente.<name>` to each of these, empty where there is none."""
    settings = (
        f"set_config('entente.{name}', '{'' if value is None else UUID(int=value.int)}', true)"
        for name, value in ids.items()
    )
    driver: Any = connection.connection.driver_connection
    driver.told = f"SELECT {', '.join(settings)}"
