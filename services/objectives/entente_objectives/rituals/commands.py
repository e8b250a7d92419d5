"""Begin and end rituals, and note who was there."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.actors import Actor
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from . import domain, queries
from .domain import Rhythm
from .models import Ritual, RitualAttendance


async def begin(session: AsyncSession, actor: Actor, title: str, purpose: str, rhythm: Rhythm) -> Ritual:
    """Raises InvalidRitual."""
    domain.check(rhythm)
    ritual = Ritual(
        partnership_id=actor.partnership_id,
        id=new_id(),
        title=title,
        purpose=purpose,
        rule=rhythm.rule,
        starts_at=rhythm.starts_at,
        time_zone=rhythm.time_zone,
        party_id=actor.party_id,
        person_id=actor.person_id,
        ended_at=None,
    )
    session.add(ritual)
    await session.flush()
    return ritual


async def end(session: AsyncSession, actor: Actor, ritual: Ritual) -> None:
    """From now on it takes place no more; what was stays. Raises NotYourRitual and RitualEnded."""
    domain.check_keeper(ritual.party_id, actor.party_id)
    domain.require_going_on(ritual.ended_at)
    ritual.ended_at = await partnership_now(session, ritual.partnership_id)
    await session.flush()


async def attend(session: AsyncSession, actor: Actor, ritual: Ritual, occurs_at: datetime) -> RitualAttendance:
    """Note that the actor was there; again changes nothing. Raises NoSuchOccurrence."""
    now = await partnership_now(session, ritual.partnership_id)
    domain.check_attended(ritual.rhythm, occurs_at, ritual.ended_at, now)
    row = {
        "partnership_id": ritual.partnership_id,
        "ritual_id": ritual.id,
        "occurs_at": occurs_at,
        "person_id": actor.person_id,
        "party_id": actor.party_id,
        "noted_at": now,
    }
    await session.execute(insert(RitualAttendance).values(row).on_conflict_do_nothing())
    return await queries.find_attendance(session, ritual, occurs_at, actor.person_id)
