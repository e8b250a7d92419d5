"""GET /v1/events."""

from typing import Annotated
from uuid import UUID

from fastapi import Header, Query, Request
from starlette.responses import Response

from entente_shared.errors import N_, Unprocessable
from entente_shared.web import CurrentCaller, CurrentSession, Router, load_member

from . import queries
from .sse import EventStream, Follower

router = Router(tags=["events"])

_STREAM = {200: {"description": "server-sent events", "content": {"text/event-stream": {"schema": {"type": "string"}}}}}


@router.get(
    "/events",
    operation_id="gateway_stream_events",
    summary="Follow what happens, live",
    response_class=Response,
    responses=_STREAM,  # type: ignore[arg-type]
)
async def stream_events(
    request: Request,
    session: CurrentSession,
    caller: CurrentCaller,
    partnership_id: Annotated[UUID | None, Query(description="only this partnership's events")] = None,
    last_event_id: Annotated[
        str | None, Header(description="the last `id` that you got: what came since is sent first")
    ] = None,
) -> EventStream:
    """Every event that you may see, at least once, in the order of the log: `id` is the position, `event` the type,
    `data` the event as JSON. Without `Last-Event-ID` it starts with what happens next; a position that this log never
    gave out starts at its beginning.
    """
    if partnership_id is not None:
        await load_member(session, caller, partnership_id)
    end = await queries.end_of_log(session)
    position = end if last_event_id is None else _position(last_event_id)
    follower = Follower(caller, partnership_id, position if position <= end else 0, request.state.identify)
    state = request.app.state
    return EventStream(state.runtime.database, state.feed, follower, state.pace)


def _position(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Unprocessable(
            N_("The header Last-Event-ID is the id of an event of this stream; send it back unchanged.")
        )
    return int(text)
