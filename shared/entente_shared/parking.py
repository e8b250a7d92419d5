"""Events that failed, and those that wait behind them: retried in order, then left to a person as dead letters."""

from typing import Any
from uuid import UUID

from nats.aio.msg import Msg
from sqlalchemy import Row, and_, delete, exists, false, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from . import delivery
from .errors import Unavailable
from .outbox import Received
from .plumbing import parked_event
from .settings import ServiceSettings
from .telemetry import DEAD, PARKED

_older = parked_event.alias("older")
_is_head = ~exists(
    select(_older.c.event_id).where(
        and_(
            _older.c.producer == parked_event.c.producer,
            _older.c.aggregate == parked_event.c.aggregate,
            _older.c.aggregate_id == parked_event.c.aggregate_id,
            _older.c.sequence < parked_event.c.sequence,
        )
    )
)


class Parking:
    """The parked events of one consumer, which alone parks them. That there are none, as nearly always, is remembered."""

    def __init__(self, service: str, producer: str, settings: ServiceSettings) -> None:
        self._service, self._producer, self._settings = service, producer, settings
        self._none = False

    def forget(self) -> None:
        """Another process may have been the consumer meanwhile."""
        self._none = False

    def _mine(self) -> Any:
        return parked_event.c.producer == self._producer

    async def blocked(self, session: AsyncSession) -> set[tuple[str, UUID]]:
        if self._none:
            return set()
        rows = await session.execute(
            select(parked_event.c.aggregate, parked_event.c.aggregate_id).where(self._mine()).distinct()
        )
        found = {(aggregate, aggregate_id) for aggregate, aggregate_id in rows}
        self._none = not found
        return found

    async def park(self, session: AsyncSession, envelope: Received, message: Msg, error: Exception | None) -> None:
        """Park an event that failed with `error`, or that waits behind one (None)."""
        self._none = False
        await session.execute(
            insert(parked_event).values(
                event_id=envelope.event_id,
                producer=self._producer,
                sequence=delivery.sequence(message),
                type=envelope.type,
                partnership_id=envelope.partnership_id,
                aggregate=envelope.aggregate,
                aggregate_id=envelope.aggregate_id,
                headers=dict(message.headers or {}),
                data=message.data.decode(),
                attempts=1 if error else 0,
                dead=error is not None and self._settings.delivery_attempts <= 1,
                next_attempt_at=func.now() + func.make_interval(0, 0, 0, 0, 0, 0, self._settings.delivery_backoff),
                error=_described(error),
            )
        )

    async def next_due(self, session: AsyncSession) -> Row[Any] | None:
        statement = select(parked_event).where(
            self._mine(), ~parked_event.c.dead, parked_event.c.next_attempt_at <= func.now(), _is_head
        )
        in_turn = statement.order_by(parked_event.c.next_attempt_at, parked_event.c.sequence).limit(1)
        return (await session.execute(in_turn)).first()

    async def seconds_to_next(self, session: AsyncSession) -> float:
        """Seconds until a parked event may be tried again (60 where none waits); counts those parked and dead on the way."""
        row = (
            await session.execute(
                select(
                    func.count().filter(~parked_event.c.dead),
                    func.count().filter(parked_event.c.dead),
                    func.extract(
                        "epoch",
                        func.min(parked_event.c.next_attempt_at).filter(~parked_event.c.dead & _is_head) - func.now(),
                    ),
                ).where(self._mine())
            )
        ).one()
        PARKED.labels(self._service, self._producer).set(row[0])
        DEAD.labels(self._service, self._producer).set(row[1])
        return 60.0 if row[2] is None else max(0.01, float(row[2]))

    async def release(self, session: AsyncSession, event_id: UUID) -> bool:
        """Take an event out to handle it; False where a person dropped it meanwhile."""
        statement = delete(parked_event).where(parked_event.c.event_id == event_id).returning(parked_event.c.event_id)
        return (await session.execute(statement)).first() is not None

    async def postpone(self, session: AsyncSession, event_id: UUID, error: Exception) -> None:
        """Count a failed attempt: later again with doubled delay, or dead after the last one.

        An event that only waits for another (Unavailable) is tried for as long as it takes.
        """
        waits = isinstance(error, Unavailable)
        attempts = parked_event.c.attempts + 1
        delay = func.least(
            30 if waits else 300, self._settings.delivery_backoff * func.power(2, parked_event.c.attempts)
        )
        await session.execute(
            update(parked_event)
            .where(parked_event.c.event_id == event_id)
            .values(
                attempts=attempts,
                dead=false() if waits else attempts >= self._settings.delivery_attempts,
                next_attempt_at=func.now() + func.make_interval(0, 0, 0, 0, 0, 0, delay),
                error=_described(error),
            )
        )


def _described(error: Exception | None) -> str | None:
    """The kind of the error only: its text could hold a tenant's content, which operators must not see."""
    return None if error is None else type(error).__name__
