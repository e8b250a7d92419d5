"""Read the trajectory of a KPI."""

from entente_shared.errors import N_, NotFound
from entente_shared.web import CurrentSession, Router

from ..definitions.loading import LoadedKpi
from . import queries
from .domain import BEGINNING
from .schemas import BandRead, StepRead, TrajectoryRead

router = Router(tags=["progress"])


class NoTrajectory(NotFound):
    slug = "no-trajectory"
    title = N_("Nothing is agreed for this KPI")


@router.get(
    "/partnerships/{partnership_id}/kpis/{kpi_id}/trajectory",
    operation_id="kpi_get_kpi_trajectory",
    summary="The agreed path that a KPI is held against",
)
async def get_trajectory(kpi: LoadedKpi, session: CurrentSession) -> TrajectoryRead:
    partnership_id, kpi_id = kpi.kpi.partnership_id, kpi.kpi.id
    path = (await queries.load_paths(session, partnership_id, [kpi_id]))[kpi_id]
    if path.current is None:
        raise NoTrajectory(N_("No signed objective is tied to this KPI; sign a charter that has one."))
    effective_from = path.segments[-1].effective_from
    return TrajectoryRead(
        objective_id=path.current.objective_id,
        title=await queries.load_title(session, partnership_id, path.current.objective_id),
        baseline=path.current.baseline,
        target=path.current.target,
        starts_at=path.current.starts_at,
        due_at=path.current.due_at,
        curve=path.current.curve,
        steps=[StepRead.model_validate(step) for step in path.current.steps],
        band=BandRead.model_validate(path.current.band) if path.current.band else None,
        revision=path.current.revision,
        effective_from=None if effective_from == BEGINNING else effective_from,
    )
