"""Where a KPI stood, sample by sample."""

from datetime import datetime

from entente_shared.web import CurrentSession, Limit, Page, Router

from ..definitions.loading import LoadedKpi
from ..series import queries as series
from ..series.schemas import After, From, To
from ..trajectories import queries as trajectories
from ..trajectories.domain import Path
from .schemas import ProgressRead

router = Router(tags=["progress"])


@router.get(
    "/partnerships/{partnership_id}/kpis/{kpi_id}/progress",
    operation_id="kpi_list_kpi_progress",
    summary="Progress, planned progress and deviation of a KPI, by rising time",
)
async def list_progress(
    kpi: LoadedKpi,
    session: CurrentSession,
    *,
    since: From = None,
    to: To = None,
    cursor: After = None,
    limit: Limit = 1000,
) -> Page[ProgressRead]:
    points, next_cursor = await series.read_page(session, kpi, since=since, until=to, cursor=cursor, limit=limit)
    path = (await trajectories.load_paths(session, kpi.kpi.partnership_id, [kpi.kpi.id]))[kpi.kpi.id]
    return Page(items=[_read(path, *point) for point in points], next_cursor=next_cursor)


def _read(path: Path, at: datetime, value: float) -> ProgressRead:
    found = path.assess(at, value)
    if found is None:
        return ProgressRead(at=at, value=value, progress=None, planned=None, deviation=None)
    return ProgressRead(at=at, value=value, progress=found.progress, planned=found.planned, deviation=found.deviation)
