"""Events of other services, handled as a service's consumer handles them, without a broker."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.db import Database
from entente_shared.events import Event
from entente_shared.handling import Handlers
from entente_shared.ids import new_id
from entente_shared.outbox import Received, handling

OCCURRED = "2026-01-01T00:00:00Z"


class Deliveries:
    """To one service; the versions of each aggregate count up by themselves."""

    def __init__(self, database: Database, handlers: Handlers) -> None:
        self._database, self._handlers = database, handlers
        self.versions: dict[UUID, int] = {}

    async def deliver(self, event: Event, correlation_id: UUID | None = None, version: int | None = None) -> UUID:
        """Handle it in a transaction of its own; returns its id."""
        async with self._database.transaction(tenant=event.tenant) as session:
            return await self.handle(session, event, correlation_id, version)

    async def handle(
        self, session: AsyncSession, event: Event, correlation_id: UUID | None = None, version: int | None = None
    ) -> UUID:
        """The same in a transaction that the caller ends."""
        latest = self.versions.get(event.aggregate_id, 0)
        self.versions[event.aggregate_id] = max(latest, version or latest + 1)
        event_id = new_id()
        received = Received(
            event_id=event_id, type=event.contract.type, producer=event.contract.producer, partnership_id=event.tenant,
            aggregate=event.contract.aggregate, aggregate_id=event.aggregate_id, version=version or latest + 1,
            audience="shared", correlation_id=correlation_id or event_id, causation_id=None,
            occurred_at=OCCURRED, snapshot_of=None, traceparent=None,
        )  # fmt: skip
        token = handling.set(received)
        try:
            await self._handlers.handle(session, received, event.model_dump_json())
            await session.flush()
        finally:
            handling.reset(token)
        return event_id
