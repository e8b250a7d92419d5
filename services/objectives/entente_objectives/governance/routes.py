"""Decisions, votes and vetoes over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from entente_objectives.bodies import page_of
from entente_shared.errors import N_, Forbidden
from entente_shared.events.objectives import Role
from entente_shared.web import (
    CurrentMember,
    CurrentSession,
    Cursor,
    Limit,
    Page,
    Router,
    check_if_match,
    set_etag,
)

from . import commands, outcome, queries
from .domain import Status
from .schemas import DecisionRead, VetoCreate, VoteCreate, VoteRead

router = Router(tags=["governance"])
DECISIONS = "/partnerships/{partnership_id}/decisions"
ONE = f"{DECISIONS}/{{decision_id}}"


@router.get(DECISIONS, operation_id="objectives_list_decisions")
async def list_decisions(
    *,
    member: CurrentMember,
    session: CurrentSession,
    status: Annotated[Status | None, Query()] = None,
    subject_id: Annotated[UUID | None, Query(description="what it is about, e.g. an adjustment's id")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[DecisionRead]:
    """Decisions, with their electorate and the votes that stand."""
    found = await queries.list_decisions(
        session, member.partnership_id, status=status, subject_id=subject_id, cursor=cursor, limit=limit
    )
    return Page(items=[DecisionRead.of(poll) for poll in found[0]], next_cursor=found[1])


@router.get(ONE, operation_id="objectives_get_decision")
async def get_decision(decision: queries.LoadedDecision, session: CurrentSession, response: Response) -> DecisionRead:
    """One decision."""
    await session.flush()
    set_etag(response, decision.version)
    return DecisionRead.of(await queries.load_poll(session, decision))


@router.get(f"{ONE}/votes", operation_id="objectives_list_votes")
async def list_votes(
    decision: queries.LoadedDecision, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[VoteRead]:
    """Every vote that was cast, those that were replaced too."""
    return page_of(VoteRead, await queries.list_votes(session, decision, cursor, limit))


@router.post(f"{ONE}/votes", status_code=201, operation_id="objectives_cast_vote")
async def cast_vote(
    *,
    body: VoteCreate,
    decision: queries.LockedDecision,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> DecisionRead:
    """Vote (electors). Another vote before the decision closes replaces yours, and both are kept."""
    check_if_match(request, decision.version)
    await commands.cast_vote(session, decision, member.caller.person_id, body.choice, body.reason)
    return await get_decision(decision, session, response)


@router.post(f"{ONE}/vetoes", status_code=201, operation_id="objectives_veto_decision")
async def veto_decision(
    *,
    body: VetoCreate,
    decision: queries.LockedDecision,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> DecisionRead:
    """Veto on one of the mandate's grounds within its window (sponsors and electors)."""
    check_if_match(request, decision.version)
    person_id = member.caller.person_id
    elector = (await queries.load_poll(session, decision)).elector(person_id)
    if person_id is None or (elector is None and Role.SPONSOR not in member.roles):
        raise Forbidden(N_("Only a party's sponsor or an elector of this decision may veto it."))
    await outcome.veto(session, decision, member.party_id, person_id, ground=body.ground, reason=body.reason)
    return await get_decision(decision, session, response)
