"""Read the trajectory of a KPI."""

from entente_shared.web import CurrentSession, Router

from ..definitions.loading import LoadedKpi
from . import queries
from .domain import BEGINNING
from .schemas import BandRead, StepRead, TrajectoryRead

router = Router(tags=["progress"])


@router.get(
    "/partnerships/{partnership_id}/kpis/{kpi_id}/trajectory",
    operation_id="kpi_get_kpi_trajectory",
    summary="The agreed path that a KPI is held against",
)
async def get_trajectory(kpi: LoadedKpi, session: CurrentSession) -> TrajectoryRead:
    current = await queries.load_current(session, kpi.kpi.partnership_id, kpi.kpi.id)
    agreed = current.trajectory
    return TrajectoryRead(
        objective_id=agreed.objective_id,
        title=await queries.load_title(session, kpi.kpi.partnership_id, agreed.objective_id),
        baseline=agreed.baseline,
        target=agreed.target,
        starts_at=agreed.starts_at,
        due_at=agreed.due_at,
        curve=agreed.curve,
        steps=[StepRead.model_validate(step) for step in agreed.steps],
        band=BandRead.model_validate(agreed.band) if agreed.band else None,
        revision=agreed.revision,
        effective_from=None if current.effective_from == BEGINNING else current.effective_from,
    )
