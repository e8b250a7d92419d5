"""From drafts of terms to the terms that the parties sign."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.conflicts import AdjustmentTerm, CommitmentTerm, RebaselineTerm, Term
from entente_shared.events.resources import AdjustmentProposed, Change
from entente_shared.timers import partnership_now

from ..cases.models import Case
from ..charter import queries as charter
from ..context import queries as context
from .domain import Adjustment, Cell, Commitment, Draft, Ground, Proposal, Rebaseline, resolve


async def resolve_terms(session: AsyncSession, case: Case, drafts: Sequence[Draft]) -> list[Term]:
    """The terms as events carry them. Raises `TermRefused` at the first draft that cannot be carried out."""
    ground = await _ground(session, case, drafts)
    return [_term(resolve(f"/terms/{index}", draft, ground)) for index, draft in enumerate(drafts)]


async def _ground(session: AsyncSession, case: Case, drafts: Sequence[Draft]) -> Ground:
    parties = await charter.parties(session, case.partnership_id)
    named = {draft.adjustment_id for draft in drafts if isinstance(draft, Adjustment)} | {case.adjustment_id}
    return Ground(
        parties={party.party_id for party in parties},
        objectives=await charter.active_objectives(session, case.partnership_id),
        now=await partnership_now(session, case.partnership_id),
        adjustment_id=case.adjustment_id,
        kpi_id=case.kpi_id,
        proposals=await _proposals(session, case.partnership_id, named - {None}),
    )


async def _proposals(
    session: AsyncSession, partnership_id: UUID, adjustment_ids: Iterable[UUID | None]
) -> dict[UUID, Proposal]:
    found = {}
    for adjustment_id in adjustment_ids:
        entry = await context.latest(session, AdjustmentProposed, partnership_id, adjustment_id)
        if entry is not None:
            proposed = AdjustmentProposed.model_validate(entry.said)
            alternatives = {each.key: tuple(_cell(change) for change in each.changes) for each in proposed.alternatives}
            found[proposed.adjustment_id] = Proposal(proposed.kpi_id, alternatives)
    return found


def _cell(change: Change) -> Cell:
    return Cell(**dict(change))


def _term(draft: Draft) -> Term:
    match draft:
        case Rebaseline():
            return RebaselineTerm(**asdict(draft))
        case Commitment():
            return CommitmentTerm(**asdict(draft))
        case Adjustment():
            changes = [Change(**asdict(cell)) for cell in draft.changes or ()]
            return AdjustmentTerm(adjustment_id=draft.adjustment_id, kpi_id=draft.kpi_id, changes=changes)
