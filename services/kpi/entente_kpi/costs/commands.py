"""Record costs, and judge another party's. A cost is given locked."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.ids import new_id
from entente_shared.timers import partnership_now
from entente_shared.web import Member

from ..attestation import commands as attestation
from ..attestation import domain as claims
from ..attestation.domain import Judgement, Standing, Visibility
from . import domain
from .models import Cost


async def record_cost(
    session: AsyncSession,
    member: Member,
    *,
    title: str,
    basis: domain.Basis,
    amount: Decimal,
    currency: str,
    at: datetime,
    visibility: Visibility,
) -> Cost:
    """The caller's party bears it. Raises InvalidCost."""
    now = await partnership_now(session, member.partnership_id)
    domain.check_moment(basis, at, now)
    cost = Cost(
        partnership_id=member.partnership_id,
        id=new_id(),
        party_id=member.party_id,
        organisation_id=member.organisation_id,
        visibility=visibility,
        title=title,
        basis=basis,
        amount=amount,
        currency=currency,
        at=at,
        standing=Standing.CLAIMED,
        recorded_at=now,
    )
    session.add(cost)
    await session.flush()
    return cost


async def share_cost(session: AsyncSession, cost: Cost, party_id: UUID) -> None:
    """Let the other parties see it, for good."""
    claims.check_owner(cost.party_id, party_id)
    claims.require_standing(cost.standing)
    cost.visibility = Visibility.SHARED
    await session.flush()


async def judge_cost(session: AsyncSession, cost: Cost, judgement: Judgement) -> None:
    claims.require_standing(cost.standing)
    cost.standing = await attestation.judge(
        session, cost.partnership_id, cost.id, claimed_by=cost.party_id, judgement=judgement
    )
    await session.flush()


async def withdraw_cost(session: AsyncSession, cost: Cost, party_id: UUID) -> None:
    """It stays readable, and counts no more."""
    claims.check_owner(cost.party_id, party_id)
    claims.require_standing(cost.standing)
    cost.standing = Standing.WITHDRAWN
    await session.flush()
