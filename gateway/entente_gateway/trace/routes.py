"""Why something happened: the sagas of a partnership and the trace of one."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from entente_shared.errors import N_, NotFound
from entente_shared.web import CurrentMember, CurrentSession, Page, Router

from . import queries
from .domain import edges, fold, ordered
from .schemas import SagaRead, TraceEdge, TraceNode, TraceRead

router = Router(prefix="/partnerships/{partnership_id}", tags=["trace"])


@router.get("/sagas", operation_id="gateway_list_sagas", summary="List the loops that deviations started")
async def list_sagas(
    session: CurrentSession,
    member: CurrentMember,
    cursor: Annotated[int | None, Query(ge=0, description="`next_cursor` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="at most so many items")] = 50,
) -> Page[SagaRead]:
    """The newest first, each with its state and how it came to it."""
    page = await queries.sagas(session, member.partnership_id, cursor, limit)
    items = [SagaRead.model_validate(saga) for saga in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/trace/{correlation_id}", operation_id="gateway_read_trace", summary="Ask why")
async def read_trace(correlation_id: UUID, session: CurrentSession, member: CurrentMember) -> TraceRead:
    """The causal graph of everything that one event led to, with the versions of the rules and their inputs."""
    facts = ordered(await queries.facts_of(session, member.partnership_id, [correlation_id]))
    if not facts:
        raise NotFound(N_("Nothing is known under this correlation; GET .../sagas lists the loops of the partnership."))
    saga = fold(facts)
    return TraceRead(
        correlation_id=correlation_id,
        saga=SagaRead.model_validate(saga) if saga else None,
        nodes=[TraceNode.model_validate(fact) for fact in facts],
        edges=[TraceEdge.model_validate(edge) for edge in edges(facts)],
    )
