"""Rendering of errors as problem+json (RFC 9457), in English or French. It never repeats input or an internal message."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from .. import errors, telemetry
from ..i18n import preferred_language, translate
from .field_messages import field_message

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
_BY_STATUS: dict[int, tuple[type[errors.Problem], str]] = {
    400: (errors.BadRequest, errors.N_("The request cannot be understood; check its form.")),
    401: (errors.Unauthenticated, errors.N_("Send a key as Authorization: Bearer ent_live_...")),
    403: (errors.Forbidden, errors.N_("Your role does not allow this.")),
    404: (errors.NotFound, errors.N_("There is nothing at this address; /docs lists what there is.")),
    405: (errors.MethodNotAllowed, errors.N_("This address exists, but not with that method; see the header Allow.")),
    413: (errors.TooLarge, errors.N_("The body is larger than this address takes; send it in parts.")),
    415: (errors.UnsupportedMedia, errors.N_("Send the body as application/json.")),
}
_INTERNAL = errors.N_("The error was recorded. Quote the trace_id when you report it.")
_OVERLOADED = errors.N_("The database is not answering; nothing was stored. Send the same request again in a moment.")


def body(problem: errors.Problem, language: str, fields: Sequence[Mapping[str, str]] = ()) -> bytes:
    """The JSON text of a problem. `fields` are the errors[] with their JSON pointers."""
    params = {"pointer": problem.pointer, **problem.params}
    content: dict[str, Any] = {
        "type": f"urn:entente:problem:{problem.slug}",
        "title": translate(problem.title, language),
        "status": problem.status,
        "detail": translate(problem.detail, language).format(**params),
        "trace_id": telemetry.trace_id(),
    }
    listed = list(fields) or (
        [{"pointer": problem.pointer, "detail": content["detail"]}] if problem.pointer is not None else []
    )
    if listed:
        content["errors"] = listed
    return json.dumps(content, ensure_ascii=False).encode()


def respond(problem: errors.Problem, accept_language: str, fields: Sequence[Mapping[str, str]] = ()) -> Response:
    language = preferred_language(accept_language)
    headers = {**problem.headers, "Content-Language": language, "Vary": "Accept-Language"}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(body(problem, language, fields), status_code=problem.status, headers=headers, media_type=MEDIA_TYPE)


def _language(request: Request) -> str:
    return request.headers.get("accept-language", "")


async def _problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, errors.Problem)
    fields = [_field(each, _language(request)) for each in (problem, *problem.also)] if problem.also else ()
    return respond(problem, _language(request), fields)


def _field(problem: errors.Problem, accept_language: str) -> dict[str, str]:
    detail = translate(problem.detail, preferred_language(accept_language))
    params = {"pointer": problem.pointer, **problem.params}
    return {"pointer": problem.pointer or "", "detail": detail.format(**params)}


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind, detail = _BY_STATUS.get(error.status_code, (errors.BadRequest, _BY_STATUS[400][1]))
    return respond(kind(detail, headers=error.headers), _language(request))


async def _absent(request: Request, _error: Exception) -> Response:
    """A row that must be there is not, or row-level security hides it."""
    return respond(errors.NotFound(errors.N_("There is no such record among yours.")), _language(request))


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    language = preferred_language(_language(request))
    fields = [field_message(item, language, error.body) for item in error.errors()[:50]]
    problem = errors.Unprocessable(
        errors.N_("{field}: {problem}"), field=fields[0]["pointer"] or "/", problem=fields[0]["detail"]
    )
    return respond(problem, _language(request), fields)


async def _database(request: Request, error: Exception) -> Response:
    if (
        isinstance(error, DBAPIError)
        and not error.connection_invalidated
        and _sqlstate(error)[:2] not in ("08", "40", "53", "55", "57")
    ):
        return unexpected(error, _language(request))
    log.warning("database unavailable", error=type(error).__name__, sqlstate=_sqlstate(error))
    return respond(errors.Unavailable(_OVERLOADED, headers={"Retry-After": "1"}), _language(request))


def unexpected(error: BaseException, accept_language: str) -> Response:
    """The answer to an error that nobody foresaw: it is logged, and says nothing of its inside."""
    log.error("unexpected error", exc_info=error)
    return respond(errors.Problem(_INTERNAL), accept_language)


def _sqlstate(error: Exception) -> str:
    return str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")


def install(app: FastAPI) -> None:
    app.add_exception_handler(errors.Problem, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(NoResultFound, _absent)
    for outage in (DBAPIError, PoolTimeoutError, OSError):
        app.add_exception_handler(outage, _database)
