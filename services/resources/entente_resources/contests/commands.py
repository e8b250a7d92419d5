"""Follow kpi's contests, and go on with what was held back once the last one of a KPI is closed."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.db import upsert_newer
from entente_shared.events.kpi import ContestChanged, ContestState

from ..allocation.commands import lock
from ..application import commands as application
from . import queries
from .models import Contest


async def follow_contest(session: AsyncSession, event: ContestChanged, version: int) -> None:
    """Under the lock that decisions are taken under, so that none is carried out beside it."""
    await lock(session, event.partnership_id)
    key = {"partnership_id": event.partnership_id, "contest_id": event.contest_id}
    values = {"kpi_id": event.kpi_id, "open": event.state is ContestState.OPEN}
    if not await upsert_newer(session, Contest, key, values, version):
        return
    if not await queries.is_contested(session, event.partnership_id, event.kpi_id):
        await application.go_on(session, event.partnership_id, event.kpi_id, event.resolved_at or event.opened_at)
