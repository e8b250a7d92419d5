"""Proposals over HTTP."""

from fastapi import Response

from entente_objectives.mandates.domain import Money
from entente_shared.events.objectives import Role
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, set_etag

from . import commands, queries
from .schemas import ProposalCreate, ProposalRead

router = Router(tags=["governance"])
PROPOSALS = "/partnerships/{partnership_id}/proposals"


@router.post(PROPOSALS, status_code=201, operation_id="objectives_create_proposal")
async def create_proposal(
    body: ProposalCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> ProposalRead:
    """Propose something to decide on (members who do not only observe). `Location` is the decision on it."""
    member.require(*(role for role in Role if role is not Role.OBSERVER))
    assert member.caller.person_id is not None, "a system holds no role"
    made = await commands.propose(
        session,
        member.partnership_id,
        member.party_id,
        member.caller.person_id,
        title=body.title,
        text=body.text,
        amount=Money(body.amount.amount, body.amount.currency) if body.amount else None,
        concerns_party_id=body.concerns_party_id,
    )
    response.headers["Location"] = f"/v1/partnerships/{member.partnership_id}/decisions/{made.decision_id}"
    return await get_proposal(made, session, response)


@router.get(PROPOSALS, operation_id="objectives_list_proposals")
async def list_proposals(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[ProposalRead]:
    """What was proposed, and what became of it."""
    items, next_cursor = await queries.list_proposals(session, member.partnership_id, cursor, limit)
    return Page(items=items, next_cursor=next_cursor)


@router.get(f"{PROPOSALS}/{{proposal_id}}", operation_id="objectives_get_proposal")
async def get_proposal(proposal: queries.LoadedProposal, session: CurrentSession, response: Response) -> ProposalRead:
    """One proposal."""
    decision = await queries.decision_on(session, proposal)
    set_etag(response, decision.version)
    return queries.read(proposal, decision)
