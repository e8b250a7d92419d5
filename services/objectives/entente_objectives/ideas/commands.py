"""Propose, support and decide on ideas. Each holds the idea's row, so that its state is that of all support together."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.actors import Actor
from entente_objectives.objectives.models import Objective
from entente_objectives.tree.models import Goal
from entente_shared.errors import N_, Unprocessable
from entente_shared.events import objectives as events
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from . import domain, queries
from .domain import Became, IdeaState
from .models import Idea, IdeaSupport


async def propose(session: AsyncSession, actor: Actor, title: str, text: str) -> Idea:
    idea = Idea(
        partnership_id=actor.partnership_id,
        id=new_id(),
        title=title,
        text=text,
        party_id=actor.party_id,
        person_id=actor.person_id,
        state=IdeaState.OPEN,
        supporters=0,
        supporting_parties=0,
        became_kind=None,
        became_id=None,
        reason=None,
        proposed_at=await partnership_now(session, actor.partnership_id),
        supported_at=None,
        resolved_at=None,
        resolved_by=None,
    )
    session.add(idea)
    await session.flush()
    _tell(session, idea)
    return idea


async def support(session: AsyncSession, actor: Actor, idea: Idea) -> None:
    """Supporting again changes nothing. Raises IdeaSettled and NotYourIdea."""
    domain.require_undecided(idea.state)
    domain.check_supporter(idea.person_id, actor.person_id)
    row = {
        "partnership_id": idea.partnership_id,
        "idea_id": idea.id,
        "person_id": actor.person_id,
        "party_id": actor.party_id,
        "supported_at": await partnership_now(session, idea.partnership_id),
    }
    await session.execute(insert(IdeaSupport).values(row).on_conflict_do_nothing())
    await _count(session, idea)


async def take_back(session: AsyncSession, actor: Actor, idea: Idea) -> None:
    """What falls below the threshold is open again. Raises IdeaSettled."""
    domain.require_undecided(idea.state)
    await session.execute(
        delete(IdeaSupport).where(
            IdeaSupport.partnership_id == idea.partnership_id,
            IdeaSupport.idea_id == idea.id,
            IdeaSupport.person_id == actor.person_id,
        )
    )
    await _count(session, idea)


async def _count(session: AsyncSession, idea: Idea) -> None:
    before = (idea.supporters, idea.supporting_parties)
    idea.supporters, idea.supporting_parties = await queries.count_support(session, idea)
    if (idea.supporters, idea.supporting_parties) == before:
        return
    threshold = await queries.needed(session, idea.partnership_id)
    idea.state = domain.state(idea.supporters, idea.supporting_parties, threshold)
    if idea.state is not IdeaState.SUPPORTED:
        idea.supported_at = None
    elif idea.supported_at is None:
        idea.supported_at = await partnership_now(session, idea.partnership_id)
    await session.flush()
    _tell(session, idea)


_RECORDS: dict[Became, type[Objective] | type[Goal]] = {Became.OBJECTIVE: Objective, Became.GOAL: Goal}


async def adopt(session: AsyncSession, actor: Actor, idea: Idea, kind: Became, became_id: UUID) -> None:
    """Link the objective or goal that it became. Raises IdeaSettled, and Unprocessable where there is none."""
    domain.check_adoption(idea.state)
    if await session.get(_RECORDS[kind], (idea.partnership_id, became_id)) is None:
        raise Unprocessable(
            N_("id: no such objective or goal; GET .../objectives and GET .../goals list them."), pointer="/id"
        )
    idea.became_kind, idea.became_id = kind, became_id
    await _resolve(session, actor, idea, IdeaState.ADOPTED, None)


async def decline(session: AsyncSession, actor: Actor, idea: Idea, reason: str) -> None:
    """Raises IdeaSettled."""
    domain.require_undecided(idea.state)
    await _resolve(session, actor, idea, IdeaState.DECLINED, reason)


async def withdraw(session: AsyncSession, actor: Actor, idea: Idea) -> None:
    """Raises IdeaSettled and NotYourIdea."""
    domain.require_undecided(idea.state)
    domain.check_withdrawal(idea.person_id, actor.person_id)
    await _resolve(session, actor, idea, IdeaState.WITHDRAWN, None)


async def _resolve(session: AsyncSession, actor: Actor, idea: Idea, state: IdeaState, reason: str | None) -> None:
    idea.state, idea.reason, idea.resolved_by = state, reason, actor.person_id
    idea.resolved_at = await partnership_now(session, idea.partnership_id)
    await session.flush()
    _tell(session, idea)


def _tell(session: AsyncSession, idea: Idea) -> None:
    became = idea.became_kind and idea.became_id
    event = events.IdeaChanged(
        partnership_id=idea.partnership_id,
        idea_id=idea.id,
        title=idea.title,
        text=idea.text,
        party_id=idea.party_id,
        person_id=idea.person_id,
        state=idea.state,
        supporters=idea.supporters,
        supporting_parties=idea.supporting_parties,
        became=events.RecordReference(kind=str(idea.became_kind), id=became) if became else None,
        reason=idea.reason,
    )
    publish(session, event)
