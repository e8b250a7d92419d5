"""Composition of the conflicts service."""

from fastapi import FastAPI

from entente_shared.handling import Handlers
from entente_shared.runtime import Service
from entente_shared.web import create_service

from .cases.routes import router as cases
from .charter.handlers import handlers as charter
from .context.handlers import handlers as context
from .failures.handlers import handlers as failures
from .ladder.handlers import timers
from .ladder.routes import router as ladder
from .opening.routes import router as opening
from .settings import Settings
from .settlement.routes import router as settlement

SERVICE = Service(
    name="conflicts",
    title="Entente conflicts",
    description="Cases, the ladder that they climb, and the settlements that end them.",
    routers=(cases, opening, ladder, settlement),
    handlers=Handlers(charter, context, failures),
    timers=timers,
)


def create_app(settings: Settings | None = None) -> FastAPI:
    return create_service(SERVICE, settings)
