"""Change a definition, approve and refuse changes, and read what it was."""

from typing import Annotated

from fastapi import Path, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.web import (
    CurrentMember,
    CurrentSession,
    Limit,
    Page,
    Router,
    check_if_match,
    set_etag,
)

from ..definitions.loading import LoadedKpi
from ..evaluation import queries as tracks
from ..evaluation.queries import Tracked
from . import commands, queries
from .schemas import AfterNumber, ChangeCreate, RefusalCreate, VersionRead

router = Router(tags=["kpis"])
VERSIONS = "/partnerships/{partnership_id}/kpis/{kpi_id}/versions"
Number = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get(VERSIONS, operation_id="kpi_list_kpi_versions", summary="What a KPI's definition is, was, and is to become")
async def list_versions(
    kpi: LoadedKpi, session: CurrentSession, cursor: AfterNumber = 0, limit: Limit = 100
) -> Page[VersionRead]:
    partnership_id, kpi_id = kpi.kpi.partnership_id, kpi.kpi.id
    rows, next_cursor = await queries.list_versions(session, partnership_id, kpi_id, after=cursor, limit=limit)
    approvals = await queries.load_approvals(session, partnership_id, kpi_id, [row.number for row in rows])
    return Page(items=[VersionRead.of(row, approvals[row.number]) for row in rows], next_cursor=next_cursor)


@router.get(f"{VERSIONS}/{{version}}", operation_id="kpi_get_kpi_version", summary="One version of a definition")
async def get_version(version: Number, kpi: LoadedKpi, session: CurrentSession, response: Response) -> VersionRead:
    return await _read(session, kpi, version, response)


@router.post(
    VERSIONS,
    status_code=201,
    operation_id="kpi_propose_kpi_version",
    summary="Change a definition; it takes effect at once, or when every party has approved it",
)
async def propose_version(
    body: ChangeCreate,
    kpi: LoadedKpi,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> VersionRead:
    member.require(*commands.APPROVERS, scope="organisation:admin")
    locked = await _lock(session, kpi)
    check_if_match(request, locked.kpi.revision)
    number = await commands.propose(session, member, locked, body.given(), body.reason)
    response.headers["Location"] = f"/v1{VERSIONS}/{number}".format(
        partnership_id=kpi.kpi.partnership_id, kpi_id=kpi.kpi.id
    )
    return await _read(session, locked, number, response)


@router.post(
    f"{VERSIONS}/{{version}}/approvals",
    status_code=201,
    operation_id="kpi_approve_kpi_version",
    summary="Approve a proposed version for your party (sponsors and alliance managers)",
)
async def approve_version(
    version: Number, kpi: LoadedKpi, member: CurrentMember, session: CurrentSession, response: Response
) -> VersionRead:
    member.require(*commands.APPROVERS)
    locked = await _lock(session, kpi)
    await commands.approve(session, member, locked, version)
    return await _read(session, locked, version, response)


@router.post(
    f"{VERSIONS}/{{version}}/refusals",
    status_code=201,
    operation_id="kpi_refuse_kpi_version",
    summary="Refuse a proposed version for your party, or withdraw your own",
)
async def refuse_version(
    version: Number,
    body: RefusalCreate,
    kpi: LoadedKpi,
    member: CurrentMember,
    session: CurrentSession,
    response: Response,
) -> VersionRead:
    member.require(*commands.APPROVERS)
    locked = await _lock(session, kpi)
    await commands.refuse(session, member, locked, version, body.reason)
    return await _read(session, locked, version, response)


async def _lock(session: AsyncSession, kpi: Tracked) -> Tracked:
    """Changes of a definition come one after the other, and not while its samples are being judged."""
    [locked] = await tracks.lock(session, kpi.kpi.partnership_id, [kpi.kpi.id])  # a KPI is never removed
    return locked


async def _read(session: AsyncSession, kpi: Tracked, number: int, response: Response) -> VersionRead:
    """The ETag is the KPI's: what a change of its definition must be based on."""
    partnership_id, kpi_id = kpi.kpi.partnership_id, kpi.kpi.id
    row = await queries.get_version(session, partnership_id, kpi_id, number)
    approvals = await queries.load_approvals(session, partnership_id, kpi_id, [number])
    set_etag(response, kpi.kpi.revision)
    return VersionRead.of(row, approvals[number])
