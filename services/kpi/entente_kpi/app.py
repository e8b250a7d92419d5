"""Composition of the kpi service."""

from fastapi import FastAPI

from entente_shared.handling import Handlers
from entente_shared.runtime import Service
from entente_shared.timers import Timers
from entente_shared.web import create_service

from . import sweeps
from .benefits.routes import router as benefits
from .contests.routes import router as contests
from .control_charts.routes import router as control_charts
from .costs.routes import router as costs
from .definitions.routes import router as definitions
from .deviations.routes import router as deviations
from .forecasts.routes import router as forecasts
from .health.handlers import handlers as health_handlers
from .health.handlers import timers as health_timers
from .health.routes import router as health
from .ingest.routes import router as ingest
from .interviews.routes import router as interviews
from .progress.routes import router as progress
from .realisations.routes import router as realisations
from .returns.routes import router as returns
from .reviews.routes import router as reviews
from .revisions.routes import router as revisions
from .scorecard.routes import router as scorecard
from .series.routes import router as series
from .settings import Settings
from .silence.handlers import timers as silence_timers
from .surveys.handlers import timers as surveys_timers
from .surveys.routes import router as surveys
from .templates.routes import router as templates
from .trajectories.handlers import handlers as trajectories_handlers
from .trajectories.routes import router as trajectories
from .verification.handlers import handlers as verification_handlers
from .verification.handlers import timers as verification_timers
from .verification.routes import router as verification

SERVICE = Service(
    name="kpi",
    title="Entente kpi",
    description="KPIs, their samples, where they stand against their agreed trajectory, and deviations from it;"
    " scorecard, surveys, benefits and returns.",
    routers=(
        templates,
        definitions,
        revisions,
        ingest,
        series,
        progress,
        trajectories,
        deviations,
        verification,
        contests,
        forecasts,
        control_charts,
        scorecard,
        health,
        reviews,
        surveys,
        interviews,
        benefits,
        realisations,
        costs,
        returns,
    ),
    handlers=Handlers(health_handlers, trajectories_handlers, verification_handlers),
    timers=Timers(health_timers, silence_timers, surveys_timers, verification_timers),
    background=(sweeps.publish_progress, sweeps.compact),
)


def create_app(settings: Settings | None = None) -> FastAPI:
    return create_service(SERVICE, settings)
