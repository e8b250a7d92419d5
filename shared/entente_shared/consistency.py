"""Read your writes across services: a write answers a token, and a service waits until it has seen what the token names.

A token is a comma-separated list of `<producer>:<event id>`, each optionally followed by `;soft`: a soft one is waited for
but never fails, as the gateway adds it on its own.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select

from .db import Database
from .errors import N_, Unavailable, Unprocessable
from .plumbing import inbox, parked_event

HEADER = "Consistency-Token"
_REMEMBERED = 1024
_handled: OrderedDict[tuple[Database, UUID], None] = OrderedDict()  # what has been handled stays handled


@dataclass(frozen=True)
class Seen:
    producer: str
    event_id: UUID
    soft: bool


def parse(header: str | None) -> list[Seen]:
    """Raises Unprocessable where the header is not a token that a service gave."""
    items = []
    for item in (header or "").split(","):
        if item.strip():
            name, _, option = item.strip().partition(";")
            producer, _, event_id = name.partition(":")
            try:
                items.append(Seen(producer, UUID(event_id), option.strip() == "soft"))
            except ValueError:
                raise Unprocessable(
                    N_(
                        "The header Consistency-Token is not one that a response gave; send it back unchanged, or leave it out."
                    )
                ) from None
    return items


def render(own: str, event_id: UUID, received: list[Seen]) -> str:
    """The token of a write: its own event, and what the caller had seen of other producers."""
    others = [f"{seen.producer}:{seen.event_id}" for seen in received if seen.producer != own and not seen.soft]
    return ", ".join([f"{own}:{event_id}", *others])


async def wait(database: Database, tokens: list[Seen], producers: set[str], limit: float) -> None:
    """Wait until the projections hold what `tokens` name, at most `limit` seconds; then Unavailable, unless soft."""
    pending = [seen for seen in tokens if seen.producer in producers and (database, seen.event_id) not in _handled]
    deadline, pause = time.monotonic() + limit, 0.002
    while pending:
        pending = await _unseen(database, pending)
        if not pending or time.monotonic() > deadline:
            break
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.05)
    if any(not seen.soft for seen in pending):
        raise Unavailable(
            N_("This service has not yet seen your last write; send the same request again in a moment."),
            headers={"Retry-After": "1"},
        )


async def _unseen(database: Database, tokens: list[Seen]) -> list[Seen]:
    async with database.transaction() as session:
        rows = await session.execute(
            select(inbox.c.event_id).where(
                inbox.c.producer.in_({seen.producer for seen in tokens}),
                inbox.c.event_id.in_([seen.event_id for seen in tokens]),
                ~exists(select(parked_event.c.event_id).where(parked_event.c.event_id == inbox.c.event_id)),
            )
        )
        handled = set(rows.scalars())
    _handled.update(((database, event_id), None) for event_id in handled)
    while len(_handled) > _REMEMBERED:
        _handled.popitem(last=False)
    return [seen for seen in tokens if seen.event_id not in handled]
