"""A service behind the gateway that does what the path says, and a door in front of it with two known keys."""

import asyncio
import hashlib
import json
import random
import secrets
from pathlib import Path
from typing import Any, NamedTuple

from support.stack import write_keys

from entente_gateway.door import Door, Parts
from entente_gateway.identity.authentication import Authenticator
from entente_gateway.identity.tokens import Mint
from entente_gateway.keys.domain import digest, new_secret
from entente_gateway.proxy.domain import Hints
from entente_gateway.proxy.upstream import Limits, Upstreams
from entente_gateway.routing.domain import METHODS, Routes
from entente_shared.auth import Caller, CallerKind, TokenVerifier

KEY = new_secret(random.Random(1).choice)  # known to this test alone
CALLER = Caller(CallerKind.OPERATOR, "key:test")
PATHS = (
    "headers", "echo", "digest", "produce/{size}", "wait", "endless", "half", "stall", "early", "silent", "hop", "status/{code}",
    "wrote/{token}", "partnerships/{partnership_id}/wrote/{token}", "partnerships/{partnership_id}/headers",
    "partnerships/{partnership_id}/ingest/headers", "created/{partnership}",
)  # fmt: skip


def document(services: tuple[str, ...] = ("kpi",)) -> dict[str, Any]:
    """Every path of the upstream, `/v1/<path>` at kpi and `/v1/<service>/<path>` at each."""
    methods = METHODS - {"trace"}
    paths = {f"/v1/{path}": {method: {"x-entente-service": "kpi"} for method in methods} for path in PATHS}
    for service in services:
        for path in PATHS:
            paths[f"/v1/{service}/{path}"] = {method: {"x-entente-service": service} for method in methods}
    paths["/v1/only-get"] = {"get": {"x-entente-service": "kpi"}}
    paths["/v1/mine"] = {"get": {"x-entente-service": "gateway"}}
    return {"paths": paths}


class Call(NamedTuple):
    scope: Any
    receive: Any
    send: Any


class Service:
    """The upstream's ASGI application. `left` counts requests whose client went away before the answer, `produced` bytes."""

    def __init__(self, public_key: Path) -> None:
        self.verifier = TokenVerifier(public_key, "kpi")
        self.left = 0
        self.started = 0
        self.produced = 0

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        self.started += 1
        segments = [part for part in scope["path"].removeprefix("/v1/").split("/") if part]
        if segments[0] == "partnerships":
            segments = [part for part in segments[2:] if part != "ingest"]
        await getattr(self, f"do_{segments[0]}")(Call(scope, receive, send), *segments[1:])

    async def do_headers(self, call) -> None:
        headers = [(name.decode(), value.decode("latin-1")) for name, value in call.scope["headers"]]
        path = call.scope["raw_path"].decode() + (
            "?" + call.scope["query_string"].decode() if call.scope["query_string"] else ""
        )
        await answer(call.send, json.dumps({"method": call.scope["method"], "path": path, "headers": headers}).encode())

    async def do_echo(self, call) -> None:
        kind = dict(call.scope["headers"]).get(b"content-type", b"application/octet-stream")
        await start(call.send, [(b"content-type", kind)])
        async for chunk in body(call.receive):
            await call.send({"type": "http.response.body", "body": chunk, "more_body": True})
        await call.send({"type": "http.response.body", "body": b""})

    async def do_digest(self, call) -> None:
        found, size = hashlib.sha256(), 0
        async for chunk in body(call.receive):
            found.update(chunk)
            size += len(chunk)
        await answer(call.send, json.dumps({"sha256": found.hexdigest(), "size": size}).encode())

    async def do_produce(self, call, size) -> None:
        left, chunk = int(size), secrets.token_bytes(65536)
        await start(call.send, [(b"content-length", size.encode())])
        gone = asyncio.ensure_future(disconnected(call.receive))
        while left and not gone.done():  # what is sent to nobody is not produced: no buffer would hold it back
            await asyncio.sleep(0)
            piece = chunk[:left]
            left -= len(piece)
            self.produced += len(piece)
            await call.send({"type": "http.response.body", "body": piece, "more_body": left > 0})
        gone.cancel()

    async def do_wait(self, call) -> None:
        async for _ in body(call.receive):
            pass
        if (await call.receive())["type"] == "http.disconnect":
            self.left += 1

    async def do_endless(self, call) -> None:
        await start(call.send, [])
        gone = asyncio.ensure_future(disconnected(call.receive))
        while not gone.done():
            await call.send({"type": "http.response.body", "body": b"x" * 1024, "more_body": True})
            await asyncio.sleep(0.01)
        self.left += 1

    async def do_half(self, call) -> None:
        await start(call.send, [(b"content-length", b"100")])
        await call.send({"type": "http.response.body", "body": b"x" * 10, "more_body": True})

    async def do_stall(self, call) -> None:
        await start(call.send, [(b"content-length", b"100")])
        await call.send({"type": "http.response.body", "body": b"x" * 10, "more_body": True})
        await disconnected(call.receive)

    async def do_early(self, call) -> None:
        """Refuses the body before it has read it."""
        await answer(call.send, b"too much", 413)

    async def do_silent(self, call) -> None:
        await disconnected(call.receive)

    async def do_hop(self, call) -> None:
        headers = [
            (b"keep-alive", b"timeout=5"), (b"proxy-authenticate", b"Basic"), (b"x-private", b"1"), (b"connection", b"x-private"),
            (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"x-public", b"\xc3\xa9"),
        ]  # fmt: skip
        await answer(call.send, b"", 200, headers)

    async def do_status(self, call, code) -> None:
        await answer(call.send, b"", int(code), [(b"location", b"/v1/elsewhere"), (b"x-public", b"1")])

    async def do_wrote(self, call, token) -> None:
        await answer(call.send, b"{}", 201, [(b"consistency-token", token.encode())])

    async def do_created(self, call, partnership) -> None:
        headers = [(b"consistency-token", b"kpi:created"), (b"location", b"/v1/partnerships/" + partnership.encode())]
        await answer(call.send, b"{}", 201, headers)


async def body(receive):
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        yield message.get("body", b"")
        if not message.get("more_body"):
            return


async def disconnected(receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def start(send, headers, status=200) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def answer(send, content: bytes, status=200, headers=()) -> None:
    length = [] if status in (204, 304) else [(b"content-length", str(len(content)).encode())]
    await start(send, [*length, *headers], status)
    await send({"type": "http.response.body", "body": content})


class Own:
    """Stands where the gateway's own application does: tells what reached it, and opens the proxy's session."""

    def __init__(self, upstreams: Upstreams) -> None:
        self._upstreams = upstreams

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await self._upstreams.open()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await self._upstreams.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        if scope["path"] == "/docs/broken":
            raise RuntimeError("secret detail")
        headers = [(name.decode(), value.decode()) for name, value in scope["headers"]]
        await answer(send, json.dumps({"own": scope["path"], "headers": headers}).encode())


def door(folder: Path, addresses: dict[str, str], limits: Limits, services: tuple[str, ...]) -> tuple[Door, Path]:
    """A door that knows KEY, and the public key of its tokens."""
    private, public = write_keys(folder)
    upstreams = Upstreams(addresses, limits)

    async def look_up(found: bytes) -> Caller | None:
        return CALLER if found == digest(KEY) else None

    parts = Parts(
        own=Own(upstreams),
        routes=Routes(document(services)),
        authenticator=Authenticator(look_up),
        mint=Mint(private),
        upstreams=upstreams,
        hints=Hints(5.0, 100),
    )
    return Door(parts), public
