"""Around every request: the trace context, the response header that names it, and the request's metric."""

import time

from opentelemetry.trace import SpanKind
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import telemetry


class Observed:
    """Continues or begins a trace, and measures by the route's template (never by an id)."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        parent = dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1")
        started, status = time.perf_counter(), 500

        async def observed_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                found = telemetry.trace_id() or ""
                message.setdefault("headers", []).append((b"x-trace-id", found.encode()))
            await send(message)

        with telemetry.continued(f"{scope['method']} {self._service}", parent, SpanKind.SERVER):
            try:
                await self._app(scope, receive, observed_send)
            finally:
                route = getattr(scope.get("route"), "path", "none")
                telemetry.REQUESTS.labels(self._service, scope["method"], route, str(status)).observe(
                    time.perf_counter() - started
                )
