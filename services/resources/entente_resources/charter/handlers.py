"""The parties' weights, and the charter that they signed."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.objectives import CharterSigned, PartnershipChanged
from entente_shared.handling import Handlers
from entente_shared.outbox import Received

from . import commands

handlers = Handlers()


@handlers.on(PartnershipChanged)
async def keep_weights(session: AsyncSession, event: PartnershipChanged, received: Received) -> None:
    await commands.keep_weights(session, event, received.version)


@handlers.on(CharterSigned)
async def keep_charter(session: AsyncSession, event: CharterSigned, received: Received) -> None:
    await commands.keep_charter(session, event, received.version)
