"""Define and read KPIs."""

from entente_shared.events.objectives import Role
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router

from ..evaluation import queries as tracks
from . import commands, queries
from .loading import LoadedKpi
from .schemas import KpiCreate, KpiRead

router = Router(tags=["kpis"])


@router.post(
    "/partnerships/{partnership_id}/kpis", status_code=201, operation_id="kpi_create_kpi", summary="Define a KPI"
)
async def create_kpi(body: KpiCreate, member: CurrentMember, session: CurrentSession) -> KpiRead:
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, scope="organisation:admin")
    kpi_id = await commands.define_kpi(
        session,
        member.partnership_id,
        name=body.name,
        unit=body.unit,
        cadence=body.cadence,
        on_conflict=body.on_conflict,
        rule=body.rule.rule(),
    )
    return KpiRead.of((await tracks.read(session, member.partnership_id, [kpi_id]))[0])


@router.get("/partnerships/{partnership_id}/kpis", operation_id="kpi_list_kpis", summary="The KPIs of a partnership")
async def list_kpis(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[KpiRead]:
    tracked, next_cursor = await queries.list_kpis(session, member.partnership_id, cursor, limit)
    return Page(items=[KpiRead.of(each) for each in tracked], next_cursor=next_cursor)


@router.get("/partnerships/{partnership_id}/kpis/{kpi_id}", operation_id="kpi_get_kpi", summary="One KPI")
async def get_kpi(kpi: LoadedKpi) -> KpiRead:
    return KpiRead.of(kpi)
