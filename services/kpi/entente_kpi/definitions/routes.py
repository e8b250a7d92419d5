"""Define and read KPIs."""

from fastapi import Request, Response

from entente_shared.events.objectives import Role
from entente_shared.i18n import preferred_language, translate
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, set_etag

from ..revisions import commands as revisions
from ..templates.domain import find
from . import queries
from .loading import LoadedKpi
from .schemas import KpiCreate, KpiRead

router = Router(tags=["kpis"])


@router.post(
    "/partnerships/{partnership_id}/kpis", status_code=201, operation_id="kpi_create_kpi", summary="Define a KPI"
)
async def create_kpi(
    body: KpiCreate, member: CurrentMember, session: CurrentSession, request: Request, response: Response
) -> KpiRead:
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, scope="organisation:admin")
    language = preferred_language(request.headers.get("accept-language", ""))
    tracked = await revisions.define(session, member, body.definition(_suggested(body.template, language)))
    set_etag(response, tracked.kpi.revision)
    return KpiRead.of(tracked)


def _suggested(template: str | None, language: str) -> dict[str, object]:
    if template is None:
        return {}
    found = find(template)
    texts = {"name": found.name, "description": found.description}
    return {**found.suggestion(), **{name: translate(text, language) for name, text in texts.items()}}


@router.get("/partnerships/{partnership_id}/kpis", operation_id="kpi_list_kpis", summary="The KPIs of a partnership")
async def list_kpis(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[KpiRead]:
    tracked, next_cursor = await queries.list_kpis(session, member.partnership_id, cursor, limit)
    return Page(items=[KpiRead.of(each) for each in tracked], next_cursor=next_cursor)


@router.get("/partnerships/{partnership_id}/kpis/{kpi_id}", operation_id="kpi_get_kpi", summary="One KPI")
async def get_kpi(kpi: LoadedKpi, response: Response) -> KpiRead:
    """The ETag is that of its definition: samples do not change it."""
    set_etag(response, kpi.kpi.revision)
    return KpiRead.of(kpi)
