"""Secondments over HTTP."""

from uuid import UUID

from fastapi import Response

from entente_objectives import actors
from entente_objectives.bodies import page_of
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, set_etag

from . import commands, queries
from .domain import Days, SecondmentState
from .queries import LockedSecondment, SeenSecondment
from .schemas import SecondmentCreate, SecondmentRead, SecondmentReason

router = Router(tags=["secondments"])
SECONDMENTS = "/partnerships/{partnership_id}/secondments"
ONE = f"{SECONDMENTS}/{{secondment_id}}"


@router.post(SECONDMENTS, status_code=201, operation_id="objectives_propose_secondment")
async def propose_secondment(
    body: SecondmentCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> SecondmentRead:
    """Propose that a person works in another party (managers of either, who agree by that for their own)."""
    actor = actors.manager(member)
    days = Days(body.from_on, body.to_on)
    proposed = await commands.propose(
        session, actor, body.seconded_person_id, body.from_party_id, body.to_party_id, days, body.purpose
    )
    return await get_secondment(proposed, session, response)


@router.get(SECONDMENTS, operation_id="objectives_list_secondments")
async def list_secondments(
    *,
    member: CurrentMember,
    session: CurrentSession,
    seconded_person_id: UUID | None = None,
    state: SecondmentState | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[SecondmentRead]:
    """Who works, worked or shall work in another party."""
    found = await queries.list_secondments(
        session, member.partnership_id, person_id=seconded_person_id, state=state, cursor=cursor, limit=limit
    )
    return page_of(SecondmentRead, found)


@router.get(ONE, operation_id="objectives_get_secondment")
async def get_secondment(secondment: SeenSecondment, session: CurrentSession, response: Response) -> SecondmentRead:
    """One secondment."""
    set_etag(response, secondment.version)
    return SecondmentRead.model_validate((await queries.shown(session, secondment.partnership_id, [secondment]))[0])


@router.post(f"{ONE}/agreements", status_code=201, operation_id="objectives_agree_to_secondment")
async def agree_to_secondment(
    secondment: LockedSecondment, member: CurrentMember, session: CurrentSession, response: Response
) -> SecondmentRead:
    """Agree for your party (its managers); it holds once both have."""
    await commands.agree(session, actors.manager(member), secondment)
    return await get_secondment(secondment, session, response)


@router.post(f"{ONE}/refusals", status_code=201, operation_id="objectives_decline_secondment")
async def decline_secondment(
    *,
    body: SecondmentReason,
    secondment: LockedSecondment,
    member: CurrentMember,
    session: CurrentSession,
    response: Response,
) -> SecondmentRead:
    """Decline what was proposed, or take it back, and say why (managers of either party)."""
    await commands.decline(session, actors.manager(member), secondment, body.reason)
    return await get_secondment(secondment, session, response)


@router.post(f"{ONE}/endings", status_code=201, operation_id="objectives_end_secondment")
async def end_secondment(
    *,
    body: SecondmentReason,
    secondment: LockedSecondment,
    member: CurrentMember,
    session: CurrentSession,
    response: Response,
) -> SecondmentRead:
    """End it today, before its last day, and say why (managers of either party)."""
    await commands.end(session, actors.manager(member), secondment, body.reason)
    return await get_secondment(secondment, session, response)
