"""Feedback over HTTP."""

from uuid import UUID

from entente_objectives import actors
from entente_objectives.bodies import page_of
from entente_objectives.visibility.domain import RecordKind
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router

from . import commands, queries
from .schemas import FeedbackCreate, FeedbackRead, TrendRead

router = Router(tags=["feedback"])
PARTNERSHIP = "/partnerships/{partnership_id}"


@router.post(f"{PARTNERSHIP}/feedback", status_code=201, operation_id="objectives_give_feedback")
async def give_feedback(body: FeedbackCreate, member: CurrentMember, session: CurrentSession) -> FeedbackRead:
    """Rate a record from 1 to 5 and say why, for all parties or your own; as often as there is something new."""
    actor = actors.speaker(member)
    given = await commands.give(session, actor, body.subject.subject(), body.rating, body.text, body.visibility)
    return FeedbackRead.model_validate(given)


@router.get(f"{PARTNERSHIP}/feedback", operation_id="objectives_list_feedback")
async def list_feedback(
    *,
    member: CurrentMember,
    session: CurrentSession,
    subject_kind: RecordKind | None = None,
    subject_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[FeedbackRead]:
    """The feedback that your party sees."""
    found = await queries.list_feedback(session, member.partnership_id, subject_kind, subject_id, cursor, limit)
    return page_of(FeedbackRead, found)


@router.get(f"{PARTNERSHIP}/feedback-trend", operation_id="objectives_get_feedback_trend")
async def get_trend(
    member: CurrentMember, session: CurrentSession, subject_kind: RecordKind, subject_id: UUID
) -> TrendRead:
    """How the ratings of a record move, month by month."""
    trend = await queries.trend_of(session, member.partnership_id, subject_kind, subject_id)
    return TrendRead.model_validate(trend)
