"""Propose, agree to, decline and end secondments."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.actors import Actor
from entente_objectives.organisations.queries import organisation_of
from entente_objectives.visibility.queries import organisations_of_parties
from entente_shared.errors import N_
from entente_shared.events import objectives as events
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from . import domain, queries
from .domain import Days, SecondmentState
from .models import Secondment


async def propose(
    session: AsyncSession, actor: Actor, person_id: UUID, from_party: UUID, to_party: UUID, days: Days, purpose: str
) -> Secondment:
    """The proposer agrees for their own party. Raises InvalidSecondment, SecondedAlready and NotYourSecondment."""
    today = await queries.today(session, actor.partnership_id)
    domain.check_new(days, today, actor.party_id, from_party, to_party)
    await _check_parties(session, actor.partnership_id, person_id, from_party, to_party)
    domain.check_free(days, await queries.standing_days(session, actor.partnership_id, person_id))
    secondment = Secondment(
        partnership_id=actor.partnership_id,
        id=new_id(),
        seconded_person_id=person_id,
        from_party_id=from_party,
        to_party_id=to_party,
        from_on=days.first,
        to_on=days.last,
        last_on=days.last,
        purpose=purpose,
        state=SecondmentState.PROPOSED,
        lender_person_id=None,
        borrower_person_id=None,
        reason=None,
        proposed_at=await partnership_now(session, actor.partnership_id),
    )
    session.add(secondment)
    await _agree(session, actor, secondment)
    return secondment


async def _check_parties(
    session: AsyncSession, partnership_id: UUID, person_id: UUID, from_party: UUID, to_party: UUID
) -> None:
    """From here on no other secondment of the lender's people is proposed."""
    lender = await queries.lock_lender(session, partnership_id, from_party)
    for party, pointer in ((from_party, "/from_party_id"), (to_party, "/to_party_id")):
        if party not in await organisations_of_parties(session, partnership_id):
            raise domain.InvalidSecondment(
                N_("No party of the partnership has this id; the partnership's record lists them."), pointer=pointer
            )
    if lender is None or await organisation_of(session, person_id) != lender.organisation_id:
        raise domain.InvalidSecondment(
            N_("seconded_person_id: is no person of the lending party's organisation; name one of its people."),
            pointer="/seconded_person_id",
        )


async def agree(session: AsyncSession, actor: Actor, secondment: Secondment) -> None:
    """For the actor's party; again changes nothing. Raises SecondmentSettled and NotYourSecondment."""
    domain.check_side(actor.party_id, secondment.from_party_id, secondment.to_party_id)
    domain.require(secondment.state, SecondmentState.PROPOSED)
    await _agree(session, actor, secondment)


async def _agree(session: AsyncSession, actor: Actor, secondment: Secondment) -> None:
    if actor.party_id == secondment.from_party_id:
        secondment.lender_person_id = secondment.lender_person_id or actor.person_id
    else:
        secondment.borrower_person_id = secondment.borrower_person_id or actor.person_id
    secondment.state = domain.agreed(secondment.lender_person_id, secondment.borrower_person_id)
    await session.flush()
    _tell(session, secondment)


async def decline(session: AsyncSession, actor: Actor, secondment: Secondment, reason: str) -> None:
    """Either party, also the one that proposed it. Raises SecondmentSettled and NotYourSecondment."""
    domain.check_side(actor.party_id, secondment.from_party_id, secondment.to_party_id)
    domain.require(secondment.state, SecondmentState.PROPOSED)
    secondment.state, secondment.reason = SecondmentState.DECLINED, reason
    await session.flush()
    _tell(session, secondment)


async def end(session: AsyncSession, actor: Actor, secondment: Secondment, reason: str) -> None:
    """Either party; today is its last day, and where it has not begun it has none. Raises as `decline` does."""
    domain.check_side(actor.party_id, secondment.from_party_id, secondment.to_party_id)
    domain.require(secondment.state, SecondmentState.AGREED)
    today = await queries.today(session, actor.partnership_id)
    none = secondment.from_on - timedelta(days=1)
    secondment.last_on = min(secondment.last_on, max(today, none))
    secondment.state, secondment.reason = SecondmentState.ENDED, reason
    await session.flush()
    _tell(session, secondment)


def _tell(session: AsyncSession, secondment: Secondment) -> None:
    event = events.SecondmentChanged(
        partnership_id=secondment.partnership_id,
        secondment_id=secondment.id,
        seconded_person_id=secondment.seconded_person_id,
        from_party_id=secondment.from_party_id,
        to_party_id=secondment.to_party_id,
        from_on=secondment.from_on,
        to_on=secondment.last_on,
        purpose=secondment.purpose,
        state=secondment.state,
    )
    publish(session, event)
