"""Receipts of a decision's outcome over HTTP."""

from fastapi import Request, Response

from entente_objectives.governance import queries
from entente_objectives.governance.routes import ONE
from entente_objectives.governance.schemas import DecisionRead
from entente_shared.events.objectives import Role
from entente_shared.web import CurrentMember, CurrentSession, Router, check_if_match, set_etag

from . import commands

router = Router(tags=["governance"])


@router.post(f"{ONE}/receipts", status_code=201, operation_id="objectives_record_receipt")
async def record_receipt(
    *,
    decision: queries.LockedDecision,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> DecisionRead:
    """Confirm that your party was told of the outcome (sponsors, managers, committee members): its veto window runs from now."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER)
    assert member.caller.person_id is not None, "a system holds no role"
    check_if_match(request, decision.version)
    poll = await queries.load_poll(session, decision)
    await commands.record_receipt(session, poll, member.party_id, member.caller.person_id)
    await session.flush()
    set_etag(response, decision.version)
    return DecisionRead.of(await queries.load_poll(session, decision))
