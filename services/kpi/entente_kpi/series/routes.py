"""Read stored samples and what corrections replaced."""

from entente_shared.web import CurrentSession, Cursor, Limit, Page, Router

from ..definitions.loading import LoadedKpi
from . import queries
from .schemas import After, CorrectionRead, From, SampleRead, To

router = Router(tags=["samples"])


@router.get(
    "/partnerships/{partnership_id}/kpis/{kpi_id}/samples",
    operation_id="kpi_list_kpi_samples",
    summary="The samples of a KPI, by rising time",
)
async def list_samples(
    kpi: LoadedKpi,
    session: CurrentSession,
    *,
    since: From = None,
    to: To = None,
    cursor: After = None,
    limit: Limit = 1000,
) -> Page[SampleRead]:
    points, next_cursor = await queries.read_page(session, kpi, since=since, until=to, cursor=cursor, limit=limit)
    return Page(items=[SampleRead(at=at, value=value) for at, value in points], next_cursor=next_cursor)


@router.get(
    "/partnerships/{partnership_id}/kpis/{kpi_id}/corrections",
    operation_id="kpi_list_kpi_corrections",
    summary="Which samples were corrected, by whom, and what they were before",
)
async def list_corrections(
    kpi: LoadedKpi, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[CorrectionRead]:
    rows, next_cursor = await queries.list_corrections(session, kpi, cursor, limit)
    return Page(items=[CorrectionRead.model_validate(row) for row in rows], next_cursor=next_cursor)
