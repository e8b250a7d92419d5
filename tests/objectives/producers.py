"""The other services' events from their own outboxes, and one who listens to objectives."""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import anyio
from support.stack import Stack, role_url

from entente_shared.db import Database
from entente_shared.events import Event
from entente_shared.handling import Handlers, Texts
from entente_shared.outbox import Received, publish
from entente_shared.runtime import Runtime, Service
from entente_shared.settings import ServiceSettings


@dataclass
class Told:
    """An event that another service received from objectives."""

    received: Received
    data: dict[str, Any]

    @property
    def name(self) -> str:
        return self.received.type.removeprefix("entente.objectives.").removesuffix(".v1")


class Producers:
    """kpi, resources and conflicts as far as objectives can tell: their outboxes and relays, and one who listens."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.told: list[Told] = []
        self.runtimes: dict[str, Runtime] = {}

    def _listener(self) -> Handlers:
        handlers = Handlers()

        async def remember(_session: Any, together: Texts) -> None:
            self.told += [
                Told(received, json.loads(data))
                for received, data in together
                if received.producer == "objectives" and not received.snapshot
            ]

        handlers.every(remember)
        return handlers

    async def start(self) -> None:
        for name in ("kpi", "resources", "conflicts"):
            settings = ServiceSettings(
                database_url=role_url(self.stack.admin_dsn, name),
                nats_url=self.stack.nats_url,
                token_public_key=self.stack.public_key,
                pool_size=3,
            )
            handlers = self._listener() if name == "conflicts" else Handlers()
            self.runtimes[name] = Runtime(Service(name, name, "", handlers=handlers), settings)
            await self.runtimes[name].start()

    async def ready(self) -> bool:
        return all(runtime.relay is not None and runtime.relay.leading for runtime in self.runtimes.values())

    async def stop(self) -> None:
        await asyncio.gather(*(runtime.stop() for runtime in self.runtimes.values()))

    async def tell(self, *events: Event, correlation_id: UUID | None = None) -> None:
        """Have the events' own producer publish them, in one transaction."""
        database: Database = self.runtimes[events[0].contract.producer].database
        async with database.transaction() as session:
            for event in events:
                publish(session, event, correlation_id=correlation_id)

    async def heard(self, partnership_id: UUID, name: str, count: int = 1, seconds: float = 15.0) -> list[Told]:
        """Wait for `count` events of a partnership, and return all of that name."""
        deadline = time.monotonic() + seconds
        while True:
            found = [told for told in self.told if told.received.partnership_id == partnership_id and told.name == name]
            if len(found) >= count:
                return found
            assert time.monotonic() < deadline, f"{len(found)} of {count} {name} came"
            await anyio.sleep(0.02)
