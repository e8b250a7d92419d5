"""The decision log over HTTP. Its address lies below the decisions', so this router comes before theirs."""

from typing import Annotated

from fastapi import Query, Request, Response

from entente_objectives.bodies import Moment
from entente_objectives.governance.queries import LockedDecision
from entente_objectives.governance.routes import DECISIONS, ONE
from entente_objectives.mandates.domain import Domain
from entente_shared.events.objectives import Outcome
from entente_shared.web import (
    CurrentMember,
    CurrentSession,
    Cursor,
    Limit,
    Page,
    Router,
    check_if_match,
    set_etag,
)

from . import commands, queries
from .schemas import DissentCreate, LogEntryRead

router = Router(tags=["governance"])


@router.get(f"{DECISIONS}/log", operation_id="objectives_list_decision_log")
async def list_log(
    *,
    member: CurrentMember,
    session: CurrentSession,
    domain: Annotated[Domain | None, Query()] = None,
    outcome: Annotated[Outcome | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from", description="taken at or after this time")] = None,
    before: Annotated[Moment | None, Query(alias="to", description="taken before this time")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[LogEntryRead]:
    """Decisions that were taken, newest first: outcome, votes, and who dissented and why."""
    wanted = queries.Filter(domain, outcome, since, before)
    entries, next_cursor = await queries.list_log(session, member.partnership_id, wanted, cursor, limit)
    return Page(items=[LogEntryRead.of(entry) for entry in entries], next_cursor=next_cursor)


@router.post(f"{ONE}/dissents", status_code=201, operation_id="objectives_record_dissent")
async def record_dissent(
    *,
    body: DissentCreate,
    decision: LockedDecision,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> LogEntryRead:
    """Put on the record why you voted against what was carried."""
    check_if_match(request, decision.version)
    await commands.record_dissent(session, decision, member.caller.person_id, body.reason)
    set_etag(response, decision.version)
    return LogEntryRead.of(await queries.load_entry(session, decision))
