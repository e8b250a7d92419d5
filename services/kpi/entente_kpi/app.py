"""Composition of the kpi service."""

from dataclasses import replace

from fastapi import FastAPI
from starlette.middleware import Middleware

from entente_shared.handling import Handlers
from entente_shared.runtime import Service
from entente_shared.timers import Timers
from entente_shared.web import create_service

from . import sweeps
from .backtests.routes import router as backtests
from .benefits.routes import router as benefits
from .contests.routes import router as contests
from .control_charts.routes import router as control_charts
from .costs.routes import router as costs
from .definitions.routes import router as definitions
from .derivation.handlers import timers as derivation_timers
from .deviations.routes import router as deviations
from .exports.routes import router as exports
from .forecasts.routes import router as forecasts
from .formulas.routes import router as formulas
from .health.handlers import handlers as health_handlers
from .health.handlers import timers as health_timers
from .health.routes import router as health
from .ingest.direct import Direct
from .ingest.routes import router as ingest
from .interviews.routes import router as interviews
from .mappings.routes import router as mappings
from .progress.routes import router as progress
from .quarantine.routes import router as quarantine
from .realisations.routes import router as realisations
from .returns.routes import router as returns
from .reviews.routes import router as reviews
from .revisions.routes import router as revisions
from .scorecard.routes import router as scorecard
from .series.routes import router as series
from .settings import Settings
from .silence.handlers import timers as silence_timers
from .sources.inflating import Inflating
from .sources.influx import pushes as influx_pushes
from .sources.influx import router as influx
from .sources.routes import pushes as metrics_pushes
from .sources.routes import router as metrics
from .surveys.handlers import timers as surveys_timers
from .surveys.routes import router as surveys
from .templates.routes import router as templates
from .trajectories.handlers import handlers as trajectories_handlers
from .trajectories.routes import router as trajectories
from .uploads.routes import PATH as UPLOADS
from .uploads.routes import router as uploads
from .verification.handlers import handlers as verification_handlers
from .verification.handlers import timers as verification_timers
from .verification.routes import router as verification
from .whereabouts.routes import router as whereabouts

SERVICE = Service(
    name="kpi",
    title="Entente kpi",
    description="KPIs, their samples, where they stand against their agreed trajectory, and deviations from it;"
    " scorecard, surveys, benefits and returns.",
    routers=(
        ingest,  # first, for it is asked for most often, and routers are tried in turn
        templates,
        definitions,
        revisions,
        series,
        exports,
        progress,
        trajectories,
        deviations,
        verification,
        contests,
        forecasts,
        control_charts,
        backtests,
        formulas,
        influx,
        influx_pushes,
        metrics,
        metrics_pushes,
        uploads,
        mappings,
        quarantine,
        whereabouts,
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
    timers=Timers(derivation_timers, health_timers, silence_timers, surveys_timers, verification_timers),
    background=(sweeps.publish_progress, sweeps.compact_apart),
    streamed=(UPLOADS,),
)


_INSIDE = (sweeps.publish_progress, sweeps.compact)


def create_app(settings: Settings | None = None) -> FastAPI:
    inside = settings is not None and not settings.compaction_apart
    app = create_service(replace(SERVICE, background=_INSIDE) if inside else SERVICE, settings)
    app.user_middleware.append(Middleware(Direct, handlers=app.exception_handlers))  # innermost
    app.add_middleware(Inflating)  # outside the limit on bodies, which so counts what they inflate to
    return app
