"""Composition of the resources service."""

from fastapi import FastAPI

from entente_shared.runtime import Service
from entente_shared.web import create_service

from .settings import Settings

SERVICE = Service(
    name="resources",
    title="Entente resources",
    description="Resources, needs, their fair allocation, and adjustments that bring a KPI back.",
)


def create_app(settings: Settings | None = None) -> FastAPI:
    return create_service(SERVICE, settings)
