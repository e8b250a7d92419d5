"""Reads of interviews: one's own, and what all together say."""

from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, NotFound
from entente_shared.web import paginate

from ..circle import confidence
from . import domain
from .models import Interview, InterviewCount

CODES = TypeAdapter(list[domain.Code])


class InterviewNotFound(NotFound):
    slug = "interview-not-found"
    title = N_("There is no such interview")


async def get(
    session: AsyncSession, partnership_id: UUID, person_id: UUID | None, interview_id: UUID, *, lock: bool = False
) -> Interview:
    """An interview that this person held."""
    found = await session.get(Interview, (partnership_id, interview_id), with_for_update=lock or None)
    if found is None or found.person_id != person_id:
        raise InterviewNotFound(N_("No interview that you held has this id; GET .../interviews lists them."))
    return found


async def list_interviews(
    session: AsyncSession, partnership_id: UUID, person_id: UUID | None, cursor: UUID | None, limit: int
) -> tuple[list[Interview], str | None]:
    """One page of the interviews that a person held, by rising id, and the next cursor."""
    statement = select(Interview).where(Interview.partnership_id == partnership_id, Interview.person_id == person_id)
    return await paginate(session, statement, Interview.id, cursor, limit)


async def themes(session: AsyncSession, partnership_id: UUID) -> list[domain.Theme]:
    """By theme, of the interviews that are in a full group."""
    statement = (
        select(Interview.party_id, Interview.codes, Interview.number, InterviewCount.recorded)
        .join(
            InterviewCount,
            (InterviewCount.partnership_id == Interview.partnership_id)
            & (InterviewCount.party_id == Interview.party_id),
        )
        .where(Interview.partnership_id == partnership_id)
    )
    async with confidence.opened(session, partnership_id):
        rows = (await session.execute(statement)).all()
    return domain.themes(
        [
            domain.Interview(party, CODES.validate_python(codes))
            for party, codes, number, recorded in rows
            if domain.told(number, recorded)
        ]
    )
