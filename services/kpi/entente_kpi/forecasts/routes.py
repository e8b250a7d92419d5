"""Forecasts over HTTP."""

from entente_shared.web import CurrentSession, Router

from ..definitions.loading import LoadedKpi
from ..series.schemas import SampleRead
from ..trajectories import queries as trajectories
from ..trajectories.schemas import BandRead
from . import queries
from .domain import COVERAGE, RULE_VERSION
from .schemas import ForecastRead

router = Router(tags=["progress"])


@router.get(
    "/partnerships/{partnership_id}/kpis/{kpi_id}/forecast",
    operation_id="kpi_get_kpi_forecast",
    summary="Where a KPI will stand at its due date, how sure that is, and how likely it reaches its target",
)
async def get_forecast(kpi: LoadedKpi, session: CurrentSession) -> ForecastRead:
    agreed = (await trajectories.load_current(session, kpi.kpi.partnership_id, kpi.kpi.id)).trajectory
    inputs, found = await queries.forecast(session, kpi, agreed)
    return ForecastRead(
        kpi_id=kpi.kpi.id,
        objective_id=agreed.objective_id,
        trajectory_revision=agreed.revision,
        due_at=agreed.due_at,
        target=agreed.target,
        band=BandRead.model_validate(agreed.band) if agreed.band else None,
        method=found.method,
        value=found.value,
        low=found.low,
        high=found.high,
        coverage=COVERAGE,
        chance=found.chance,
        progress=agreed.progress(found.value),
        errors=found.errors,
        points=[SampleRead(at=at, value=value) for at, value in inputs.points],
        seed=inputs.seed,
        resamples=found.resamples,
        rule_version=RULE_VERSION,
        provisional=kpi.contested,
    )
