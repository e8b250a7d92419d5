"""A consumer that only remembers, and a producer that only tells."""

from typing import Any
from uuid import UUID

from entente_shared.db import Database
from entente_shared.events.objectives import OrganisationChanged
from entente_shared.handling import Handlers
from entente_shared.ids import new_id
from entente_shared.outbox import Received, publish


def recorder() -> tuple[Handlers, list[tuple[UUID, int, str]]]:
    handlers = Handlers()
    seen: list[tuple[UUID, int, str]] = []

    @handlers.on(OrganisationChanged)
    async def keep(_session: Any, event: OrganisationChanged, received: Received) -> None:
        if not received.snapshot:
            seen.append((event.organisation_id, received.version, event.name))

    return handlers, seen


async def tell(database: Database, *names: str, organisation: UUID | None = None) -> UUID:
    """Publish one event per name, each in a transaction of its own."""
    organisation = organisation or new_id()
    for name in names:
        async with database.transaction() as session:
            publish(session, OrganisationChanged(organisation_id=organisation, name=name))
    return organisation
