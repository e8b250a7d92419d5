"""Record interviews."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from ..circle import queries as circle
from . import domain
from .models import Interview, InterviewCount


async def record_interview(
    session: AsyncSession,
    partnership_id: UUID,
    person_id: UUID,
    *,
    party_id: UUID,
    held_at: datetime,
    codes: Sequence[domain.Code],
) -> Interview:
    """Raises InvalidInterview."""
    domain.check_held(held_at, await partnership_now(session, partnership_id))
    if party_id not in await circle.parties(session, partnership_id):
        raise domain.InvalidInterview(N_("No party of the partnership has this id."), pointer="/party_id")
    interview = Interview(
        partnership_id=partnership_id,
        id=new_id(),
        party_id=party_id,
        number=await _count(session, partnership_id, party_id),
        person_id=person_id,
        held_at=held_at,
        codes=[asdict(code) for code in codes],
    )
    session.add(interview)
    await session.flush()
    return interview


async def _count(session: AsyncSession, partnership_id: UUID, party_id: UUID) -> int:
    """One more interview of a party; returns which it is."""
    counting = insert(InterviewCount).values(partnership_id=partnership_id, party_id=party_id, recorded=1)
    number = await session.execute(
        counting.on_conflict_do_update(
            index_elements=["partnership_id", "party_id"], set_={"recorded": InterviewCount.recorded + 1}
        ).returning(InterviewCount.recorded)
    )
    return number.scalar_one()


async def change_interview(
    session: AsyncSession, interview: Interview, *, held_at: datetime, codes: Sequence[domain.Code]
) -> None:
    """Change what a locked interview says, before it is told. Raises InterviewTold and InvalidInterview."""
    domain.check_held(held_at, await partnership_now(session, interview.partnership_id))
    key = (interview.partnership_id, interview.party_id)
    count = await session.get_one(InterviewCount, key, with_for_update=True)
    domain.require_untold(interview.number, count.recorded)
    interview.held_at, interview.codes = held_at, [asdict(code) for code in codes]
    await session.flush()
