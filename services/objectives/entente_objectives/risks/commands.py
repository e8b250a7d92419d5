"""Entering a risk, looking at it again, and saying that it has occurred."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.commitments.commands import By
from entente_objectives.objectives.queries import is_objective
from entente_objectives.partnerships.models import Member
from entente_shared.errors import N_
from entente_shared.events import objectives as events
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from . import domain
from .domain import RiskResponse, RiskStatus
from .models import Risk, RiskOccurrence, RiskReview


@dataclass(frozen=True)
class Look:
    """What is thought of a risk."""

    owner_member_id: UUID
    probability: int
    impact: int
    response: RiskResponse
    plan: str | None
    review_due_at: datetime


@dataclass(frozen=True)
class About:
    title: str
    description: str | None
    kpi_id: UUID | None
    objective_id: UUID | None


async def enter(session: AsyncSession, partnership_id: UUID, about: About, look: Look, by: By) -> Risk:
    if not await is_objective(session, partnership_id, about.objective_id):
        raise domain.InvalidRisk(
            N_("objective_id: there is no such objective; GET .../objectives lists them."), pointer="/objective_id"
        )
    now = await partnership_now(session, partnership_id)
    risk = Risk(
        partnership_id=partnership_id, id=new_id(), **vars(about), **vars(look), status=RiskStatus.OPEN, entered_at=now
    )
    await _check(session, partnership_id, look, now)
    session.add(risk)
    await session.flush()
    await _keep(session, risk, by, now, None)
    return risk


async def review(
    session: AsyncSession, risk: Risk, look: Look, by: By, note: str | None, *, closes: bool = False
) -> None:
    """Assess a locked risk anew."""
    domain.check_standing(risk.status)
    now = await partnership_now(session, risk.partnership_id)
    await _check(session, risk.partnership_id, look, now)
    for name, value in vars(look).items():
        setattr(risk, name, value)
    risk.status = RiskStatus.CLOSED if closes else risk.status
    await session.flush()
    await _keep(session, risk, by, now, note)


async def _check(session: AsyncSession, partnership_id: UUID, look: Look, now: datetime) -> None:
    domain.check_review(look.review_due_at, now)
    owner = await session.get(Member, (partnership_id, look.owner_member_id))
    if owner is None or not owner.active:
        raise domain.InvalidRisk(
            N_("owner_member_id: is no member of the partnership; GET .../members lists them."),
            pointer="/owner_member_id",
        )


async def _keep(session: AsyncSession, risk: Risk, by: By, now: datetime, note: str | None) -> None:
    looked = ("owner_member_id", "probability", "impact", "response", "plan", "status", "review_due_at")
    session.add(
        RiskReview(
            partnership_id=risk.partnership_id,
            id=new_id(),
            risk_id=risk.id,
            at=now,
            party_id=by.party_id,
            person_id=by.person_id,
            note=note,
            **{name: getattr(risk, name) for name in looked},
        )
    )
    await session.flush()


async def occur(session: AsyncSession, risk: Risk, by: By, description: str) -> RiskOccurrence:
    """Say that a locked risk has come to pass: conflicts opens a case on it."""
    domain.check_standing(risk.status)
    now = await partnership_now(session, risk.partnership_id)
    occurrence = RiskOccurrence(
        partnership_id=risk.partnership_id,
        id=new_id(),
        risk_id=risk.id,
        occurred_at=now,
        party_id=by.party_id,
        person_id=by.person_id,
        description=description,
    )
    session.add(occurrence)
    risk.status = RiskStatus.OCCURRED
    await session.flush()
    owner = await session.get_one(Member, (risk.partnership_id, risk.owner_member_id))
    publish(
        session,
        events.RiskOccurred(
            partnership_id=risk.partnership_id,
            risk_id=risk.id,
            occurrence_id=occurrence.id,
            title=risk.title,
            description=description,
            probability=risk.probability,
            impact=risk.impact,
            owner_member_id=risk.owner_member_id,
            owner_party_id=owner.party_id,
            reported_by=by.party_id,
            kpi_id=risk.kpi_id,
            objective_id=risk.objective_id,
            occurred_at=now,
        ),
    )
    return occurrence
