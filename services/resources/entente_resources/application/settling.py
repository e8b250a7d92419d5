"""Carry out what the parties agreed on when they settled a case."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.conflicts import AdjustmentTerm, CaseSettled
from entente_shared.ids import derived_id

from ..adjustment import facts, queries
from ..adjustment.domain import changes
from ..adjustment.domain.states import State
from ..adjustment.models import Adjustment
from ..allocation import queries as allocation
from ..allocation.commands import lock
from ..allocation.models import Cause
from . import commands


async def settle_case(session: AsyncSession, event: CaseSettled, correlation_id: UUID) -> None:
    """Apply the reallocations that the parties signed, each once."""
    await lock(session, event.partnership_id)
    for index, term in enumerate(event.terms):
        adjustment_id = derived_id("settlement", event.settlement_id, index)
        if isinstance(term, AdjustmentTerm) and not await queries.load(session, event.partnership_id, adjustment_id):
            await _settle(session, event, term, adjustment_id, correlation_id)


async def _settle(
    session: AsyncSession, event: CaseSettled, term: AdjustmentTerm, adjustment_id: UUID, correlation_id: UUID
) -> None:
    refused = await queries.load(session, event.partnership_id, term.adjustment_id) if term.adjustment_id else None
    ground = await allocation.load_ground(session, event.partnership_id)
    kpi_id = term.kpi_id or (refused.kpi_id if refused else None)
    reach, moves = facts.reach(ground, kpi_id), facts.moves_of(term.changes)
    amount = changes.value(moves, facts.unit_values(ground.resources.values()))
    adjustment = Adjustment(
        partnership_id=event.partnership_id,
        id=adjustment_id,
        deviation_id=refused.deviation_id if refused else None,
        kpi_id=kpi_id,
        state=State.APPLIED,
        event_time=event.settled_at,
        gap=refused.gap if refused else None,
        expected_effect=reach.effect(moves),
        horizon=reach.horizon(moves),
        churn=changes.churn(moves),
        amount=amount.amount if amount else None,
        currency=amount.currency if amount else None,
        levers=[lever.key for lever in reach.used(moves)],
        changes=facts.plain(term.changes),
        case_id=event.case_id,
        correlation_id=correlation_id,
    )
    session.add(adjustment)
    await commands.apply(session, adjustment, ground, Cause.SETTLEMENT, event.settled_at)
    await session.flush()
