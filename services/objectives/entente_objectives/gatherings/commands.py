"""Plan gatherings, take part in them, and say what came of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.actors import Actor
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from . import domain, queries
from .domain import GatheringState
from .models import Gathering, GatheringParticipant


@dataclass(frozen=True, slots=True)
class Draft:
    title: str
    purpose: str
    place: str | None
    starts_at: datetime
    ends_at: datetime


async def plan(session: AsyncSession, actor: Actor, draft: Draft) -> Gathering:
    """Raises InvalidGathering."""
    domain.check_times(draft.starts_at, draft.ends_at)
    gathering = Gathering(
        partnership_id=actor.partnership_id,
        id=new_id(),
        title=draft.title,
        purpose=draft.purpose,
        place=draft.place,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        party_id=actor.party_id,
        person_id=actor.person_id,
        state=GatheringState.PLANNED,
        outcome=None,
    )
    session.add(gathering)
    await session.flush()
    return gathering


async def join(session: AsyncSession, actor: Actor, gathering: Gathering) -> GatheringParticipant:
    """Again changes nothing. Raises GatheringSettled."""
    domain.require_planned(gathering.state)
    row = {
        "partnership_id": gathering.partnership_id,
        "gathering_id": gathering.id,
        "person_id": actor.person_id,
        "party_id": actor.party_id,
        "joined_at": await partnership_now(session, gathering.partnership_id),
    }
    await session.execute(insert(GatheringParticipant).values(row).on_conflict_do_nothing())
    return await queries.find_participant(session, gathering, actor.person_id)


async def leave(session: AsyncSession, actor: Actor, gathering: Gathering) -> None:
    """Raises GatheringSettled: who was there when it was held stays on record."""
    domain.require_planned(gathering.state)
    await session.execute(
        delete(GatheringParticipant).where(
            GatheringParticipant.partnership_id == gathering.partnership_id,
            GatheringParticipant.gathering_id == gathering.id,
            GatheringParticipant.person_id == actor.person_id,
        )
    )


async def conclude(session: AsyncSession, actor: Actor, gathering: Gathering, outcome: str) -> None:
    """Say what came of it. Raises GatheringSettled and NotYourGathering."""
    domain.check_organiser(gathering.party_id, actor.party_id)
    domain.require_planned(gathering.state)
    domain.check_held(gathering.starts_at, await partnership_now(session, gathering.partnership_id))
    gathering.state, gathering.outcome = GatheringState.HELD, outcome
    await session.flush()


async def cancel(session: AsyncSession, actor: Actor, gathering: Gathering, reason: str) -> None:
    """Raises GatheringSettled and NotYourGathering."""
    domain.check_organiser(gathering.party_id, actor.party_id)
    domain.require_planned(gathering.state)
    gathering.state, gathering.outcome = GatheringState.CANCELLED, reason
    await session.flush()
