"""Say what was had of a benefit, and of others' whether it was."""

from fastapi import Response

from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, set_etag

from ..attestation import queries as verdicts
from ..attestation.dependencies import judgement, require_manager
from ..attestation.schemas import VerdictCreate, VerdictRead
from ..benefits import commands, queries
from ..benefits.dependencies import BenefitAround, LockedBenefit, LockedRealisation, SeenBenefit, SeenRealisation
from ..benefits.schemas import RealisationCreate, RealisationRead

router = Router(tags=["benefits"])
REALISATIONS = "/partnerships/{partnership_id}/benefits/{benefit_id}/realisations"
ONE = REALISATIONS + "/{realisation_id}"


@router.post(REALISATIONS, status_code=201, operation_id="kpi_create_realisation", summary="Say what was had")
async def create_realisation(
    *,
    body: RealisationCreate,
    benefit: LockedBenefit,
    member: CurrentMember,
    session: CurrentSession,
    response: Response,
) -> RealisationRead:
    """Only the party that claimed the benefit may."""
    require_manager(member)
    realisation = await commands.realise_benefit(
        session, benefit, member.party_id, at=body.at, value=body.value.value(), note=body.note or ""
    )
    return await get_realisation(benefit, realisation, response)


@router.get(REALISATIONS, operation_id="kpi_list_realisations", summary="What was had of a benefit")
async def list_realisations(
    benefit: SeenBenefit, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[RealisationRead]:
    found, next_cursor = await queries.list_realisations(session, benefit, cursor, limit)
    return Page(items=[RealisationRead.of(benefit, each) for each in found], next_cursor=next_cursor)


@router.get(ONE, operation_id="kpi_get_realisation", summary="One realisation of a benefit")
async def get_realisation(benefit: SeenBenefit, realisation: SeenRealisation, response: Response) -> RealisationRead:
    set_etag(response, realisation.version)
    return RealisationRead.of(benefit, realisation)


@router.post(
    ONE + "/withdrawal", status_code=201, operation_id="kpi_withdraw_realisation", summary="Withdraw a realisation"
)
async def withdraw_realisation(
    *,
    benefit: BenefitAround,
    realisation: LockedRealisation,
    member: CurrentMember,
    session: CurrentSession,
    response: Response,
) -> RealisationRead:
    require_manager(member)
    await commands.withdraw_realisation(session, benefit, realisation, member.party_id)
    return await get_realisation(benefit, realisation, response)


@router.post(
    ONE + "/verdicts", status_code=201, operation_id="kpi_judge_realisation", summary="Attest or dispute a realisation"
)
async def judge_realisation(
    *,
    body: VerdictCreate,
    benefit: BenefitAround,
    realisation: LockedRealisation,
    member: CurrentMember,
    session: CurrentSession,
    response: Response,
) -> RealisationRead:
    """For another party than the one that claimed the benefit."""
    await commands.judge_realisation(session, benefit, realisation, judgement(member, body))
    return await get_realisation(benefit, realisation, response)


@router.get(
    ONE + "/verdicts", operation_id="kpi_list_realisation_verdicts", summary="What parties said of a realisation"
)
async def list_verdicts(
    realisation: SeenRealisation, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[VerdictRead]:
    found, next_cursor = await verdicts.list_verdicts(
        session, realisation.partnership_id, realisation.id, cursor, limit
    )
    return Page(items=[VerdictRead.model_validate(each) for each in found], next_cursor=next_cursor)
