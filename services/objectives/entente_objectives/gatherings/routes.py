"""Gatherings over HTTP."""

from fastapi import Response

from entente_objectives import actors
from entente_objectives.bodies import page_of
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, set_etag

from . import commands, queries
from .domain import GatheringState
from .queries import HeldGathering, LockedGathering, SeenGathering
from .schemas import GatheringCreate, GatheringRead, GatheringText, ParticipantRead

router = Router(tags=["gatherings"])
GATHERINGS = "/partnerships/{partnership_id}/gatherings"
ONE = f"{GATHERINGS}/{{gathering_id}}"


@router.post(GATHERINGS, status_code=201, operation_id="objectives_plan_gathering")
async def plan_gathering(
    body: GatheringCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> GatheringRead:
    """Plan an event of the partnership."""
    draft = commands.Draft(body.title, body.purpose, body.place, body.starts_at, body.ends_at)
    return await get_gathering(await commands.plan(session, actors.speaker(member), draft), response)


@router.get(GATHERINGS, operation_id="objectives_list_gatherings")
async def list_gatherings(
    *,
    member: CurrentMember,
    session: CurrentSession,
    state: GatheringState | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[GatheringRead]:
    """The events of the partnership."""
    return page_of(GatheringRead, await queries.list_gatherings(session, member.partnership_id, state, cursor, limit))


@router.get(ONE, operation_id="objectives_get_gathering")
async def get_gathering(gathering: SeenGathering, response: Response) -> GatheringRead:
    """One event of the partnership."""
    set_etag(response, gathering.version)
    return GatheringRead.model_validate(gathering)


@router.get(f"{ONE}/participants", operation_id="objectives_list_gathering_participants")
async def list_participants(
    gathering: SeenGathering, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[ParticipantRead]:
    """Who takes part, or did."""
    return page_of(ParticipantRead, await queries.list_participants(session, gathering, cursor, limit))


@router.put(f"{ONE}/participation", operation_id="objectives_join_gathering")
async def join_gathering(gathering: HeldGathering, member: CurrentMember, session: CurrentSession) -> ParticipantRead:
    """Take part."""
    return ParticipantRead.model_validate(await commands.join(session, actors.person(member), gathering))


@router.delete(f"{ONE}/participation", status_code=204, operation_id="objectives_leave_gathering")
async def leave_gathering(gathering: HeldGathering, member: CurrentMember, session: CurrentSession) -> None:
    """Take part no more, as long as it was not held."""
    await commands.leave(session, actors.person(member), gathering)


@router.post(f"{ONE}/outcomes", status_code=201, operation_id="objectives_conclude_gathering")
async def conclude_gathering(
    *,
    body: GatheringText,
    gathering: LockedGathering,
    member: CurrentMember,
    session: CurrentSession,
    response: Response,
) -> GatheringRead:
    """Say what came of it, once it has begun (the party that organises it)."""
    await commands.conclude(session, actors.speaker(member), gathering, body.text)
    return await get_gathering(gathering, response)


@router.post(f"{ONE}/cancellations", status_code=201, operation_id="objectives_cancel_gathering")
async def cancel_gathering(
    *,
    body: GatheringText,
    gathering: LockedGathering,
    member: CurrentMember,
    session: CurrentSession,
    response: Response,
) -> GatheringRead:
    """Call it off and say why (the party that organises it)."""
    await commands.cancel(session, actors.speaker(member), gathering, body.text)
    return await get_gathering(gathering, response)
