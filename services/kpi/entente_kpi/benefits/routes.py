"""Claim benefits, and say of others' whether they hold."""

from uuid import UUID

from fastapi import Response

from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, set_etag

from ..attestation import queries as verdicts
from ..attestation.dependencies import judgement, require_manager
from ..attestation.domain import Standing
from ..attestation.schemas import VerdictRead
from . import commands, queries
from .dependencies import LockedBenefit, SeenBenefit
from .domain import Kind
from .schemas import BenefitCreate, BenefitRead, BenefitVerdictCreate

router = Router(tags=["benefits"])
BENEFITS = "/partnerships/{partnership_id}/benefits"
ONE = BENEFITS + "/{benefit_id}"


@router.post(BENEFITS, status_code=201, operation_id="kpi_create_benefit", summary="Claim a benefit")
async def create_benefit(
    body: BenefitCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> BenefitRead:
    require_manager(member)
    return await get_benefit(await commands.claim_benefit(session, member, body.draft()), response)


@router.get(BENEFITS, operation_id="kpi_list_benefits", summary="The register of benefits")
async def list_benefits(
    *,
    member: CurrentMember,
    session: CurrentSession,
    kind: Kind | None = None,
    standing: Standing | None = None,
    beneficiary_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[BenefitRead]:
    found, next_cursor = await queries.list_benefits(
        session,
        member.partnership_id,
        kind=kind,
        standing=standing,
        beneficiary_id=beneficiary_id,
        cursor=cursor,
        limit=limit,
    )
    return Page(items=[BenefitRead.of(each) for each in found], next_cursor=next_cursor)


@router.get(ONE, operation_id="kpi_get_benefit", summary="One benefit")
async def get_benefit(benefit: SeenBenefit, response: Response) -> BenefitRead:
    set_etag(response, benefit.version)
    return BenefitRead.of(benefit)


@router.put(ONE, operation_id="kpi_update_benefit", summary="Change a claim that nobody attested yet")
async def update_benefit(
    *, body: BenefitCreate, benefit: LockedBenefit, member: CurrentMember, session: CurrentSession, response: Response
) -> BenefitRead:
    """Only the party that claimed it may; it is a new revision, of which nobody has said anything yet."""
    require_manager(member)
    await commands.change_benefit(session, benefit, member, body.draft())
    return await get_benefit(benefit, response)


@router.post(
    ONE + "/withdrawal", status_code=201, operation_id="kpi_withdraw_benefit", summary="Withdraw a claimed benefit"
)
async def withdraw_benefit(
    benefit: LockedBenefit, member: CurrentMember, session: CurrentSession, response: Response
) -> BenefitRead:
    require_manager(member)
    await commands.withdraw_benefit(session, benefit, member.party_id)
    return await get_benefit(benefit, response)


@router.post(
    ONE + "/verdicts", status_code=201, operation_id="kpi_judge_benefit", summary="Attest or dispute what is expected"
)
async def judge_benefit(
    *,
    body: BenefitVerdictCreate,
    benefit: LockedBenefit,
    member: CurrentMember,
    session: CurrentSession,
    response: Response,
) -> BenefitRead:
    """For another party than the one that claimed it. One dispute outweighs all attestations."""
    await commands.judge_benefit(session, benefit, judgement(member, body), body.revision)
    return await get_benefit(benefit, response)


@router.get(ONE + "/verdicts", operation_id="kpi_list_benefit_verdicts", summary="What parties said of a benefit")
async def list_verdicts(
    benefit: SeenBenefit, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[VerdictRead]:
    found, next_cursor = await verdicts.list_verdicts(session, benefit.partnership_id, benefit.id, cursor, limit)
    return Page(items=[VerdictRead.model_validate(each) for each in found], next_cursor=next_cursor)
