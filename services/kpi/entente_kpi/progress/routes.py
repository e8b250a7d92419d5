"""Where a KPI stood, sample by sample."""

from collections.abc import Sequence
from datetime import datetime

from entente_shared.web import CurrentSession, Limit, Page, Router

from ..contests import queries as contests
from ..contests.domain import Span
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
    contested = await contests.open_spans(session, kpi.kpi.partnership_id, kpi.kpi.id)
    return Page(items=[_read(path, *point, contested) for point in points], next_cursor=next_cursor)


def _read(path: Path, at: datetime, value: float, contested: Sequence[Span]) -> ProgressRead:
    found = path.assess(at, value)
    return ProgressRead(
        at=at,
        value=value,
        progress=found and found.progress,
        planned=found and found.planned,
        deviation=found and found.deviation,
        provisional=any(span.holds(at) for span in contested),
    )
