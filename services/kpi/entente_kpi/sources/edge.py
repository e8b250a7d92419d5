"""How all foreign protocols push: what is plain commits together with others, and faults are told in short."""

import asyncio
from collections.abc import Callable
from uuid import UUID

from fastapi import Request, Response

from entente_shared import consistency
from entente_shared.auth import Caller
from entente_shared.errors import Problem
from entente_shared.i18n import preferred_language, translate
from entente_shared.web import authenticate, load_member, write

from ..ingest.admission import body_size
from ..ingest.domain import Outcome
from ..ingest.engine import Engine, engine_of, require_pusher
from ..mappings.lookups import lookups_of
from . import commands
from .commands import Delivered
from .domain import Reading

Read = Callable[[bytes], Reading]
Answer = Callable[[Reading, Delivered], Response]

_TOLD = 10
_LARGE = 256 * 1024  # bytes


async def push(request: Request, partnership_id: UUID, read: Read, answer: Answer) -> Response:
    """Read a body and deliver its samples. A stranger is told nothing but that there is no partnership."""
    runtime, caller = request.app.state.runtime, authenticate(request)
    seen = consistency.parse(request.headers.get(consistency.HEADER))
    if seen:
        await consistency.wait(runtime.database, seen, runtime.producers, runtime.settings.consistency_wait)
    engine = engine_of(request)
    with engine.admission.admit(caller, body_size(request)):
        reading = await _read(request, caller, partnership_id, read)
        together = await _together(engine, request, caller, partnership_id, reading)
        if together is not None:
            delivered, event_id = together
            response = answer(reading, delivered)
        else:
            engine.admission.count(caller, reading.count)
            response, event_id = await _alone(request, caller, partnership_id, reading, answer)
    if event_id is not None:
        response.headers[consistency.HEADER] = consistency.render(runtime.name, event_id, seen)
    return response


async def _read(request: Request, caller: Caller, partnership_id: UUID, read: Read) -> Reading:
    """A large body is read in a thread, so that other requests go on meanwhile."""
    try:
        body = await request.body()
        return read(body) if len(body) < _LARGE else await asyncio.to_thread(read, body)
    except Problem:
        async with request.app.state.runtime.database.transaction(caller) as session:
            require_pusher(await load_member(session, caller, partnership_id))
        raise


async def _together(
    engine: Engine, request: Request, caller: Caller, partnership_id: UUID, reading: Reading
) -> tuple[Delivered, UUID | None] | None:
    """Record samples in one transaction with those of others that wait; None where they need one of their own."""
    if "idempotency-key" in request.headers:
        return None
    current = await lookups_of(request.app.state.runtime.database).current(caller, partnership_id)
    plain = commands.plain(current.rules, reading, current.now)
    if plain is None:
        return None
    recorded = await engine.record(caller, partnership_id, plain.columns)
    return plain.settle(recorded.settled), recorded.event_id


async def _alone(
    request: Request, caller: Caller, partnership_id: UUID, reading: Reading, answer: Answer
) -> tuple[Response, UUID | None]:
    async def act(request: Request) -> Response:
        member = await load_member(request.state.session, caller, partnership_id)
        require_pusher(member)
        return answer(reading, await commands.deliver(request.state.session, member, reading))

    return await write(request, caller, act)


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
