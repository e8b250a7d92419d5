"""Settlements over HTTP."""

from uuid import UUID

from fastapi import Response

from entente_shared.events.objectives import Role
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, paginate, set_etag

from ..cases.dependencies import MEDIATING, LockedCase, SeenCase, act_as
from . import commands, queries
from .schemas import SettlementCreate, SettlementRead, SignatureCreate

router = Router(tags=["settlements"])
_PATH = "/partnerships/{partnership_id}/cases/{case_id}/settlements"
SIGNING = (Role.SPONSOR, Role.ALLIANCE_MANAGER)


@router.post(_PATH, status_code=201, operation_id="conflicts_propose_settlement", summary="Propose terms")
async def propose_settlement(
    body: SettlementCreate, case: LockedCase, session: CurrentSession, member: CurrentMember, response: Response
) -> SettlementRead:
    """Every party has to sign these terms. Earlier proposals of the case can be signed no more."""
    actor = act_as(member, *MEDIATING)
    settlement = await commands.propose(session, case, [term.draft() for term in body.terms], actor)
    set_etag(response, settlement.version)
    return SettlementRead.model_validate(settlement)


@router.get(_PATH, operation_id="conflicts_list_settlements", summary="List the proposals of a case")
async def list_settlements(
    case: SeenCase, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[SettlementRead]:
    listing = queries.listing(case.partnership_id, case.id)
    found, following = await paginate(session, listing, queries.ORDER, cursor, limit)
    return Page(items=[SettlementRead.model_validate(settlement) for settlement in found], next_cursor=following)


@router.get(_PATH + "/{settlement_id}", operation_id="conflicts_get_settlement", summary="Read a proposal")
async def get_settlement(
    settlement_id: UUID, case: SeenCase, session: CurrentSession, response: Response
) -> SettlementRead:
    settlement = await queries.get(session, case.partnership_id, case.id, settlement_id)
    set_etag(response, settlement.version)
    return SettlementRead.model_validate(settlement)


@router.post(
    _PATH + "/{settlement_id}/signatures",
    status_code=201,
    operation_id="conflicts_sign_settlement",
    summary="Sign for your party",
)
async def sign_settlement(
    *,
    settlement_id: UUID,
    body: SignatureCreate,
    case: LockedCase,
    session: CurrentSession,
    member: CurrentMember,
    response: Response,
) -> SettlementRead:
    """The last party's signature settles the case; its terms are then carried out."""
    settlement = await commands.sign(session, case, settlement_id, body.hash, act_as(member, *SIGNING))
    set_etag(response, settlement.version)
    return SettlementRead.model_validate(settlement)
