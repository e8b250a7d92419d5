"""Risks over HTTP."""

from typing import Annotated

from fastapi import Query, Request, Response

from entente_objectives.acting import person_of
from entente_objectives.bodies import page_of
from entente_objectives.commitments.commands import By
from entente_shared.events.objectives import Role
from entente_shared.web import (
    CurrentMember,
    CurrentSession,
    Cursor,
    Limit,
    Member,
    Page,
    Router,
    check_if_match,
    set_etag,
)

from . import commands, queries
from .domain import RiskStatus
from .queries import LoadedRisk, LockedRisk
from .schemas import (
    LookBody,
    RiskCellRead,
    RiskCreate,
    RiskMatrixRead,
    RiskOccurrenceCreate,
    RiskOccurrenceRead,
    RiskRead,
    RiskReviewCreate,
    RiskReviewRead,
)

router = Router(tags=["risks"])
ROOT = "/partnerships/{partnership_id}"
RISKS = f"{ROOT}/risks"
ONE = f"{RISKS}/{{risk_id}}"


def _by(member: Member) -> By:
    """Anybody but an observer knows of risks."""
    member.require(*(role for role in Role if role is not Role.OBSERVER))
    return By(member.party_id, person_of(member))


def _look(body: LookBody) -> commands.Look:
    return commands.Look(**{name: getattr(body, name) for name in LookBody.model_fields})


@router.post(RISKS, status_code=201, operation_id="objectives_create_risk")
async def create_risk(body: RiskCreate, member: CurrentMember, session: CurrentSession, response: Response) -> RiskRead:
    """Enter a risk into the register (anybody but observers)."""
    by = _by(member)
    about = commands.About(body.title, body.description, body.kpi_id, body.objective_id)
    risk = await commands.enter(session, member.partnership_id, about, _look(body), by)
    response.headers["Location"] = f"/v1/partnerships/{member.partnership_id}/risks/{risk.id}"
    return await get_risk(risk, response)


@router.get(RISKS, operation_id="objectives_list_risks")
async def list_risks(
    *,
    member: CurrentMember,
    session: CurrentSession,
    status: Annotated[RiskStatus | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[RiskRead]:
    """The register of risks."""
    return page_of(RiskRead, await queries.list_risks(session, member.partnership_id, status, cursor, limit))


@router.get(f"{ROOT}/risk-matrix", operation_id="objectives_get_risk_matrix")
async def get_matrix(member: CurrentMember, session: CurrentSession) -> RiskMatrixRead:
    """Where the standing risks lie by probability and impact."""
    cells = [
        RiskCellRead(probability=at.probability, impact=at.impact, exposure=at.exposure, level=at.level, count=count)
        for at, count in await queries.matrix(session, member.partnership_id)
    ]
    return RiskMatrixRead(cells=cells)


@router.get(ONE, operation_id="objectives_get_risk")
async def get_risk(risk: LoadedRisk, response: Response) -> RiskRead:
    """One risk."""
    set_etag(response, risk.version)
    return RiskRead.model_validate(risk)


@router.post(f"{ONE}/reviews", status_code=201, operation_id="objectives_review_risk")
async def review_risk(
    *,
    body: RiskReviewCreate,
    risk: LockedRisk,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> RiskRead:
    """Look at a risk again: assess it anew, give it to another, or close it (anybody but observers)."""
    by = _by(member)
    check_if_match(request, risk.version)
    await commands.review(session, risk, _look(body), by, body.note, closes=body.closes)
    return await get_risk(risk, response)


@router.get(f"{ONE}/reviews", operation_id="objectives_list_risk_reviews")
async def list_reviews(
    risk: LoadedRisk, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[RiskReviewRead]:
    """Every assessment of the risk, from its entry on."""
    return page_of(RiskReviewRead, await queries.list_reviews(session, risk, cursor, limit))


@router.post(f"{ONE}/occurrences", status_code=201, operation_id="objectives_report_risk_occurrence")
async def report_occurrence(
    *,
    body: RiskOccurrenceCreate,
    risk: LockedRisk,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
) -> RiskOccurrenceRead:
    """Say that the risk has come to pass (anybody but observers). A case is opened on it."""
    by = _by(member)
    check_if_match(request, risk.version)
    return RiskOccurrenceRead.model_validate(await commands.occur(session, risk, by, body.description))


@router.get(f"{ONE}/occurrences", operation_id="objectives_list_risk_occurrences")
async def list_occurrences(
    risk: LoadedRisk, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[RiskOccurrenceRead]:
    """When the risk came to pass."""
    return page_of(RiskOccurrenceRead, await queries.list_occurrences(session, risk, cursor, limit))
