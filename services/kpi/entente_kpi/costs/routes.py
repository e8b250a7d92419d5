"""Record costs, and say of others' whether they hold."""

from uuid import UUID

from fastapi import Response

from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, set_etag

from ..attestation import queries as verdicts
from ..attestation.dependencies import judgement, require_manager
from ..attestation.domain import Standing
from ..attestation.schemas import VerdictCreate, VerdictRead
from . import commands, queries
from .dependencies import LockedCost, SeenCost
from .domain import Basis
from .schemas import CostCreate, CostRead

router = Router(tags=["benefits"])
COSTS = "/partnerships/{partnership_id}/costs"
ONE = COSTS + "/{cost_id}"


@router.post(COSTS, status_code=201, operation_id="kpi_create_cost", summary="Record a cost of your party")
async def create_cost(body: CostCreate, member: CurrentMember, session: CurrentSession, response: Response) -> CostRead:
    require_manager(member)
    cost = await commands.record_cost(
        session,
        member,
        title=body.title,
        basis=body.basis,
        amount=body.amount.amount,
        currency=body.amount.currency,
        at=body.at,
        visibility=body.visibility,
    )
    return await get_cost(cost, response)


@router.get(COSTS, operation_id="kpi_list_costs", summary="The register of costs")
async def list_costs(
    *,
    member: CurrentMember,
    session: CurrentSession,
    party_id: UUID | None = None,
    basis: Basis | None = None,
    standing: Standing | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[CostRead]:
    found, next_cursor = await queries.list_costs(
        session, member.partnership_id, party_id=party_id, basis=basis, standing=standing, cursor=cursor, limit=limit
    )
    return Page(items=[CostRead.of(each) for each in found], next_cursor=next_cursor)


@router.get(ONE, operation_id="kpi_get_cost", summary="One cost")
async def get_cost(cost: SeenCost, response: Response) -> CostRead:
    set_etag(response, cost.version)
    return CostRead.of(cost)


@router.post(ONE + "/publication", status_code=201, operation_id="kpi_share_cost", summary="Share a cost with all")
async def share_cost(cost: LockedCost, member: CurrentMember, session: CurrentSession, response: Response) -> CostRead:
    require_manager(member)
    await commands.share_cost(session, cost, member.party_id)
    return await get_cost(cost, response)


@router.post(ONE + "/withdrawal", status_code=201, operation_id="kpi_withdraw_cost", summary="Withdraw a cost")
async def withdraw_cost(
    cost: LockedCost, member: CurrentMember, session: CurrentSession, response: Response
) -> CostRead:
    require_manager(member)
    await commands.withdraw_cost(session, cost, member.party_id)
    return await get_cost(cost, response)


@router.post(ONE + "/verdicts", status_code=201, operation_id="kpi_judge_cost", summary="Attest or dispute a cost")
async def judge_cost(
    *, body: VerdictCreate, cost: LockedCost, member: CurrentMember, session: CurrentSession, response: Response
) -> CostRead:
    """For another party than the one that bears it."""
    await commands.judge_cost(session, cost, judgement(member, body))
    return await get_cost(cost, response)


@router.get(ONE + "/verdicts", operation_id="kpi_list_cost_verdicts", summary="What parties said of a cost")
async def list_verdicts(
    cost: SeenCost, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[VerdictRead]:
    found, next_cursor = await verdicts.list_verdicts(session, cost.partnership_id, cost.id, cursor, limit)
    return Page(items=[VerdictRead.model_validate(each) for each in found], next_cursor=next_cursor)
