"""The gateway put together: the door in front, the gateway's own application and the proxy behind it."""

import asyncio
from contextlib import suppress

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from entente_shared.auth import Caller
from entente_shared.errors import N_, Unavailable
from entente_shared.handling import Handlers
from entente_shared.runtime import Service
from entente_shared.web import create_service

from .door import NAME, Door, Parts
from .identity.authentication import Authenticator, LookUp
from .identity.tokens import Mint
from .keys import queries as keys
from .keys.routes import router as keys_router
from .me.handlers import handlers as me_handlers
from .me.routes import router as me_router
from .proxy.domain import Hints
from .proxy.upstream import Limits, Upstreams
from .reference.routes import router as reference_router
from .routing import document
from .routing.domain import Routes
from .settings import Settings
from .stopping import on_stop
from .stream.feed import Feed
from .stream.handlers import handlers as stream_handlers
from .stream.routes import router as stream_router
from .stream.sse import Pace
from .trace.routes import router as trace_router

SERVICE = Service(
    name=NAME,
    title="Entente gateway",
    description="The one door: who you are, where it goes, what is live.",
    routers=(keys_router, me_router, stream_router, trace_router),
    handlers=Handlers(stream_handlers, me_handlers),
)
_EXPOSED = ["Consistency-Token", "ETag", "Idempotency-Replayed", "Link", "Location", "Retry-After", "X-Trace-Id"]
_HINTED_SUBJECTS = 20_000


def create_own(settings: Settings | None) -> FastAPI:
    """The gateway's own routes; without settings only their OpenAPI document can be had."""
    own = create_service(SERVICE, settings)
    own.include_router(reference_router)
    if settings is not None:
        own.state.feed = Feed(settings.streams, settings.streams_per_key)
        own.state.pace = Pace(settings.stream_poll, settings.stream_heartbeat, settings.stream_stall)
    return own


def create_app(settings: Settings | None = None) -> ASGIApp:
    """The gateway. Without settings it is only its own routes, whose OpenAPI document can be had."""
    own = create_own(settings)
    if settings is None:
        return own
    upstreams = _upstreams(settings)
    door = Door(
        Parts(
            own=Lifespan(own, upstreams, settings),
            routes=Routes(document.load()),
            authenticator=Authenticator(_look_up(own), settings.key_cache_seconds),
            mint=Mint(settings.token_private_key),
            upstreams=upstreams,
            hints=Hints(settings.hint_seconds, _HINTED_SUBJECTS),
        )
    )
    if not settings.cors_origins:
        return door
    return CORSMiddleware(
        door,
        allow_origins=settings.cors_origins,
        allow_methods=["DELETE", "GET", "PATCH", "POST", "PUT"],
        allow_headers=["*"],
        expose_headers=_EXPOSED,
    )


def _upstreams(settings: Settings) -> Upstreams:
    limits = Limits(
        connect=settings.upstream_connect,
        idle=settings.upstream_idle,
        total=settings.upstream_total,
        in_flight=settings.upstream_in_flight,
        keep_alive=settings.upstream_keep_alive,
    )
    return Upstreams(settings.upstreams, limits)


def _look_up(own: FastAPI) -> LookUp:
    async def look_up(digest: bytes) -> Caller | None:
        try:
            async with own.state.runtime.database.transaction() as session:
                return await keys.find_caller(session, digest)
        except (SQLAlchemyError, OSError) as error:
            detail = N_("Keys cannot be checked right now; send the same request again in a moment.")
            raise Unavailable(detail, headers={"Retry-After": "1"}) from error

    return look_up


class Lifespan:
    """Opens the proxy's session and the feed's connection after the own application has started, and closes them
    before it stops.
    """

    def __init__(self, own: FastAPI, upstreams: Upstreams, settings: Settings) -> None:
        self._own, self._upstreams, self._settings = own, upstreams, settings
        self._listening: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._own(scope, receive, send)
            return

        async def on_receive() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await self._close()
            return message

        async def on_send(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                await self._open()
            await send(message)

        await self._own(scope, on_receive, on_send)

    async def _open(self) -> None:
        await self._upstreams.open()
        on_stop(self._own.state.feed.close)
        self._listening = asyncio.create_task(self._own.state.feed.listen(self._settings.dsn))

    async def _close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
        await self._upstreams.close()
