"""Reads of proposals, each with its decision's status."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.governance.facts import amount_of
from entente_objectives.governance.models import Decision
from entente_shared.errors import N_, NotFound
from entente_shared.web import CurrentMember, CurrentSession, paginate

from .models import Proposal
from .schemas import ProposalRead


async def list_proposals(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[ProposalRead], str | None]:
    statement = select(Proposal).where(Proposal.partnership_id == partnership_id)
    rows, next_cursor = await paginate(session, statement, Proposal.id, cursor, limit)
    ids = [row.decision_id for row in rows]
    decided = select(Decision).where(Decision.partnership_id == partnership_id, Decision.id.in_(ids))
    decisions = {decision.id: decision for decision in (await session.execute(decided)).scalars()}
    return [read(row, decisions[row.decision_id]) for row in rows], next_cursor


async def decision_on(session: AsyncSession, row: Proposal) -> Decision:
    """Its version is the proposal's too, as only its status changes."""
    return await session.get_one(Decision, (row.partnership_id, row.decision_id))


def read(row: Proposal, decision: Decision) -> ProposalRead:
    own = ("id", "decision_id", "title", "text", "party_id", "person_id", "proposed_at")
    return ProposalRead(
        **{name: getattr(row, name) for name in own},
        amount=amount_of(decision),
        concerns_party_id=decision.concerns_party_id,
        status=decision.status,
    )


async def _loaded(proposal_id: UUID, member: CurrentMember, session: CurrentSession) -> Proposal:
    found = await session.get(Proposal, (member.partnership_id, proposal_id))
    if found is None:
        raise NotFound(N_("There is no such proposal; GET .../proposals lists them."))
    return found


LoadedProposal = Annotated[Proposal, Depends(_loaded)]
