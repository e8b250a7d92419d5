"""Keeps the partnerships' names."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.db import upsert_newer
from entente_shared.events.objectives import PartnershipChanged
from entente_shared.handling import Handlers
from entente_shared.outbox import Received

from .models import Partnership

handlers = Handlers()


@handlers.on(PartnershipChanged)
async def keep_partnership(session: AsyncSession, event: PartnershipChanged, received: Received) -> None:
    key = {"partnership_id": event.partnership_id}
    await upsert_newer(session, Partnership, key, {"name": event.name, "stage": event.stage}, received.version)
