"""The lifecycle over HTTP."""

from collections.abc import Callable
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from entente_objectives.acting import person_of
from entente_objectives.bodies import page_of
from entente_objectives.partnerships.commands import Mover
from entente_objectives.partnerships.domain import Stage
from entente_objectives.partnerships.queries import load_partnership
from entente_shared.events.objectives import Role
from entente_shared.i18n import preferred_language, translate
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
from .domain import explain
from .guard import TRANSITIONS
from .schemas import (
    ConditionRead,
    ExitSettlementCreate,
    ExitSettlementRead,
    ExitSettlementSign,
    LifecycleRead,
    NextStageRead,
    StageEntryRead,
    TransitionCreate,
)

router = Router(tags=["lifecycle"])
LIFECYCLE = "/partnerships/{partnership_id}/lifecycle"
SETTLEMENTS = f"{LIFECYCLE}/settlements"


def _translation(request: Request) -> Callable[[str], str]:
    return partial(translate, language=preferred_language(request.headers.get("accept-language", "")))


Say = Annotated[Callable[[str], str], Depends(_translation)]


@router.get(LIFECYCLE, operation_id="objectives_get_lifecycle")
async def get_lifecycle(member: CurrentMember, session: CurrentSession, say: Say, response: Response) -> LifecycleRead:
    """The present stage, those before it, and for each that may follow what it asks for and what of it is missing."""
    found = await queries.load_lifecycle(session, member.partnership_id)
    set_etag(response, found.version)
    return LifecycleRead(
        stage=found.stage,
        history=[StageEntryRead.model_validate(entry) for entry in found.history],
        following=[
            NextStageRead(
                stage=stage,
                ready=all(condition.met for condition in conditions),
                missing=explain(conditions, say),
                conditions=[ConditionRead(key=c.key, met=c.met, missing=c.in_words(say)) for c in conditions],
            )
            for stage, conditions in found.following.items()
        ],
    )


@router.post("/partnerships/{partnership_id}" + TRANSITIONS, status_code=201, operation_id="objectives_enter_stage")
async def enter_stage(
    *,
    body: TransitionCreate,
    member: CurrentMember,
    session: CurrentSession,
    say: Say,
    request: Request,
    response: Response,
) -> LifecycleRead:
    """Enter a stage (sponsors and alliance managers; sponsors alone for the exit). All missing conditions are named."""
    member.require(*((Role.SPONSOR,) if body.stage is Stage.EXIT else (Role.SPONSOR, Role.ALLIANCE_MANAGER)))
    check_if_match(request, (await load_partnership(session, member.partnership_id)).version)
    mover = Mover(member.party_id, person_of(member), body.settlement_id)
    await commands.enter(session, member.partnership_id, body.stage, mover, say)
    return await get_lifecycle(member, session, say, response)


@router.post(SETTLEMENTS, status_code=201, operation_id="objectives_propose_exit_settlement")
async def propose_settlement(
    body: ExitSettlementCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> ExitSettlementRead:
    """Propose how what is open is settled when the parties part (sponsors and alliance managers)."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    settlement_id = await commands.propose_settlement(
        session, member.partnership_id, member.party_id, person_of(member), body.text
    )
    response.headers["Location"] = f"/v1/partnerships/{member.partnership_id}/lifecycle/settlements/{settlement_id}"
    return await get_settlement(settlement_id, member, session)


@router.get(SETTLEMENTS, operation_id="objectives_list_exit_settlements")
async def list_settlements(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[ExitSettlementRead]:
    """The texts that were proposed, with their signatures."""
    return page_of(ExitSettlementRead, await queries.list_settlements(session, member.partnership_id, cursor, limit))


@router.get(f"{SETTLEMENTS}/{{settlement_id}}", operation_id="objectives_get_exit_settlement")
async def get_settlement(settlement_id: UUID, member: CurrentMember, session: CurrentSession) -> ExitSettlementRead:
    """One text with its signatures."""
    return ExitSettlementRead.model_validate(
        await queries.load_settlement(session, member.partnership_id, settlement_id)
    )


@router.post(
    f"{SETTLEMENTS}/{{settlement_id}}/signatures", status_code=201, operation_id="objectives_sign_exit_settlement"
)
async def sign_settlement(
    settlement_id: UUID, body: ExitSettlementSign, member: CurrentMember, session: CurrentSession
) -> ExitSettlementRead:
    """Sign exactly this text for your party (sponsors)."""
    member.require(Role.SPONSOR)
    mover = Mover(member.party_id, person_of(member))
    await commands.sign_settlement(session, member.partnership_id, settlement_id, mover, body.hash)
    return await get_settlement(settlement_id, member, session)
