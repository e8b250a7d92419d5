"""The one door: who sends a request, where it goes, and what is said where it cannot go. Plain ASGI: it is in every
request's way.
"""

import time
from dataclasses import dataclass
from functools import partial

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from entente_shared import telemetry
from entente_shared.errors import N_, MethodNotAllowed, NotFound, Problem
from entente_shared.web import problems

from .context import Tracing, take_up
from .exchange import TOKEN, Exchange
from .identity.authentication import Authenticator
from .identity.tokens import Mint
from .proxy.domain import Hints, request_headers
from .proxy.forward import Forwarding
from .proxy.upstream import Request, Upstreams
from .routing.domain import Routes, Target

log = structlog.get_logger(__name__)

NAME = "gateway"
_OPEN_PATHS = frozenset({"/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"})
_OPEN_PREFIX = "/docs/"
_NOWHERE = N_("There is nothing at this address; /docs lists what there is.")
_OTHER_METHOD = N_("This address exists, but not with that method; see the header Allow.")
_INTERNAL = N_("The error was recorded. Quote the trace_id when you report it.")


@dataclass(frozen=True)
class Parts:
    """What the door works with. `own` is the gateway's own application, which gets an internal token as any service
    does.
    """

    own: ASGIApp
    routes: Routes
    authenticator: Authenticator
    mint: Mint
    upstreams: Upstreams
    hints: Hints


class Door:
    def __init__(self, parts: Parts) -> None:
        self._parts, self._tracing = parts, Tracing()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._parts.own(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(Exchange(scope, send), receive)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _serve(self, exchange: Exchange, receive: Receive) -> None:
        traceparent = take_up(exchange.headers.get(b"traceparent"))
        try:
            if exchange.path in _OPEN_PATHS or exchange.path.startswith(_OPEN_PREFIX):
                await self._own(exchange, request_headers(exchange.scope["headers"]), receive)
            else:
                await self._answer(exchange, traceparent, receive)
        except Problem as problem:
            await _refuse(exchange, problem, traceparent, receive)
        except Exception:
            log.exception("unexpected error", method=exchange.method, route=exchange.route)
            if exchange.status:
                raise
            await _refuse(exchange, Problem(_INTERNAL), traceparent, receive)
        finally:
            if not exchange.own:
                exchange.observe()

    async def _answer(self, exchange: Exchange, traceparent: bytes, receive: Receive) -> None:
        caller = await self._parts.authenticator.identify(exchange.authorization)
        target = self._target(exchange)
        subjects = exchange.subjects(target, caller)
        hint = self._parts.hints.hint(subjects, time.monotonic())
        token = self._parts.mint.authorization(caller, target.service)
        with self._tracing.request(f"{target.method} {target.path}", traceparent) as passed_on:
            headers = exchange.passed_on(token, passed_on, hint)
            if target.service == NAME:
                await self._own(exchange, headers, receive)
            else:
                request = Request(target.method, exchange.address, headers, exchange.has_body)
                await Forwarding(self._parts.upstreams, target.service, request, receive, exchange.send).run()
        self._remember(exchange, target, subjects)

    def _target(self, exchange: Exchange) -> Target:
        targets = self._parts.routes.find(exchange.path)
        if targets is None:
            raise NotFound(_NOWHERE)
        target = targets.get(exchange.method)
        if target is None:
            raise MethodNotAllowed(_OTHER_METHOD, headers={"Allow": ", ".join(sorted(targets))})
        exchange.route = target.path
        return target

    async def _own(self, exchange: Exchange, headers: list[tuple[bytes, bytes]], receive: Receive) -> None:
        """The own application gets besides a way to ask, while a stream is open, whether the key still stands."""
        exchange.own = True
        identify = partial(self._parts.authenticator.identify, exchange.headers.get(b"authorization"))
        state = {**exchange.scope.get("state", {}), "identify": identify}
        await self._parts.own({**exchange.scope, "headers": headers, "state": state}, receive, exchange.send)

    def _remember(self, exchange: Exchange, target: Target, subjects: list[str]) -> None:
        token = exchange.answer.get(TOKEN)
        if token is not None:
            for subject in (*subjects, *exchange.created()):
                self._parts.hints.remember(subject, target.service, token, time.monotonic())


async def _refuse(exchange: Exchange, problem: Problem, traceparent: bytes, receive: Receive) -> None:
    if problem.status >= 500:
        log.warning("request failed", route=exchange.route, problem=problem.slug, cause=repr(problem.__cause__))
    with telemetry.continued("refuse", traceparent.decode()):
        response = problems.respond(problem, exchange.accept_language)
    await response(exchange.scope, receive, exchange.send)
