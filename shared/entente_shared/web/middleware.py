"""Around every request: the trace context, the last answer to an error, the request's metric and the limit of its body."""

import time

from opentelemetry.trace import SpanKind
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import telemetry
from ..errors import N_, TooLarge
from . import problems

_TOO_LARGE = N_("The body is larger than the {limit} bytes that this address takes; send it in parts.")


class Observed:
    """Continues or begins a trace, measures by the route's template (never by an id), and answers what nobody foresaw."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        started, status = time.perf_counter(), 0

        async def observed_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message.setdefault("headers", []).append((b"x-trace-id", (telemetry.trace_id() or "").encode()))
            await send(message)

        parent = headers.get(b"traceparent", b"").decode("latin-1")
        with telemetry.continued(f"{scope['method']} {self._service}", parent, SpanKind.SERVER):
            try:
                await self._app(scope, receive, observed_send)
            except Exception as error:
                if status:
                    raise  # the answer has begun: all that is left is to break it off
                accepted = headers.get(b"accept-language", b"").decode("latin-1")
                await problems.unexpected(error, accepted)(scope, receive, observed_send)
            finally:
                telemetry.REQUESTS.labels(self._service, scope["method"], _template(scope), str(status)).observe(
                    time.perf_counter() - started
                )


def _template(scope: Scope) -> str:
    """The route's path with its parameters' names; `none` where no route matched."""
    path: str = scope["path"]
    if scope.get("endpoint") is None:
        return "none"
    for name, value in scope.get("path_params", {}).items():
        path = path.replace(f"/{value}", f"/{{{name}}}", 1)
    return path


class BodyLimit:
    """Refuses bodies of more than `limit` bytes, by what they say of themselves and by what comes; but for paths that end
    in one of `streamed`, whose routes hold no more than a part of the body.
    """

    def __init__(self, app: ASGIApp, limit: int, streamed: tuple[str, ...] = ()) -> None:
        self._app, self._limit, self._streamed = app, limit, streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (self._streamed and scope["path"].endswith(self._streamed)):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        announced = headers.get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > self._limit:
            accepted = headers.get(b"accept-language", b"").decode("latin-1")
            await problems.respond(self._refusal(), accepted)(scope, receive, send)
            return
        received = 0

        async def limited_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                raise self._refusal()
            return message

        await self._app(scope, limited_receive, send)

    def _refusal(self) -> TooLarge:
        return TooLarge(_TOO_LARGE, limit=self._limit)
