"""Reads of ideas."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.actors import SPEAKERS
from entente_objectives.partnerships.models import Member, Party
from entente_shared.errors import N_
from entente_shared.web import CurrentMember, CurrentSession, check_if_match, paginate

from . import domain
from .domain import IdeaState, Needed
from .models import Idea, IdeaSupport


@dataclass(frozen=True)
class Shown:
    """An idea with the support that it needs."""

    row: Idea
    needed: Needed

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


async def needed(session: AsyncSession, partnership_id: UUID) -> Needed:
    people = select(func.count(Member.person_id.distinct())).where(
        Member.partnership_id == partnership_id, Member.active, Member.role.in_([role.value for role in SPEAKERS])
    )
    parties = select(func.count()).select_from(Party).where(Party.partnership_id == partnership_id)
    return domain.needed(await session.scalar(people) or 0, await session.scalar(parties) or 0)


async def shown(session: AsyncSession, partnership_id: UUID, ideas: Sequence[Idea]) -> list[Shown]:
    threshold = await needed(session, partnership_id)
    return [Shown(idea, threshold) for idea in ideas]


async def list_ideas(
    session: AsyncSession, partnership_id: UUID, state: IdeaState | None, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(Idea).where(Idea.partnership_id == partnership_id)
    if state is not None:
        statement = statement.where(Idea.state == state)
    rows, next_cursor = await paginate(session, statement, Idea.id, cursor, limit)
    return await shown(session, partnership_id, rows), next_cursor


async def get_idea(session: AsyncSession, partnership_id: UUID, idea_id: UUID, *, lock: bool = False) -> Idea:
    found = await session.get(Idea, (partnership_id, idea_id), with_for_update=lock or None)
    if found is None:
        raise domain.IdeaNotFound(N_("There is no such idea; GET .../ideas lists them."))
    return found


async def list_supports(
    session: AsyncSession, idea: Idea, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(IdeaSupport).where(
        IdeaSupport.partnership_id == idea.partnership_id, IdeaSupport.idea_id == idea.id
    )
    return await paginate(session, statement, IdeaSupport.person_id, cursor, limit)


async def count_support(session: AsyncSession, idea: Idea) -> tuple[int, int]:
    """How many people support it, and of how many parties."""
    of_idea = (IdeaSupport.partnership_id == idea.partnership_id, IdeaSupport.idea_id == idea.id)
    counts = select(func.count(), func.count(IdeaSupport.party_id.distinct())).where(*of_idea)
    people, parties = (await session.execute(counts)).one()
    return people, parties


async def _seen(idea_id: UUID, member: CurrentMember, session: CurrentSession) -> Idea:
    return await get_idea(session, member.partnership_id, idea_id)


async def _locked(idea_id: UUID, member: CurrentMember, session: CurrentSession, request: Request) -> Idea:
    found = await get_idea(session, member.partnership_id, idea_id, lock=True)
    check_if_match(request, found.version)
    return found


SeenIdea = Annotated[Idea, Depends(_seen)]
LockedIdea = Annotated[Idea, Depends(_locked)]
