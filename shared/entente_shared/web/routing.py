"""The edge of a request: who calls, what they must have seen, one transaction, one commit, and only then the answer."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from starlette.responses import Response

from .. import consistency
from ..auth import Caller
from ..errors import N_, Unauthenticated
from . import idempotency, strict_json

T = TypeVar("T")
Act = Callable[[Request], Awaitable[Response]]
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SERIALIZATION = ("40001", "40P01")  # the transaction lost to another and may simply be run again
_ATTEMPTS = 3


def authenticate(request: Request) -> Caller:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated(N_("Send a key as Authorization: Bearer ent_live_..."))
    caller: Caller = request.app.state.runtime.verifier.verify(token)
    return caller


class TransactionalRoute(APIRoute):
    """A route whose endpoint runs in one transaction, committed before the response is sent."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        act = super().get_route_handler()

        decodes = self.body_field is not None  # an endpoint without a body parameter reads the body itself

        async def handle(request: Request) -> Response:
            return await _answer(request, act, decodes=decodes)

        return handle


async def _answer(request: Request, act: Act, *, decodes: bool) -> Response:
    runtime = request.app.state.runtime
    request.state.caller = caller = authenticate(request)
    seen = consistency.parse(request.headers.get(consistency.HEADER))
    if seen:
        await consistency.wait(runtime.database, seen, runtime.producers, runtime.settings.consistency_wait)
    if request.method in _SAFE:
        return await _again(lambda: _read(request, caller, act))
    if decodes:
        await _read_json(request)
    response, event_id = await write(request, caller, act)
    if event_id is not None:
        response.headers[consistency.HEADER] = consistency.render(runtime.name, event_id, seen)
    return response


async def _read_json(request: Request) -> None:
    """Decode a JSON body strictly, before FastAPI would by the lenient standard library."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "application/json" or content_type.endswith("+json"):
        content = await request.body()
        if content:
            request._json = strict_json.decode(content)  # noqa: SLF001 - where Starlette keeps the decoded body


async def _read(request: Request, caller: Caller, act: Act) -> Response:
    async with request.app.state.runtime.database.transaction(caller, snapshot=True) as session:
        request.state.session = session
        return await act(request)


async def write(request: Request, caller: Caller, act: Act) -> tuple[Response, Any]:
    """Run `act` in one transaction (`request.state.session`), once per Idempotency-Key; also the last event's id."""
    return await _again(lambda: _write(request, caller, act))


async def _write(request: Request, caller: Caller, act: Act) -> tuple[Response, Any]:
    async with request.app.state.runtime.database.transaction(caller) as session:
        request.state.session = session
        response = await idempotency.once(session, request, caller, act)
    return response, session.info.get("last_event")


async def _again(attempt: Callable[[], Awaitable[T]]) -> T:
    """Run a transaction, again where another one came first. A read also may lose: one that notes who read."""
    for number in range(1, _ATTEMPTS + 1):
        try:
            return await attempt()
        except DBAPIError as error:
            if number == _ATTEMPTS or getattr(error.orig, "sqlstate", None) not in _SERIALIZATION:
                raise
    raise AssertionError("unreachable")


class Router(APIRouter):
    """Routes of a slice, written below /v1."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(route_class=TransactionalRoute, **kwargs)
