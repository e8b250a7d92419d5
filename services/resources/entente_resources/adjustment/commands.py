"""Answer a deviation: propose the fairest reallocation whose levers bring the KPI back, or say why there is none."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import kpi
from entente_shared.events import resources as events
from entente_shared.events.objectives import CharterSigned
from entente_shared.ids import derived_id
from entente_shared.outbox import Received
from entente_shared.timers import schedule_many

from ..allocation import queries as allocation
from ..allocation.commands import lock
from ..allocation.domain.answers import Certified, Proposal
from ..allocation.domain.result import Infeasible
from ..allocation.queries import Ground
from ..allocation.solving import solver
from ..contests import queries as contests
from . import facts, queries, telling
from .domain import changes, damping
from .domain.states import Precedence, State, precedence
from .facts import Reach
from .models import Adjustment

TIMER = "adjustment"
_AUTOMATIC = "automatic"


async def answer_deviation(session: AsyncSession, event: kpi.DeviationOpened, correlation_id: UUID) -> None:
    """One adjustment per deviation, one undecided per KPI (see `precedence`)."""
    await lock(session, event.partnership_id)
    adjustment_id = derived_id("adjustment", event.deviation_id)
    if await queries.load(session, event.partnership_id, adjustment_id) is None:
        await _answer(session, _asked(event, adjustment_id, correlation_id))


async def answer_again(session: AsyncSession, event: kpi.DeviationReopened, received: Received) -> None:
    """The deviation had not closed after all. What lapsed or was held verified on that account is answered anew."""
    await lock(session, event.partnership_id)
    latest = await queries.load_latest_of(session, event.partnership_id, event.deviation_id)
    if latest is None or latest.state in {State.LAPSED, State.VERIFIED}:
        adjustment_id = derived_id("adjustment", received.event_id)
        await _answer(session, _asked(event, adjustment_id, received.correlation_id))


def _asked(event: kpi.DeviationOpened | kpi.DeviationReopened, adjustment_id: UUID, correlation_id: UUID) -> Adjustment:
    return Adjustment(
        partnership_id=event.partnership_id,
        id=adjustment_id,
        deviation_id=event.deviation_id,
        kpi_id=event.kpi_id,
        crossing=event.crossing,
        event_time=event.at,
        gap=event.gap,
        correlation_id=correlation_id,
    )


async def _answer(session: AsyncSession, adjustment: Adjustment) -> None:
    assert adjustment.crossing is not None, "it answers a deviation"
    undecided = await queries.load_undecided(session, adjustment.partnership_id, kpi_id=adjustment.kpi_id)
    standing = precedence(adjustment.crossing, undecided.crossing if undecided else None)
    if standing is Precedence.OVERTAKEN:
        adjustment.state, adjustment.reason = State.LAPSED, "overtaken"
    else:
        if undecided is not None:
            await _lapse(session, undecided, "superseded")
        await _find_or_hold(session, adjustment)
    session.add(adjustment)
    await session.flush()


async def search_awaiting(session: AsyncSession, partnership_id: UUID) -> None:
    """A charter is known now: have each deviation answered that arrived before it, in a transaction of its own.

    Under the lock that deviations are answered under, so that one that is being answered without the charter is seen.
    """
    await lock(session, partnership_id)
    await schedule_many(
        session, TIMER, partnership_id, await queries.awaiting_charter(session, partnership_id), wall=True
    )


async def search_again(session: AsyncSession, partnership_id: UUID, adjustment_id: UUID) -> None:
    await lock(session, partnership_id)
    adjustment = await queries.load(session, partnership_id, adjustment_id)
    if adjustment is not None and adjustment.state is State.AWAITING_CHARTER:
        await _find_or_hold(session, adjustment)


async def _find_or_hold(session: AsyncSession, adjustment: Adjustment) -> None:
    if await contests.is_contested(session, adjustment.partnership_id, adjustment.kpi_id):
        hold_contested(adjustment)
    else:
        await find(session, adjustment)


def hold_contested(adjustment: Adjustment) -> None:
    """Nothing happens by itself on account of samples that a party disputes."""
    adjustment.state, adjustment.reason = State.CONTESTED, "contested"


async def find(session: AsyncSession, adjustment: Adjustment) -> None:
    """Propose what brings the KPI back, hold it back, or say that nothing does. Without a charter it waits for one."""
    assert adjustment.gap is not None, "it answers a deviation"
    gap, adjustment.reason = adjustment.gap, None
    ground = await allocation.load_ground(session, adjustment.partnership_id)
    charter = ground.agreed.charter
    if charter is None:
        adjustment.state, adjustment.reason = State.AWAITING_CHARTER, "no_charter"
        return
    reach = facts.reach(ground, adjustment.kpi_id)
    problem = replace(ground.problem, churn_budget=charter.policy.churn_budget, goal=facts.goal(ground, reach, gap))
    found = await solver.propose(problem)
    if isinstance(found, Infeasible):
        _report_infeasible(session, adjustment, gap, found)
    else:
        _describe(adjustment, ground, reach, found, charter)
        await _propose_or_hold(session, adjustment, charter)


def _report_infeasible(session: AsyncSession, adjustment: Adjustment, gap: float, found: Infeasible) -> None:
    adjustment.state, adjustment.reason = State.INFEASIBLE, found.reason.value
    adjustment.expected_effect, adjustment.churn_needed = found.best_effect, found.churn_needed
    adjustment.shortfall = found.shortfall or abs(gap)
    telling.tell_infeasible(session, adjustment)


def _describe(adjustment: Adjustment, ground: Ground, reach: Reach, found: Proposal, charter: CharterSigned) -> None:
    """Fill in the proposal (the fairest) and the alternatives."""
    fairest = _alternative("fairest", "The fairest that closes the gap", found.fairest, ground, reach)
    least = _alternative("least_change", "The least change that closes the gap", found.least_change, ground, reach)
    moves = facts.moves_of(fairest.changes)
    adjustment.changes, adjustment.parties = facts.plain(fairest.changes), facts.plain(fairest.parties)
    adjustment.alternatives = facts.plain([fairest, least])
    adjustment.expected_effect, adjustment.horizon = fairest.expected_effect, reach.horizon(moves)
    if fairest.amount is not None:
        adjustment.amount, adjustment.currency = fairest.amount.amount, fairest.amount.currency
    adjustment.levers = [lever.key for lever in reach.used(moves)]
    adjustment.churn = changes.churn(moves)
    adjustment.certificate = {**found.fairest.certificate.as_json(), "charter_version": charter.version}


def _alternative(key: str, label: str, certified: Certified, ground: Ground, reach: Reach) -> events.Alternative:
    moves = changes.difference(ground.cells, certified.cells)
    owners = {need.id: need.party_id for need in ground.needs.values()}
    known = [move for move in moves if move.cell[0] in owners]
    return events.Alternative(
        key=key,
        label=label,
        changes=facts.changes_of(known, owners),
        expected_effect=reach.effect(moves),
        amount=facts.money(changes.value(moves, facts.unit_values(ground.resources.values()))),
        parties=facts.party_effects(certified),
    )


async def _propose_or_hold(session: AsyncSession, adjustment: Adjustment, charter: CharterSigned) -> None:
    """Damping holds back what nobody would vote on; people are asked in any case, and told that damping was passed over."""
    assert adjustment.kpi_id is not None, "a deviation is of a KPI"
    state = await queries.load_damping(session, adjustment.partnership_id, adjustment.kpi_id)
    automatic = await queries.automatic_at(session, adjustment.partnership_id)
    own = [at for kpi_id, at in automatic if kpi_id == adjustment.kpi_id]
    policy, at = facts.policy(charter), adjustment.event_time
    held = damping.hold(state, [at for _, at in automatic], own[-1] if own else None, at, policy)
    adjustment.penalty = damping.penalty_at(state, at, policy.half_life)
    tier = facts.deciding_tier(charter, facts.worth(facts.amount_of(adjustment)))
    if held is not None and tier == _AUTOMATIC:
        _suppress(session, adjustment, held)
        return
    if held is not None:
        bypassed = {"bypassed": True, "reason": held.reason.value, "until": held.until.isoformat()}
        adjustment.certificate = {**adjustment.certificate, "damping": bypassed}
    adjustment.state = State.PROPOSED
    telling.tell_proposed(session, adjustment, charter)


def _suppress(session: AsyncSession, adjustment: Adjustment, held: damping.Held) -> None:
    adjustment.state, adjustment.reason = State.SUPPRESSED, held.reason.value
    adjustment.suppressed_until = held.until
    telling.tell_suppressed(session, adjustment, held)


async def close_deviation(session: AsyncSession, partnership_id: UUID, deviation_id: UUID, reason: str) -> None:
    """The KPI recovered first: an undecided proposal lapses, and an approval that arrives later does not apply it."""
    await lock(session, partnership_id)
    adjustment = await queries.load_undecided(session, partnership_id, deviation_id=deviation_id)
    if adjustment is not None:
        await _lapse(session, adjustment, reason)


async def _lapse(session: AsyncSession, adjustment: Adjustment, reason: str) -> None:
    adjustment.state, adjustment.reason = State.LAPSED, reason
    await session.flush()
