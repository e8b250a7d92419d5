"""Asking for another path: a request, and the decision on it."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.charter.queries import load_agreed
from entente_objectives.governance.commands import open_decision
from entente_objectives.mandates import domain as mandates
from entente_objectives.mandates.domain import Domain, Tier
from entente_objectives.objectives import queries as objectives
from entente_objectives.objectives.models import Objective, Rebaseline
from entente_shared.ids import new_id

from . import domain, queries


async def request_rebaseline(
    session: AsyncSession,
    objective: Objective,
    person_id: UUID,
    *,
    baseline: float,
    target: float,
    due_at: datetime,
    reason: str,
) -> Rebaseline:
    """Open a decision on a new path for `objective` (locked, so that requests come one after the other).

    The farther the goal has moved since its first path, the heavier the tier that decides.
    """
    domain.check_request(active=objective.active, pending=await queries.is_being_decided(session, objective))
    request_id = new_id()
    at_least, raised_by = await _ratchet(session, objective, target, due_at)
    decision = await open_decision(
        session,
        objective.partnership_id,
        new_id(),
        (Domain.REBASELINE, request_id),
        amount=None,
        at_least=at_least,
        raised_by=raised_by,
    )
    path = objectives.path_of(objective).moved(baseline, target, decision.opened_at, due_at)
    domain.check_path_after(path, decision.expires_at)
    request = Rebaseline(
        partnership_id=objective.partnership_id,
        id=request_id,
        objective_id=objective.id,
        decision_id=decision.id,
        baseline=baseline,
        target=target,
        due_at=due_at,
        reason=reason,
        person_id=person_id,
        requested_at=decision.opened_at,
    )
    session.add(request)
    await session.flush()
    return request


async def _ratchet(
    session: AsyncSession, objective: Objective, target: float, due_at: datetime
) -> tuple[Tier, dict[str, Any]]:
    """The lightest tier that may let the goal go so far from where it first stood, and the figures that say why."""
    first = await objectives.first_path(session, objective)
    moved = domain.shift(first, replace(objectives.path_of(objective), target=target, due_at=due_at))
    terms = (await load_agreed(session, objective.partnership_id)).terms
    mandated = mandates.select(terms.mandates, Domain.REBASELINE, None)
    figures = {
        "rule_version": domain.RATCHET_VERSION,
        "target_share": moved.target,
        "due_share": moved.due,
        "tiers": moved.tiers,
    }
    return domain.raised(mandated.tier, moved.tiers), figures
