"""Control charts over HTTP."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.web import CurrentSession, Limit, Router

from ..definitions.loading import LoadedKpi
from ..evaluation.queries import Tracked
from ..ingest.domain import EARLIEST
from ..progress import queries as progress
from ..series import queries as series
from ..series.schemas import From, To
from ..series.store import INSTANT, Point
from ..trajectories import queries as trajectories
from . import domain
from .schemas import ChartPoint, ControlChartRead

router = Router(tags=["progress"])


@router.get(
    "/partnerships/{partnership_id}/kpis/{kpi_id}/control-chart",
    operation_id="kpi_get_kpi_control_chart",
    summary="Whether a KPI's deviations from plan vary as they always do: the newest points, or those of a time",
)
async def get_control_chart(
    kpi: LoadedKpi, session: CurrentSession, *, since: From = None, to: To = None, limit: Limit = 100
) -> ControlChartRead:
    points = await _points(session, kpi, since, to, limit)
    path = (await trajectories.load_paths(session, kpi.kpi.partnership_id, [kpi.kpi.id]))[kpi.kpi.id]
    judged = [found for found in (path.assess(at, value) for at, value in points) if found]
    chart = domain.chart([each.deviation for each in judged])
    return ControlChartRead(
        kpi_id=kpi.kpi.id,
        mean=chart.mean,
        moving_range=chart.moving_range,
        lower=chart.lower,
        upper=chart.upper,
        warning=any(chart.signals),
        points=[
            ChartPoint(at=each.at, value=each.value, deviation=each.deviation, signals=signals)
            for each, signals in zip(judged, chart.signals, strict=True)
        ],
        rule_version=domain.RULE_VERSION,
        provisional=kpi.contested,
    )


async def _points(
    session: AsyncSession, kpi: Tracked, since: datetime | None, to: datetime | None, limit: int
) -> list[Point]:
    if since is None:
        return await progress.newest(session, kpi, limit, max(to, EARLIEST) - INSTANT if to else None)
    points, _ = await series.read_page(session, kpi, since=since, until=to, cursor=None, limit=limit)
    return points
