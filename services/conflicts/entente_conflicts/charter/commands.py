"""Projections of what the parties agreed on. Each applies an event only if it is newer than what is there."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.db import upsert_newer
from entente_shared.events import objectives

from .models import Charter, Objective, Partnership


async def follow_charter(session: AsyncSession, event: objectives.CharterSigned, version: int) -> None:
    values = {
        "charter_version": event.version,
        "ladder": [level.model_dump(mode="json") for level in event.ladder],
    }
    await upsert_newer(session, Charter, {"partnership_id": event.partnership_id}, values, version)


async def follow_parties(session: AsyncSession, event: objectives.PartnershipChanged, version: int) -> None:
    values = {"name": event.name, "parties": [party.model_dump(mode="json") for party in event.parties]}
    await upsert_newer(session, Partnership, {"partnership_id": event.partnership_id}, values, version)


async def follow_objective(session: AsyncSession, event: objectives.TrajectoryChanged, version: int) -> None:
    key = {"partnership_id": event.partnership_id, "id": event.objective_id}
    values = {"kpi_id": event.kpi_id, "title": event.title, "active": event.active}
    await upsert_newer(session, Objective, key, values, version)
