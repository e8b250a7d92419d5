"""Timers are rows due: a jump of the clock or a downtime changes nothing but the moment at which they are handled.

They are due by the partnership's clock (`wall=True`: by Postgres time). Any number of processes may take them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from .db import Database, set_tenant
from .plumbing import partnership_clock, timer

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Due:
    """A timer whose moment has come."""

    kind: str
    partnership_id: UUID
    subject_id: UUID
    due_at: datetime


TimerHandler = Callable[[AsyncSession, Due], Awaitable[None]]


class Timers:
    """Handlers of due timers by kind. A handler runs once per due row, in the transaction that removes it, and may set it again."""

    def __init__(self, *others: "Timers") -> None:
        self._by_kind: dict[str, TimerHandler] = {}
        for other in others:
            self._by_kind.update(other._by_kind)  # noqa: SLF001 - of its own kind

    def on(self, kind: str) -> Callable[[TimerHandler], TimerHandler]:
        def register(handle: TimerHandler) -> TimerHandler:
            self._by_kind[kind] = handle
            return handle

        return register

    @property
    def kinds(self) -> list[str]:
        return list(self._by_kind)

    async def handle(self, session: AsyncSession, due: Due) -> None:
        await self._by_kind[due.kind](session, due)


async def schedule(
    session: AsyncSession, kind: str, partnership_id: UUID, subject_id: UUID, due_at: datetime, *, wall: bool = False
) -> None:
    """Set the timer `kind` of a subject, or move it."""
    await schedule_many(session, kind, partnership_id, {subject_id: due_at}, wall=wall)


async def schedule_many(
    session: AsyncSession, kind: str, partnership_id: UUID, due_at: Mapping[UUID, datetime], *, wall: bool = False
) -> None:
    """Set or move the timers `kind` of several subjects, in one statement and one order (so that writers cannot deadlock)."""
    rows = [
        {"kind": kind, "partnership_id": partnership_id, "subject_id": subject, "due_at": due_at[subject], "wall": wall}
        for subject in sorted(due_at, key=lambda subject: subject.bytes)
    ]
    if not rows:
        return
    statement = insert(timer).values(rows)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["partnership_id", "kind", "subject_id"],
            set_={"due_at": statement.excluded.due_at, "wall": wall, "attempts": 0, "not_before": func.now()},
        )
    )


async def cancel(session: AsyncSession, kind: str, partnership_id: UUID, subject_id: UUID) -> None:
    await session.execute(delete(timer).where(*_is(kind, partnership_id, subject_id)))


async def partnership_now(session: AsyncSession, partnership_id: UUID) -> datetime:
    """The present on the partnership's clock."""
    now: datetime = (await session.execute(select(func.entente_now(partnership_id)))).scalar_one()
    return now


def _is(kind: str, partnership_id: UUID, subject_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (timer.c.partnership_id == partnership_id, timer.c.kind == kind, timer.c.subject_id == subject_id)


class TimerLoop:
    """Takes due timers one transaction each. `failures` back off per timer, so that one that fails holds up no other."""

    def __init__(self, database: Database, timers: Timers, poll: float) -> None:
        self._database, self._timers, self._poll = database, timers, poll
        self.wakeup = asyncio.Event()

    async def run(self) -> None:
        while True:
            try:
                while await self._take_one():
                    pass
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - the loop outlives an outage of the database; it is logged
                log.warning("timers wait", error=repr(error))
                await asyncio.sleep(1.0)
            self.wakeup.clear()
            try:
                async with asyncio.timeout(self._poll):
                    await self.wakeup.wait()
            except TimeoutError:
                continue

    async def _take_one(self) -> bool:
        due: Due | None = None
        try:
            async with self._database.transaction() as session:
                due = await self._lock_next(session)
                if due is None:
                    return False
                await session.execute(delete(timer).where(*_is(due.kind, due.partnership_id, due.subject_id)))
                await set_tenant(session, due.partnership_id)
                await self._timers.handle(session, due)
        except Exception as error:
            if due is None:
                raise
            log.warning("timer failed", kind=due.kind, subject=str(due.subject_id), error=type(error).__name__)
            await self._postpone(due)
        return True

    async def _lock_next(self, session: AsyncSession) -> Due | None:
        present = case((timer.c.wall, func.now()), else_=func.coalesce(partnership_clock.c.replayed_now, func.now()))
        row = (
            await session.execute(
                select(timer.c.kind, timer.c.partnership_id, timer.c.subject_id, timer.c.due_at)
                .outerjoin(partnership_clock, partnership_clock.c.partnership_id == timer.c.partnership_id)
                .where(
                    timer.c.kind.in_(self._timers.kinds), timer.c.due_at <= present, timer.c.not_before <= func.now()
                )
                .order_by(timer.c.due_at)
                .limit(1)
                .with_for_update(skip_locked=True, of=timer)
            )
        ).first()
        return Due(*row) if row else None

    async def _postpone(self, due: Due) -> None:
        delay = func.make_interval(0, 0, 0, 0, 0, 0, func.least(60, 0.25 * func.power(2, timer.c.attempts)))
        async with self._database.transaction() as session:
            await session.execute(
                update(timer)
                .where(*_is(due.kind, due.partnership_id, due.subject_id))
                .values(attempts=timer.c.attempts + 1, not_before=func.now() + delay)
            )
