"""Proposing something to decide on: the text, and the decision that it opens."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.governance.commands import open_decision
from entente_objectives.mandates.domain import Domain, Money
from entente_objectives.partnerships.queries import parties_of
from entente_shared.ids import new_id

from . import domain
from .models import Proposal


async def propose(
    session: AsyncSession,
    partnership_id: UUID,
    party_id: UUID,
    person_id: UUID,
    *,
    title: str,
    text: str,
    amount: Money | None,
    concerns_party_id: UUID | None,
) -> Proposal:
    """Open the decision on a proposal by the mandate that covers its amount."""
    parties = (await parties_of(session, [partnership_id]))[partnership_id]
    domain.check_concerned(concerns_party_id, {party.id for party in parties})
    proposal_id = new_id()
    decision = await open_decision(
        session,
        partnership_id,
        new_id(),
        (Domain.GENERAL, proposal_id),
        amount,
        concerns_party_id=concerns_party_id,
    )
    proposal = Proposal(
        partnership_id=partnership_id,
        id=proposal_id,
        decision_id=decision.id,
        title=title,
        text=text,
        party_id=party_id,
        person_id=person_id,
        proposed_at=decision.opened_at,
    )
    session.add(proposal)
    await session.flush()
    return proposal
