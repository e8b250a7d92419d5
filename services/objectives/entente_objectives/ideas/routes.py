"""Ideas over HTTP."""

from fastapi import Response

from entente_objectives import actors
from entente_objectives.bodies import page_of
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, set_etag

from . import commands, queries
from .domain import IdeaState
from .queries import LockedIdea, SeenIdea
from .schemas import IdeaAdopt, IdeaCreate, IdeaRead, IdeaReason, SupportRead

router = Router(tags=["ideas"])
IDEAS = "/partnerships/{partnership_id}/ideas"
ONE = f"{IDEAS}/{{idea_id}}"


@router.post(IDEAS, status_code=201, operation_id="objectives_propose_idea")
async def propose_idea(
    body: IdeaCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> IdeaRead:
    """Propose an idea to all parties."""
    proposed = await commands.propose(session, actors.speaker(member), body.title, body.text)
    return await get_idea(proposed, session, response)


@router.get(IDEAS, operation_id="objectives_list_ideas")
async def list_ideas(
    *,
    member: CurrentMember,
    session: CurrentSession,
    state: IdeaState | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[IdeaRead]:
    """The ideas of all parties, and what has become of them."""
    return page_of(IdeaRead, await queries.list_ideas(session, member.partnership_id, state, cursor, limit))


@router.get(ONE, operation_id="objectives_get_idea")
async def get_idea(idea: SeenIdea, session: CurrentSession, response: Response) -> IdeaRead:
    """One idea, with the support that it has and needs."""
    set_etag(response, idea.version)
    return IdeaRead.model_validate((await queries.shown(session, idea.partnership_id, [idea]))[0])


@router.get(f"{ONE}/supports", operation_id="objectives_list_idea_supports")
async def list_supports(
    idea: SeenIdea, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[SupportRead]:
    """Who supports an idea."""
    return page_of(SupportRead, await queries.list_supports(session, idea, cursor, limit))


@router.put(f"{ONE}/support", operation_id="objectives_support_idea")
async def support_idea(
    idea: LockedIdea, member: CurrentMember, session: CurrentSession, response: Response
) -> IdeaRead:
    """Support another's idea; once for each person."""
    await commands.support(session, actors.speaker(member), idea)
    return await get_idea(idea, session, response)


@router.delete(f"{ONE}/support", status_code=204, operation_id="objectives_take_back_idea_support")
async def take_back_support(idea: LockedIdea, member: CurrentMember, session: CurrentSession) -> None:
    """Take your support back, as long as nobody has decided on the idea."""
    await commands.take_back(session, actors.speaker(member), idea)


@router.post(f"{ONE}/adoptions", status_code=201, operation_id="objectives_adopt_idea")
async def adopt_idea(
    *, body: IdeaAdopt, idea: LockedIdea, member: CurrentMember, session: CurrentSession, response: Response
) -> IdeaRead:
    """Say which objective or goal a supported idea became (sponsors and alliance managers)."""
    await commands.adopt(session, actors.manager(member), idea, body.kind, body.id)
    return await get_idea(idea, session, response)


@router.post(f"{ONE}/refusals", status_code=201, operation_id="objectives_decline_idea")
async def decline_idea(
    *, body: IdeaReason, idea: LockedIdea, member: CurrentMember, session: CurrentSession, response: Response
) -> IdeaRead:
    """Decline an idea and say why (sponsors and alliance managers)."""
    await commands.decline(session, actors.manager(member), idea, body.reason)
    return await get_idea(idea, session, response)


@router.post(f"{ONE}/withdrawals", status_code=201, operation_id="objectives_withdraw_idea")
async def withdraw_idea(
    idea: LockedIdea, member: CurrentMember, session: CurrentSession, response: Response
) -> IdeaRead:
    """Withdraw your own idea; it stays readable."""
    await commands.withdraw(session, actors.person(member), idea)
    return await get_idea(idea, session, response)
