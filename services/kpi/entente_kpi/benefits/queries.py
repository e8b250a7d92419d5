"""Reads of benefits."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from entente_shared.errors import N_, NotFound
from entente_shared.web import paginate

from ..attestation.domain import Standing
from .domain import Kind
from .models import Benefit, BenefitShare, Realisation


class BenefitNotFound(NotFound):
    slug = "benefit-not-found"
    title = N_("There is no such benefit")


class RealisationNotFound(NotFound):
    slug = "realisation-not-found"
    title = N_("There is no such realisation")


async def get(session: AsyncSession, partnership_id: UUID, benefit_id: UUID, *, lock: bool = False) -> Benefit:
    """One benefit with its shares; `lock` it to change it or what hangs on it."""
    benefit = await session.get(
        Benefit, (partnership_id, benefit_id), options=[selectinload(Benefit.shares)], with_for_update=lock or None
    )
    if benefit is None:
        raise BenefitNotFound(N_("No benefit that you may see has this id; GET .../benefits lists them."))
    return benefit


async def list_benefits(
    session: AsyncSession,
    partnership_id: UUID,
    *,
    kind: Kind | None,
    standing: Standing | None,
    beneficiary_id: UUID | None,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[Benefit], str | None]:
    """One page by rising id, and the next cursor."""
    statement = select(Benefit).where(Benefit.partnership_id == partnership_id).options(selectinload(Benefit.shares))
    if kind is not None:
        statement = statement.where(Benefit.kind == kind)
    if standing is not None:
        statement = statement.where(Benefit.standing == standing)
    if beneficiary_id is not None:
        statement = statement.where(Benefit.shares.any(BenefitShare.party_id == beneficiary_id))
    return await paginate(session, statement, Benefit.id, cursor, limit)


async def get_realisation(session: AsyncSession, benefit: Benefit, realisation_id: UUID) -> Realisation:
    found = await session.get(Realisation, (benefit.partnership_id, realisation_id))
    if found is None or found.benefit_id != benefit.id:
        raise RealisationNotFound(N_("No realisation of this benefit has this id; GET .../realisations lists them."))
    return found


async def list_realisations(
    session: AsyncSession, benefit: Benefit, cursor: UUID | None, limit: int
) -> tuple[list[Realisation], str | None]:
    """One page by rising id, and the next cursor."""
    statement = select(Realisation).where(
        Realisation.partnership_id == benefit.partnership_id, Realisation.benefit_id == benefit.id
    )
    return await paginate(session, statement, Realisation.id, cursor, limit)


async def count_realisations(session: AsyncSession, benefit: Benefit) -> int:
    """Also those that were withdrawn."""
    number = await session.scalar(
        select(func.count())
        .select_from(Realisation)
        .where(Realisation.partnership_id == benefit.partnership_id, Realisation.benefit_id == benefit.id)
    )
    return number or 0
