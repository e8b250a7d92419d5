"""The application of a service: its routes below /v1, health, metrics, errors and the background tasks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI
from pydantic import BaseModel

from .. import i18n
from ..runtime import Runtime, Service
from ..settings import ServiceSettings
from . import dead_letters, health, problems
from .middleware import BodyLimit, Observed


class FieldProblem(BaseModel):
    pointer: str
    detail: str


class ProblemBody(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    trace_id: str | None = None
    errors: list[FieldProblem] | None = None


_STATUSES = {
    401: "no, unknown, revoked or expired key",
    403: "your role does not allow this",
    404: "there is no such record among yours",
    409: "it does not fit the present state",
    412: "the record has changed since you read it",
    413: "the body is too large",
    422: "a value cannot be accepted",
    503: "overloaded or not ready; send it again",
}


def _responses() -> dict[int | str, dict[str, Any]]:
    schema = {"$ref": "#/components/schemas/ProblemBody"}
    return {
        status: {"description": text, "content": {problems.MEDIA_TYPE: {"schema": schema}}}
        for status, text in _STATUSES.items()
    }


def create_service(service: Service, settings: ServiceSettings | None) -> FastAPI:
    """The service's application. Without settings it cannot run, but its OpenAPI document can be had."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        assert settings is not None
        runtime = Runtime(service, settings)
        app.state.runtime = runtime
        await runtime.start()
        yield
        await runtime.stop()

    i18n.register(f"entente_{service.name}")
    app = FastAPI(
        title=service.title,
        description=service.description,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        telemetry={"metrics": False, "logs": False, "tracing": False},
    )
    problems.install(app)
    app.include_router(health.router)
    guards = [Depends(guard) for guard in service.guards]
    for router in service.routers:
        app.include_router(router, prefix="/v1", responses=_responses(), dependencies=guards)
    app.include_router(dead_letters.dead_letter_router(service.name), prefix="/v1", responses=_responses())
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes if settings else 0, streamed=service.streamed)
    app.add_middleware(Observed, service=service.name)
    _describe_problem(app)
    return app


def _describe_problem(app: FastAPI) -> None:
    """Put the schema of errors into the OpenAPI document once."""
    make = app.openapi

    def openapi() -> dict[str, Any]:
        document = make()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas["ProblemBody"] = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas["FieldProblem"] = schemas["ProblemBody"].pop("$defs")["FieldProblem"]
        return document

    app.openapi = openapi  # type: ignore[method-assign]
