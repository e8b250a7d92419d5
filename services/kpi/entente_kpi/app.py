"""Composition of the kpi service."""

from fastapi import FastAPI

from entente_shared.handling import Handlers
from entente_shared.runtime import Service
from entente_shared.timers import Timers
from entente_shared.web import create_service

from .backtests.routes import router as backtests
from .definitions.routes import router as definitions
from .derivation.handlers import timers as derivation_timers
from .deviations.routes import router as deviations
from .exports.routes import router as exports
from .formulas.routes import router as formulas
from .ingest.routes import router as ingest
from .progress.handlers import timers as progress_timers
from .progress.routes import router as progress
from .series.routes import router as series
from .settings import Settings
from .silence.handlers import timers as silence_timers
from .trajectories.handlers import handlers as trajectory_handlers
from .trajectories.routes import router as trajectories
from .verification.handlers import handlers as verification_handlers
from .verification.handlers import timers as verification_timers
from .verification.routes import router as verifications

SERVICE = Service(
    name="kpi",
    title="Entente kpi",
    description="KPIs, their samples, where they stand against their agreed trajectory, and deviations from it.",
    routers=(
        definitions,
        ingest,
        series,
        progress,
        trajectories,
        deviations,
        verifications,
        formulas,
        backtests,
        exports,
    ),
    handlers=Handlers(trajectory_handlers, verification_handlers),
    timers=Timers(derivation_timers, progress_timers, silence_timers, verification_timers),
)


def create_app(settings: Settings | None = None) -> FastAPI:
    return create_service(SERVICE, settings)
