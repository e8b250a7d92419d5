"""What a settlement and a variance review bind the parties to."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.objectives import commands as objectives
from entente_objectives.objectives.commands import Reason
from entente_shared.events.conflicts import CaseSettled, CommitmentTerm, RebaselineTerm
from entente_shared.events.kpi import ActionRequested
from entente_shared.ids import derived_id

from . import commands
from .domain import GRACE
from .models import Commitment


async def carry_out(session: AsyncSession, settled: CaseSettled) -> None:
    """Keep the settlement's commitments, and start its new paths. Adjustments are for resources to apply."""
    reason = Reason(f"Settlement of case {settled.case_id}", case_id=settled.case_id)
    for index, term in enumerate(settled.terms):
        if isinstance(term, CommitmentTerm):
            await _commit(session, settled, index, term)
        elif isinstance(term, RebaselineTerm):
            await objectives.rebaseline(
                session,
                settled.partnership_id,
                term.objective_id,
                baseline=term.baseline,
                target=term.target,
                due_at=term.due_at,
                reason=reason,
                now=settled.settled_at,
            )


async def _commit(session: AsyncSession, settled: CaseSettled, index: int, term: CommitmentTerm) -> None:
    commitment = Commitment(
        partnership_id=settled.partnership_id,
        id=derived_id("commitment", settled.settlement_id, index),
        party_id=term.party_id,
        case_id=settled.case_id,
        settlement_id=settled.settlement_id,
        what=term.what,
        due_at=term.due_at,
        made_at=settled.settled_at,
        grace=GRACE,
    )
    await commands.establish(session, commitment)


async def commit_to_action(session: AsyncSession, requested: ActionRequested) -> None:
    """The commitment has the action's id."""
    commitment = Commitment(
        partnership_id=requested.partnership_id,
        id=requested.action_id,
        party_id=requested.party_id,
        review_id=requested.review_id,
        owner_member_id=requested.owner_member_id,
        kpi_id=requested.kpi_id,
        objective_id=requested.objective_id,
        what=requested.title,
        due_at=requested.due_at,
        made_at=requested.requested_at,
        grace=GRACE,
    )
    await commands.establish(session, commitment)
