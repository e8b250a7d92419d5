"""Reads of weights and charter."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.objectives import CharterSigned, Party

from .models import PartyWeights, SignedCharter


@dataclass(frozen=True)
class Agreed:
    """`charter` is None while none is signed."""

    parties: list[Party]
    charter: CharterSigned | None


async def load_agreed(session: AsyncSession, partnership_id: UUID) -> Agreed:
    weights = await session.scalar(select(PartyWeights.parties).where(PartyWeights.partnership_id == partnership_id))
    content = await session.scalar(select(SignedCharter.content).where(SignedCharter.partnership_id == partnership_id))
    return Agreed(
        [Party.model_validate(party) for party in weights or ()],
        None if content is None else CharterSigned.model_validate(content),
    )
