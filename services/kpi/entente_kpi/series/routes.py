"""Read stored samples and what corrections replaced."""

import msgspec
from fastapi import Response

from entente_shared.web import CurrentSession, Cursor, Limit, Page, Router

from ..definitions.loading import LoadedKpi
from . import charts, queries
from .moments import from_us, to_us
from .schemas import After, ChartRead, CorrectionRead, From, Points, SampleRead, To

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
    "/partnerships/{partnership_id}/kpis/{kpi_id}/chart",
    operation_id="kpi_get_kpi_chart",
    summary="A series at the resolution of a chart",
    response_model=ChartRead,
)
async def get_chart(
    kpi: LoadedKpi, session: CurrentSession, *, since: From = None, to: To = None, points: Points = 500
) -> Response:
    low, high = (None if moment is None else to_us(moment) for moment in (since, to))
    chart = await charts.draw(session, kpi.kpi.partnership_id, kpi.kpi.id, low, high, points)
    return Response(msgspec.json.encode(_columns(chart)), media_type="application/json")


def _columns(chart: charts.Chart) -> dict[str, object]:
    buckets = chart.buckets
    figures = {name: getattr(buckets, name).tolist() for name in ("count", "sum", "min", "max", "first", "last")}
    return {
        "bucket": chart.width.text,
        "at": [from_us(start) for start in chart.width.starts(buckets.number).tolist()],
        "mean": (buckets.sum / buckets.count).tolist(),
        **figures,
    }


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
