"""Keep the projection of weights and charter; an older version never overwrites a newer one."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.db import upsert_newer
from entente_shared.events.objectives import CharterSigned, PartnershipChanged

from .models import PartyWeights, SignedCharter


async def keep_weights(session: AsyncSession, event: PartnershipChanged, version: int) -> None:
    parties = [party.model_dump(mode="json") for party in event.parties]
    await upsert_newer(session, PartyWeights, {"partnership_id": event.partnership_id}, {"parties": parties}, version)


async def keep_charter(session: AsyncSession, event: CharterSigned, version: int) -> None:
    content = event.model_dump(mode="json")
    await upsert_newer(session, SignedCharter, {"partnership_id": event.partnership_id}, {"content": content}, version)
