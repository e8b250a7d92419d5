"""What the routes of all foreign protocols share: the body comes before the transaction, and faults are told in short."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response

from entente_shared.events.objectives import Role
from entente_shared.i18n import preferred_language, translate
from entente_shared.web import Member
from entente_shared.web.routing import TransactionalRoute, authenticate

from ..ingest.domain import Outcome
from .commands import Delivered
from .domain import Reading

WRITERS = (Role.CONTRIBUTOR, Role.ALLIANCE_MANAGER, Role.SPONSOR)
SCOPE = "samples:write"
_TOLD = 10
_LARGE = 256 * 1024


class BodyFirst(TransactionalRoute):
    """Reads the body before the transaction begins: a slow sender holds no connection to the database."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def read_first(request: Request) -> Response:
            authenticate(request)
            await request.body()
            return await handle(request)

        return read_first


def foreign_router(tag: str) -> APIRouter:
    return APIRouter(tags=[tag], route_class=BodyFirst)


def admit(member: Member) -> None:
    member.require(*WRITERS, scope=SCOPE)


async def read_aside(size: int, read: Callable[[], Reading]) -> Reading:
    """Read a large body in a thread, so that other requests go on meanwhile."""
    return read() if size < _LARGE else await asyncio.to_thread(read)


def outcome_header(delivered: Delivered) -> dict[str, str]:
    """What became of the samples, for protocols whose answer has no place for it."""
    counts: dict[str, int] = {
        name: delivered.counts.get(name, 0) for name in (Outcome.STORED, Outcome.UNCHANGED, Outcome.CORRECTED)
    }
    told = {**counts, "quarantined": delivered.quarantined, "refused": len(delivered.faults)}
    return {"Entente-Outcome": ", ".join(f"{name}={number}" for name, number in told.items() if number) or "none"}


def faults_in_words(request: Request, reading: Reading, delivered: Delivered, unit: str) -> str:
    """The first faults by where they stood in the body, without any of it."""
    language = preferred_language(request.headers.get("accept-language", ""))
    told = [
        f"{unit} {reading.origin(place)}: {fault.field}: {translate(fault.reason, language)}"
        for place, fault in sorted(delivered.faults.items())[:_TOLD]
    ]
    return " | ".join(told) + (" | ..." if len(delivered.faults) > _TOLD else "")
