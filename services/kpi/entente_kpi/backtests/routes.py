"""Try another threshold on what has happened."""

from itertools import islice

from entente_shared.web import CurrentSession, Router

from ..definitions.loading import LoadedKpi
from . import queries, schemas
from .domain import Damping, damp
from .schemas import AlertRead, BacktestCreate, BacktestRead, Reference

router = Router(tags=["backtests"])


@router.post(
    "/partnerships/{partnership_id}/kpis/{kpi_id}/backtests",
    operation_id="kpi_create_backtest",
    summary="Replay a KPI's history under another threshold rule",
)
async def create_backtest(body: BacktestCreate, kpi: LoadedKpi, session: CurrentSession) -> BacktestRead:
    """What it would have raised, held against a reference, and how many adjustments damping would have let through.

    At most 200,000 samples. It reads what every member may read, and changes nothing.
    """
    damping = body.damping.damping()
    result = await queries.replay(session, kpi, _request(body, damping))
    rulings = damp([each.opened_at for each in result.alerts], damping)
    alerts = [
        AlertRead(opened_at=each.opened_at, closed_at=each.closed_at, adjustment=ruling)
        for each, ruling in islice(zip(result.alerts, rulings, strict=True), schemas.MOST_LISTED)
    ]
    episodes, extra = schemas.episodes_read(result.comparison)
    return BacktestRead(
        samples=result.samples,
        reference=body.reference,
        rule=body.rule,
        present_rule_version=kpi.threshold.version,
        summary=schemas.summarise(result.comparison, rulings),
        alerts=alerts,
        episodes=episodes,
        extra=extra,
    )


def _request(body: BacktestCreate, damping: Damping) -> queries.Request:
    return queries.Request(
        rule=body.rule.rule(),
        since=body.from_,
        until=body.to,
        trajectory=body.trajectory.trajectory() if body.trajectory else None,
        labels=[each.episode() for each in body.episodes] if body.reference is Reference.LABELS else None,
        present=body.reference is Reference.PRESENT_RULE,
        damping=damping,
    )
