"""The quarantine over HTTP: an organisation's own samples that belong to no KPI."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from entente_shared.events.objectives import Role
from entente_shared.i18n import preferred_language, translate
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, paginate

from ..ingest.domain import Outcome
from . import commands, queries, replays
from .domain import REASONS
from .schemas import (
    DropCreate,
    DropRead,
    DropReport,
    QuarantinedSampleRead,
    QuarantinedSeriesRead,
    ReplayCreate,
    ReplayedSeries,
    ReplayReport,
)

router = Router(tags=["quarantine"])
ROOT = "/partnerships/{partnership_id}/quarantine"
_WRITERS = (Role.CONTRIBUTOR, Role.ALLIANCE_MANAGER, Role.SPONSOR)


def _language(request: Request) -> str:
    return preferred_language(request.headers.get("accept-language", ""))


@router.get(
    f"{ROOT}/series",
    operation_id="kpi_list_quarantined_series",
    summary="The series of your organisation that belong to no KPI",
)
async def list_series(
    member: CurrentMember, session: CurrentSession, request: Request, cursor: Cursor = None, limit: Limit = 100
) -> Page[QuarantinedSeriesRead]:
    rows, next_cursor = await queries.list_series(session, member, cursor, limit)
    items = [
        QuarantinedSeriesRead(
            id=series.id, name=series.name, labels=series.labels, reason=series.reason,
            why=translate(REASONS[series.reason], _language(request)), samples=samples, first_at=first, last_at=last,
            first_received_at=series.first_received_at, last_received_at=series.last_received_at,
        )
        for series, samples, first, last in rows
    ]  # fmt: skip
    return Page(items=items, next_cursor=next_cursor)


@router.get(
    f"{ROOT}/series/{{series_id}}/samples",
    operation_id="kpi_list_quarantined_samples",
    summary="The samples of a quarantined series, in the order of their arrival",
)
async def list_samples(
    series_id: UUID,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    cursor: Annotated[int | None, Query(ge=0, le=2**63 - 1, description="`next_cursor` of the page before")] = None,
    limit: Limit = 100,
) -> Page[QuarantinedSampleRead]:
    rows, next_cursor = await queries.list_samples(session, member, series_id, cursor, limit)
    language = _language(request)
    items = [QuarantinedSampleRead.of(row, row.refused and translate(row.refused, language)) for row in rows]
    return Page(items=items, next_cursor=next_cursor)


@router.post(
    f"{ROOT}/replays",
    operation_id="kpi_create_quarantine_replay",
    summary="Send quarantined samples to the KPIs that they are mapped to by now",
)
async def replay(body: ReplayCreate, member: CurrentMember, session: CurrentSession, request: Request) -> ReplayReport:
    member.require(*_WRITERS, scope="samples:write")
    done = await replays.replay(session, member, body.series_ids)
    items = [_told(each, _language(request)) for each in done.items]
    return ReplayReport(items=items, remaining=done.remaining)


def _told(each: replays.Replayed, language: str) -> ReplayedSeries:
    count = each.outcomes.get
    return ReplayedSeries(
        series_id=each.series_id,
        name=each.name,
        labels=each.labels,
        kpi_id=each.kpi_id,
        stored=count(Outcome.STORED, 0),
        unchanged=count(Outcome.UNCHANGED, 0),
        corrected=count(Outcome.CORRECTED, 0),
        refused=count(Outcome.CONFLICT, 0) + count(Outcome.REJECTED, 0),
        reason=each.reason and translate(each.reason, language),
    )


@router.post(
    f"{ROOT}/drops",
    operation_id="kpi_create_quarantine_drop",
    summary="Throw quarantined series away for good; only a person may, with a reason",
)
async def drop(body: DropCreate, member: CurrentMember, session: CurrentSession) -> DropReport:
    member.require(*_WRITERS)
    return DropReport(samples=await commands.drop(session, member, sorted(set(body.series_ids)), body.reason))


@router.get(
    f"{ROOT}/drops", operation_id="kpi_list_quarantine_drops", summary="What your organisation has thrown away, and why"
)
async def list_drops(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[DropRead]:
    page, next_cursor = await paginate(session, queries.drops(member), queries.drops_by_id, cursor, limit)
    return Page(items=[DropRead.of(row) for row in page], next_cursor=next_cursor)
