"""Recognise people and parties, and celebrate what was reached together."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.actors import Actor
from entente_objectives.partnerships.queries import load_members
from entente_objectives.visibility.queries import organisations_of_parties
from entente_shared.errors import N_
from entente_shared.events import objectives as events
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from . import domain
from .models import Recognition


async def recognise(
    session: AsyncSession, actor: Actor, title: str, reason: str, member_id: UUID | None, party_id: UUID | None
) -> Recognition:
    """Raises InvalidRecognition and OwnPraise."""
    domain.check_addressee(member_id, party_id)
    to_person = await _person_of(session, actor.partnership_id, member_id) if member_id else None
    if party_id is not None and party_id not in await organisations_of_parties(session, actor.partnership_id):
        raise domain.InvalidRecognition(
            N_("party_id: no party of the partnership has this id; the partnership's record lists them."),
            pointer="/party_id",
        )
    domain.check_giver(actor.person_id, actor.party_id, to_person, party_id)
    recognition = Recognition(
        partnership_id=actor.partnership_id,
        id=new_id(),
        title=title,
        reason=reason,
        member_id=member_id,
        party_id=party_id,
        milestone_id=None,
        given_by_party_id=actor.party_id,
        given_by_person_id=actor.person_id,
        given_at=await partnership_now(session, actor.partnership_id),
    )
    session.add(recognition)
    await session.flush()
    _tell(session, recognition)
    return recognition


async def _person_of(session: AsyncSession, partnership_id: UUID, member_id: UUID) -> UUID:
    found = (await load_members(session, partnership_id, [member_id])).get(member_id)
    if found is None:
        raise domain.InvalidRecognition(
            N_("member_id: no member of the partnership has this id; GET .../members lists them."),
            pointer="/member_id",
        )
    return found.person_id


async def celebrate(
    session: AsyncSession, partnership_id: UUID, milestone_id: UUID, title: str, reached_at: datetime
) -> bool:
    """Recognise everybody for a milestone that was reached. Once for each milestone, whoever says so and how often.

    Says whether it is new.
    """
    recognition = Recognition(
        partnership_id=partnership_id,
        id=new_id(),
        title=title,
        reason=None,
        member_id=None,
        party_id=None,
        milestone_id=milestone_id,
        given_by_party_id=None,
        given_by_person_id=None,
        given_at=reached_at,
    )
    row = {column.key: getattr(recognition, column.key) for column in Recognition.__table__.columns}
    statement = insert(Recognition).values(row).on_conflict_do_nothing().returning(Recognition.id)
    if (await session.execute(statement)).first() is None:
        return False
    _tell(session, recognition)
    return True


def _tell(session: AsyncSession, recognition: Recognition) -> None:
    publish(
        session,
        events.RecognitionGiven(
            partnership_id=recognition.partnership_id,
            recognition_id=recognition.id,
            title=recognition.title,
            member_id=recognition.member_id,
            party_id=recognition.party_id,
            milestone_id=recognition.milestone_id,
            given_by_party_id=recognition.given_by_party_id,
            given_by_person_id=recognition.given_by_person_id,
            given_at=recognition.given_at,
        ),
    )
