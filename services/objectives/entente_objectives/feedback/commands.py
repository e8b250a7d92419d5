"""Give feedback."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.actors import Actor
from entente_objectives.visibility.domain import Subject, Visibility
from entente_objectives.visibility.queries import sight_of
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from . import domain
from .models import Feedback


async def give(
    session: AsyncSession, actor: Actor, subject: Subject, rating: int, text: str, visibility: Visibility
) -> Feedback:
    """Raises InvalidFeedback."""
    domain.check_visibility(visibility)
    feedback = Feedback(
        partnership_id=actor.partnership_id,
        id=new_id(),
        subject_kind=subject.kind,
        subject_id=subject.id,
        rating=rating,
        text=text,
        party_id=actor.party_id,
        person_id=actor.person_id,
        given_at=await partnership_now(session, actor.partnership_id),
    )
    feedback.show_to(await sight_of(session, actor, visibility, ()))
    session.add(feedback)
    await session.flush()
    return feedback
