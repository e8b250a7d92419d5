"""Define and read formulas."""

from fastapi import Request, Response

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

from ..definitions.loading import LoadedKpi
from ..series.schemas import After
from . import commands, queries
from .schemas import FormulaRead, FormulaVersionRead, FormulaWrite, GapRead

router = Router(tags=["formulas"])
_OF_KPI = "/partnerships/{partnership_id}/kpis/{kpi_id}/formula"


@router.put(_OF_KPI, operation_id="kpi_set_formula", summary="Compute a KPI from others, or change how")
async def set_formula(
    body: FormulaWrite,
    kpi: LoadedKpi,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> FormulaRead:
    """The KPI's samples are computed at each time at which an input has one, from the first on, and kept up to date."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, scope="organisation:admin")
    await commands.set_formula(
        session,
        member.partnership_id,
        kpi.kpi.id,
        member.caller.principal,
        body.definition(),
        lambda version: check_if_match(request, version),
    )
    return await get_formula(kpi, session, response)


@router.get(_OF_KPI, operation_id="kpi_get_formula", summary="How a derived KPI is computed")
async def get_formula(kpi: LoadedKpi, session: CurrentSession, response: Response) -> FormulaRead:
    defined = await queries.get(session, kpi.kpi.partnership_id, kpi.kpi.id)
    set_etag(response, defined.row.version)
    return FormulaRead.of(defined)


@router.get(
    "/partnerships/{partnership_id}/formulas",
    operation_id="kpi_list_formulas",
    summary="The formulas of a partnership's derived KPIs",
)
async def list_formulas(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[FormulaRead]:
    found, next_cursor = await queries.list_formulas(session, member.partnership_id, cursor, limit)
    return Page(items=[FormulaRead.of(each) for each in found], next_cursor=next_cursor)


@router.get(
    f"{_OF_KPI}/versions",
    operation_id="kpi_list_formula_versions",
    summary="What a KPI was computed by, the present formula first",
)
async def list_versions(
    kpi: LoadedKpi, session: CurrentSession, cursor: int | None = None, limit: Limit = 100
) -> Page[FormulaVersionRead]:
    rows, next_cursor = await queries.list_versions(session, kpi.kpi.partnership_id, kpi.kpi.id, cursor, limit)
    return Page(items=[FormulaVersionRead.of_version(row) for row in rows], next_cursor=next_cursor)


@router.get(
    f"{_OF_KPI}/gaps",
    operation_id="kpi_list_formula_gaps",
    summary="Times at which a formula has no value, and why",
)
async def list_gaps(kpi: LoadedKpi, session: CurrentSession, cursor: After = None, limit: Limit = 100) -> Page[GapRead]:
    rows, next_cursor = await queries.list_gaps(session, kpi.kpi.partnership_id, kpi.kpi.id, cursor, limit)
    return Page(items=[GapRead.model_validate(row) for row in rows], next_cursor=next_cursor)
