"""Dead letters: events whose handling failed for good. Operators see what they are, replay and drop them; only those whom
an event was meant for see what it says.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel
from sqlalchemy import ColumnElement, delete, func, or_, select, true, update

from ..auth import Caller, CallerKind
from ..errors import N_, NotFound
from ..outbox import SHARED
from ..plumbing import parked_event
from .dependencies import CurrentCaller, CurrentSession
from .pages import Cursor, Limit, Page
from .routing import Router


class DeadLetter(BaseModel):
    """An event that failed, or (`dead` false) one that is being retried or waits behind it."""

    event_id: UUID
    producer: str
    type: str
    partnership_id: UUID | None
    aggregate: str
    aggregate_id: UUID
    attempts: int
    dead: bool
    error: str | None
    parked_at: datetime
    next_attempt_at: datetime


class DeadLetterDetail(DeadLetter):
    """`data` is withheld (null) from those whom the event was not meant for."""

    data: str | None


def _visible(caller: Caller) -> ColumnElement[bool]:
    if caller.kind is CallerKind.OPERATOR:
        return true()
    mine = parked_event.c.partnership_id.in_(select(func.entente_partnerships()))
    audience = parked_event.c.headers["ce-audience"].astext
    return mine & or_(audience == SHARED, audience.contains(str(caller.organisation_id), autoescape=True))


def _read(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in DeadLetter.model_fields}


def dead_letter_router(service: str) -> Router:
    """The routes for one service's dead letters, below /v1/<service>/dead-letters."""
    router = Router(prefix=f"/{service}/dead-letters", tags=["dead letters"])
    _add_reads(router, service)
    _add_writes(router, service)
    return router


def _add_reads(router: Router, service: str) -> None:
    @router.get("", operation_id=f"{service}_list_dead_letters", summary="Events that failed")
    async def list_dead_letters(
        session: CurrentSession, caller: CurrentCaller, cursor: Cursor = None, limit: Limit = 100
    ) -> Page[DeadLetter]:
        statement = select(parked_event).where(_visible(caller)).order_by(parked_event.c.event_id).limit(limit + 1)
        if cursor is not None:
            statement = statement.where(parked_event.c.event_id > cursor)
        rows = (await session.execute(statement)).all()
        items = [DeadLetter(**_read(row)) for row in rows[:limit]]
        return Page(items=items, next_cursor=str(items[-1].event_id) if len(rows) > limit else None)

    @router.get("/{event_id}", operation_id=f"{service}_get_dead_letter", summary="One event that failed")
    async def get_dead_letter(event_id: UUID, session: CurrentSession, caller: CurrentCaller) -> DeadLetterDetail:
        row = (
            await session.execute(select(parked_event).where(parked_event.c.event_id == event_id, _visible(caller)))
        ).first()
        if row is None:
            raise _unknown()
        withheld = caller.kind is CallerKind.OPERATOR
        return DeadLetterDetail(**_read(row), data=None if withheld else row.data)


def _add_writes(router: Router, service: str) -> None:
    @router.post(
        "/{event_id}/replays",
        status_code=202,
        operation_id=f"{service}_replay_dead_letter",
        summary="Handle an event again",
    )
    async def replay_dead_letter(
        event_id: UUID, session: CurrentSession, caller: CurrentCaller, request: Request
    ) -> dict[str, str]:
        caller.require_operator()
        changed = await session.execute(
            update(parked_event)
            .where(parked_event.c.event_id == event_id)
            .values(dead=False, attempts=0, next_attempt_at=func.now())
            .returning(parked_event.c.event_id)
        )
        if changed.first() is None:
            raise _unknown()
        return {"status": "will be handled again", "follow": str(request.url.path).removesuffix("/replays")}

    @router.delete(
        "/{event_id}", status_code=204, operation_id=f"{service}_drop_dead_letter", summary="Give an event up"
    )
    async def drop_dead_letter(event_id: UUID, session: CurrentSession, caller: CurrentCaller) -> None:
        caller.require_operator()
        dropped = await session.execute(
            delete(parked_event).where(parked_event.c.event_id == event_id).returning(parked_event.c.event_id)
        )
        if dropped.first() is None:
            raise _unknown()


def _unknown() -> NotFound:
    return NotFound(N_("There is no such dead letter; it may have been handled meanwhile."))
