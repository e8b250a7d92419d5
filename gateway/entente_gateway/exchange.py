"""One request at the door: what it asked for, what is sent on in its name, and what became of it."""

import time

from starlette.types import Message, Scope, Send

from entente_shared import telemetry
from entente_shared.auth import Caller

from .identity import foreign
from .proxy.domain import request_headers
from .routing.domain import Target

TOKEN = b"consistency-token"
_CREATED = b"/v1/partnerships/"


class Exchange:
    """`send` notes the answer's status and headers as they pass. `own`: the gateway's own application measures it."""

    def __init__(self, scope: Scope, outward: Send) -> None:
        self.scope, self._outward = scope, outward
        self.method: str = scope["method"]
        self.path = scope["raw_path"].decode("latin-1")
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.started = time.perf_counter()
        self.route = "none"
        self.own = False
        self.status = 0
        self.answer: dict[bytes, bytes] = {}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.answer = dict(message["headers"])
        await self._outward(message)

    def observe(self) -> None:
        """Measure by the route's template, never by an id. Status 0: the client left before there was any."""
        seconds = time.perf_counter() - self.started
        telemetry.REQUESTS.labels("gateway", self.method, self.route, str(self.status)).observe(seconds)

    @property
    def authorization(self) -> bytes | None:
        """The header that says who calls, also where another system's client says it in its own way."""
        header = self.headers.get(b"authorization")
        return foreign.as_bearer(header, self.scope["query_string"]) if foreign.is_ingest(self.path) else header

    @property
    def address(self) -> str:
        query: bytes = self.scope["query_string"]
        if query and foreign.is_ingest(self.path):
            query = foreign.without_secret(query)
        return f"{self.path}?{query.decode('latin-1')}" if query else self.path

    @property
    def has_body(self) -> bool:
        return b"transfer-encoding" in self.headers or self.headers.get(b"content-length", b"0") != b"0"

    @property
    def accept_language(self) -> str:
        return self.headers.get(b"accept-language", b"").decode("latin-1")

    def passed_on(self, authorization: bytes, traceparent: bytes, hint: bytes | None) -> list[tuple[bytes, bytes]]:
        """The headers that a service gets. Who calls and from where is said by the gateway alone."""
        headers = [item for item in request_headers(self.scope["headers"]) if item[0] != b"traceparent"]
        token = self.headers.get(TOKEN) or hint
        client = self.scope.get("client")
        headers += [
            (b"authorization", authorization),
            (b"traceparent", traceparent),
            (b"x-forwarded-for", (client[0] if client else "").encode()),
            (b"x-forwarded-proto", self.scope["scheme"].encode()),
            (b"x-forwarded-host", self.headers.get(b"host", b"")),
        ]
        if token:
            headers.append((TOKEN, token))
        return headers

    def subjects(self, target: Target, caller: Caller) -> list[str]:
        """What a write is remembered by and looked up by: its partnership, and the organisation that did it."""
        own = str(caller.organisation_id or caller.principal)
        partnership = target.partnership(self.path)
        return [own] if partnership is None else [partnership, own]

    def created(self) -> list[str]:
        """The partnership that this request made, as the answer's Location names it: its other parties ask for it
        next.
        """
        location = self.answer.get(b"location", b"")
        if not location.startswith(_CREATED):
            return []
        return [location[len(_CREATED) :].partition(b"/")[0].decode("latin-1")]
