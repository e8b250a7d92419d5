"""The rules that hold when a push arrives, looked up once for all pushes that arrived before the look-up began.

Only simultaneous pushes of one caller in one partnership share an answer, so that row-level security sees one caller.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from weakref import WeakKeyDictionary

from entente_shared.auth import Caller
from entente_shared.db import Database

from . import queries
from .domain import Ruleset


@dataclass(frozen=True, slots=True)
class Current:
    """`now` is Postgres time."""

    rules: Ruleset
    now: datetime


@dataclass(slots=True)
class _Turn:
    waiting: list[asyncio.Future[Current]] = field(default_factory=list)
    busy: bool = False


class Lookups:
    """One per process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turns: dict[tuple[UUID, UUID | None, UUID | None], _Turn] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def current(self, caller: Caller, partnership_id: UUID) -> Current:
        """A stranger finds no rules. Raises what the database raises."""
        key = (partnership_id, caller.organisation_id, caller.person_id)
        turn = self._turns.setdefault(key, _Turn())
        answer: asyncio.Future[Current] = asyncio.get_running_loop().create_future()
        turn.waiting.append(answer)
        if not turn.busy:
            turn.busy = True
            task = asyncio.create_task(self._drain(key, turn, caller))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await answer

    async def _drain(self, key: tuple[UUID, UUID | None, UUID | None], turn: _Turn, caller: Caller) -> None:
        while turn.waiting:
            group, turn.waiting = turn.waiting, []
            try:
                found = await self._look_up(caller, key[0])
            except Exception as error:  # noqa: BLE001 - it is the answer to those who wait
                for answer in group:
                    if not answer.done():
                        answer.set_exception(error)
            else:
                for answer in group:
                    if not answer.done():
                        answer.set_result(found)
        turn.busy = False
        self._turns.pop(key, None)

    async def _look_up(self, caller: Caller, partnership_id: UUID) -> Current:
        async with self._database.transaction(caller) as session:
            return Current(*await queries.current(session, partnership_id))


_LOOKUPS: WeakKeyDictionary[Database, Lookups] = WeakKeyDictionary()


def lookups_of(database: Database) -> Lookups:
    """The process's look-ups in a database."""
    if database not in _LOOKUPS:
        _LOOKUPS[database] = Lookups(database)
    return _LOOKUPS[database]
