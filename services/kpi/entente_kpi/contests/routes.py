"""Contests over HTTP. They are for persons: a party answers for what it disputes."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from entente_shared.events.objectives import Role
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Member, Page, Router

from ..definitions.loading import LoadedKpi
from . import commands, domain, queries
from .domain import Actor, State
from .schemas import ContestCreate, ContestRead, ContestResolve, ContestWithdraw

router = Router(tags=["contests"])
MANY = "/partnerships/{partnership_id}/contests"


@router.post(
    "/partnerships/{partnership_id}/kpis/{kpi_id}/contests",
    status_code=201,
    operation_id="kpi_open_contest",
    summary="Dispute samples of a KPI: it is provisional from now on, and adjusts nothing by itself",
)
async def open_contest(
    body: ContestCreate, kpi: LoadedKpi, member: CurrentMember, session: CurrentSession
) -> ContestRead:
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER)
    span = domain.span(body.at, body.from_, body.to)
    return ContestRead.model_validate(
        await commands.open_contest(session, _actor(member), kpi.kpi.id, span, body.reason)
    )


@router.get(MANY, operation_id="kpi_list_contests", summary="Which samples are contested, or were")
async def list_contests(
    member: CurrentMember,
    session: CurrentSession,
    *,
    kpi_id: UUID | None = None,
    state: Annotated[State | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[ContestRead]:
    rows, next_cursor = await queries.list_contests(
        session, member.partnership_id, kpi_id=kpi_id, state=state, cursor=cursor, limit=limit
    )
    return Page(items=[ContestRead.model_validate(row) for row in rows], next_cursor=next_cursor)


@router.get(f"{MANY}/{{contest_id}}", operation_id="kpi_get_contest", summary="One contest")
async def get_contest(contest_id: UUID, member: CurrentMember, session: CurrentSession) -> ContestRead:
    return ContestRead.model_validate(await queries.get_contest(session, member.partnership_id, contest_id))


@router.post(
    f"{MANY}/{{contest_id}}/resolutions",
    status_code=201,
    operation_id="kpi_resolve_contest",
    summary="Uphold another party's contest with the right values, or reject it",
)
async def resolve_contest(
    contest_id: UUID, body: ContestResolve, member: CurrentMember, session: CurrentSession
) -> ContestRead:
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    outcome = State.UPHELD if body.upheld else State.REJECTED
    corrections = {each.at: each.value for each in body.corrections}
    return ContestRead.model_validate(
        await commands.resolve(session, _actor(member), contest_id, outcome, body.reason, corrections)
    )


@router.post(
    f"{MANY}/{{contest_id}}/withdrawals",
    status_code=201,
    operation_id="kpi_withdraw_contest",
    summary="Withdraw a contest of the own party",
)
async def withdraw_contest(
    contest_id: UUID, body: ContestWithdraw, member: CurrentMember, session: CurrentSession
) -> ContestRead:
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER)
    return ContestRead.model_validate(await commands.withdraw(session, _actor(member), contest_id, body.reason))


def _actor(member: Member) -> Actor:
    assert member.caller.person_id is not None, "a system holds no role"
    return Actor(member.partnership_id, member.party_id, member.caller.person_id, member.caller.principal)
