"""Recognitions over HTTP."""

from uuid import UUID

from entente_objectives import actors
from entente_objectives.bodies import page_of
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router

from . import commands, queries
from .schemas import RecognitionCreate, RecognitionRead

router = Router(tags=["recognitions"])
RECOGNITIONS = "/partnerships/{partnership_id}/recognitions"


@router.post(RECOGNITIONS, status_code=201, operation_id="objectives_give_recognition")
async def give_recognition(body: RecognitionCreate, member: CurrentMember, session: CurrentSession) -> RecognitionRead:
    """Recognise a member, a party, or everybody, and say what for."""
    actor = actors.speaker(member)
    given = await commands.recognise(session, actor, body.title, body.reason, body.member_id, body.party_id)
    return RecognitionRead.model_validate(given)


@router.get(RECOGNITIONS, operation_id="objectives_list_recognitions")
async def list_recognitions(
    *,
    member: CurrentMember,
    session: CurrentSession,
    member_id: UUID | None = None,
    party_id: UUID | None = None,
    milestone_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[RecognitionRead]:
    """Who was recognised for what, and which milestones were celebrated."""
    found = await queries.list_recognitions(
        session,
        member.partnership_id,
        member_id=member_id,
        party_id=party_id,
        milestone_id=milestone_id,
        cursor=cursor,
        limit=limit,
    )
    return page_of(RecognitionRead, found)


@router.get(f"{RECOGNITIONS}/{{recognition_id}}", operation_id="objectives_get_recognition")
async def get_recognition(recognition_id: UUID, member: CurrentMember, session: CurrentSession) -> RecognitionRead:
    """One recognition."""
    return RecognitionRead.model_validate(await queries.get_recognition(session, member.partnership_id, recognition_id))
