"""Concurrent requests commit together: what arrives while a transaction is under way goes into the next one, and that one
waits a moment for those that were under way at once before, as long as they keep coming. Whoever is alone never waits.

A sample is acknowledged only after its commit. Requests share a transaction only with others of the same caller in the same
partnership, so that row-level security sees one caller, and small ones only with small ones: what tells of a crossing is not
to wait for somebody's backlog.
"""

import asyncio
from dataclasses import replace
from uuid import UUID
from weakref import WeakKeyDictionary

from fastapi import Request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.auth import Caller
from entente_shared.db import Database
from entente_shared.errors import Problem
from entente_shared.events.objectives import Role
from entente_shared.web import Member, load_member

from . import commands
from .admission import Admission
from .columns import Columns
from .gathering import Answer, Queue, Waiting
from .quota import Quota
from .standings import Memory

_FEW = 100  # samples of a request that does not wait behind larger ones
_ATTEMPTS = 3
_PATIENCE, _PATIENCE_FOR_FEW = 0.016, 0.004  # seconds
_REST = 1.0  # seconds without an arrival after which a queue is given up
_LOST_A_RACE = frozenset({"40001", "40P01"})

_Key = tuple[UUID, UUID | None, UUID | None, bool]


def require_pusher(member: Member) -> None:
    member.require(Role.CONTRIBUTOR, Role.ALLIANCE_MANAGER, Role.SPONSOR, scope="samples:write")


class Engine:
    """One per process."""

    def __init__(self, database: Database, admission: Admission) -> None:
        self.admission, self._database, self._memory = admission, database, Memory()
        self._queues: dict[_Key, Queue] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def record(self, caller: Caller, partnership_id: UUID, columns: Columns) -> Answer:
        """Store and evaluate; returns after the commit. Raises what the transaction raises."""
        self.admission.count(caller, len(columns))
        key = (partnership_id, caller.organisation_id, caller.person_id, len(columns) > _FEW)
        entry = Waiting(caller, columns, asyncio.get_running_loop().create_future())
        if key not in self._queues:
            self._queues[key] = Queue(caller, _PATIENCE if key[-1] else _PATIENCE_FOR_FEW)
            task = asyncio.create_task(self._drain(key, self._queues[key]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._queues[key].add(entry)
        return await entry.answer

    async def _drain(self, key: _Key, queue: Queue) -> None:
        """Commit what arrives, group after group. A client that left does not stop what it has sent."""
        while queue.waiting or queue.expected > 1 or await queue.has(1, _REST):
            try:
                await self._commit(key[0], queue)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is those requests' answer
                await self._one_by_one(key[0], queue.taken or queue.take(), error)
            queue.expected = len(queue.taken) + len(queue.waiting)
        del self._queues[key]

    async def _commit(self, partnership_id: UUID, queue: Queue) -> None:
        """Gather the next group while its transaction begins, and commit it. All in a queue act for the same member."""
        queue.taken = []
        async with self._database.transaction(queue.caller) as session:
            member = await load_member(session, queue.caller, partnership_id)
            await queue.gather()
            if not queue.taken:
                return
            recorded = await self._record(session, member, queue.taken)
        for entry, each in zip(queue.taken, recorded.settled, strict=True):
            if not entry.answer.done():
                entry.answer.set_result(Answer(each, session.info.get("last_event")))
        await asyncio.sleep(0)  # they are answered before anything else is done
        self._memory.keep(partnership_id, recorded.held)

    async def _record(self, session: AsyncSession, member: Member, group: list[Waiting]) -> commands.Recorded:
        """`member` is the place of all of them; what each key may do is its own."""
        for caller in {entry.caller.principal: entry.caller for entry in group}.values():
            require_pusher(replace(member, caller=caller))
        columns, principals = [entry.columns for entry in group], [entry.caller.principal for entry in group]
        return await commands.record(session, member.partnership_id, columns, principals, memory=self._memory)

    async def _one_by_one(self, partnership_id: UUID, group: list[Waiting], error: Exception) -> None:
        """What one request breaks must not be the answer to the others, nor what was read of the member before they came.
        What only lost a race is simply done again.
        """
        broken_by_one = isinstance(error, Problem) or (len(group) > 1 and isinstance(error, DBAPIError))
        for entry in group:
            if broken_by_one or _lost_a_race(error):
                await self._commit_alone(partnership_id, entry)
            else:
                _refuse(entry, error)

    async def _commit_alone(self, partnership_id: UUID, entry: Waiting) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                await self._commit(partnership_id, Queue(entry.caller, 0.0, [entry]))
                break
            except Exception as error:  # noqa: BLE001
                if attempt == _ATTEMPTS or not _lost_a_race(error):
                    _refuse(entry, error)
                    break


def _lost_a_race(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _LOST_A_RACE


def _refuse(entry: Waiting, error: Exception) -> None:
    if not entry.answer.done():
        entry.answer.set_exception(error)


_ENGINES: WeakKeyDictionary[Database, Engine] = WeakKeyDictionary()


def engine_of(request: Request) -> Engine:
    """The process's engine on the service's database."""
    runtime = request.app.state.runtime
    if runtime.database not in _ENGINES:
        _ENGINES[runtime.database] = Engine(runtime.database, Admission(Quota(runtime.settings.samples_per_second)))
    return _ENGINES[runtime.database]
