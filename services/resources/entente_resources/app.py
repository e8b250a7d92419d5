"""Composition of the resources service."""

from fastapi import FastAPI

from entente_shared.handling import Handlers
from entente_shared.runtime import Service
from entente_shared.web import create_service

from .adjustment.handlers import handlers as adjustment_handlers
from .adjustment.handlers import timers
from .adjustment.routes import router as adjustments
from .allocation.routes import router as allocations
from .application.handlers import handlers as application_handlers
from .catalogue.routes import router as resources
from .charter.handlers import handlers as charter_handlers
from .contests.handlers import handlers as contest_handlers
from .needs.routes import router as needs
from .settings import Settings

SERVICE = Service(
    name="resources",
    title="Entente resources",
    description="Resources, needs, their fair allocation, and adjustments that bring a KPI back.",
    routers=(resources, needs, allocations, adjustments),
    handlers=Handlers(charter_handlers, adjustment_handlers, application_handlers, contest_handlers),
    timers=timers,
)


def create_app(settings: Settings | None = None) -> FastAPI:
    return create_service(SERVICE, settings)
