"""Reads of risks."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.partnerships.queries import load_partnership
from entente_shared.errors import N_, NotFound
from entente_shared.web import CurrentMember, CurrentSession, paginate

from . import domain
from .domain import STANDING, Assessment, RiskStatus
from .models import Risk, RiskOccurrence, RiskReview


async def list_risks(
    session: AsyncSession, partnership_id: UUID, status: RiskStatus | None, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(Risk).where(Risk.partnership_id == partnership_id)
    if status is not None:
        statement = statement.where(Risk.status == status)
    return await paginate(session, statement, Risk.id, cursor, limit)


async def list_reviews(
    session: AsyncSession, risk: Risk, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    of_risk = (RiskReview.partnership_id == risk.partnership_id, RiskReview.risk_id == risk.id)
    return await paginate(session, select(RiskReview).where(*of_risk), RiskReview.id, cursor, limit)


async def list_occurrences(
    session: AsyncSession, risk: Risk, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    of_risk = (RiskOccurrence.partnership_id == risk.partnership_id, RiskOccurrence.risk_id == risk.id)
    return await paginate(session, select(RiskOccurrence).where(*of_risk), RiskOccurrence.id, cursor, limit)


async def matrix(session: AsyncSession, partnership_id: UUID) -> list[tuple[Assessment, int]]:
    await load_partnership(
        session, partnership_id
    )  # an empty matrix would tell those who do not see it that it is there
    rows = await session.execute(
        select(Risk.probability, Risk.impact).where(Risk.partnership_id == partnership_id, Risk.status.in_(STANDING))
    )
    return domain.matrix(Assessment(probability, impact) for probability, impact in rows)


async def load_risk(session: AsyncSession, partnership_id: UUID, risk_id: UUID, *, lock: bool = False) -> Risk:
    found = await session.get(Risk, (partnership_id, risk_id), with_for_update=lock or None)
    if found is None:
        raise NotFound(N_("There is no such risk; GET .../risks lists them."))
    return found


async def _loaded(risk_id: UUID, member: CurrentMember, session: CurrentSession) -> Risk:
    return await load_risk(session, member.partnership_id, risk_id)


async def _locked(risk_id: UUID, member: CurrentMember, session: CurrentSession) -> Risk:
    return await load_risk(session, member.partnership_id, risk_id, lock=True)


LoadedRisk = Annotated[Risk, Depends(_loaded)]
LockedRisk = Annotated[Risk, Depends(_locked)]
