"""What the conditions of the stages are read from."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.charter.models import Charter
from entente_objectives.commitments.domain import UNRESOLVED
from entente_objectives.commitments.models import Commitment
from entente_objectives.governance.domain import FINAL
from entente_objectives.governance.models import Decision
from entente_objectives.objectives.models import KpiProgress, Objective
from entente_objectives.partnerships.domain import Role
from entente_objectives.partnerships.models import Member
from entente_objectives.partnerships.queries import parties_of
from entente_objectives.reviews.queries import count_confirmed
from entente_shared.timers import partnership_now

from .domain import Facts, OpenMatters
from .models import KnownCase


async def gather(session: AsyncSession, partnership_id: UUID) -> Facts:
    charter = await session.get(Charter, partnership_id)
    objectives, unmeasured = await _objectives(session, partnership_id)
    return Facts(
        roles=await _roles(session, partnership_id),
        charter_signed=charter is not None and charter.agreed is not None,
        objectives=objectives,
        unmeasured=unmeasured,
        reviews_held=await count_confirmed(session, partnership_id),
        overdue_commitments=await _overdue(session, partnership_id),
        open=await open_matters(session, partnership_id),
    )


async def open_matters(session: AsyncSession, partnership_id: UUID) -> OpenMatters:
    decisions = (Decision.partnership_id == partnership_id, Decision.status.not_in(FINAL))
    commitments = (Commitment.partnership_id == partnership_id, Commitment.status.in_(UNRESOLVED))
    cases = (KnownCase.partnership_id == partnership_id, KnownCase.closed_at.is_(None))
    return OpenMatters(
        await _ids(session, Decision.id, decisions),
        await _ids(session, Commitment.id, commitments),
        await _ids(session, KnownCase.id, cases),
    )


async def commitment_versions(
    session: AsyncSession, partnership_id: UUID, commitment_ids: Collection[UUID]
) -> dict[UUID, int]:
    statement = select(Commitment.id, Commitment.version).where(
        Commitment.partnership_id == partnership_id, Commitment.id.in_(commitment_ids)
    )
    return {row.id: row.version for row in await session.execute(statement)}


async def _ids(session: AsyncSession, column: Any, conditions: tuple[Any, ...]) -> frozenset[UUID]:
    return frozenset((await session.execute(select(column).where(*conditions))).scalars())


async def _roles(session: AsyncSession, partnership_id: UUID) -> dict[str, frozenset[Role]]:
    rows = await session.execute(
        select(Member.party_id, Member.role).where(Member.partnership_id == partnership_id, Member.active)
    )
    held = defaultdict[UUID, set[Role]](set)
    for party_id, role in rows:
        held[party_id].add(role)
    parties = (await parties_of(session, [partnership_id])).get(partnership_id, ())
    return {party.name: frozenset(held[party.id]) for party in parties}


async def _objectives(session: AsyncSession, partnership_id: UUID) -> tuple[int, tuple[str, ...]]:
    measured = (KpiProgress.partnership_id == Objective.partnership_id) & (KpiProgress.objective_id == Objective.id)
    rows = (
        await session.execute(
            select(Objective.title, KpiProgress.kpi_id)
            .outerjoin(KpiProgress, measured)
            .where(Objective.partnership_id == partnership_id, Objective.active)
            .order_by(Objective.id)
        )
    ).all()
    return len(rows), tuple(title for title, kpi_id in rows if kpi_id is None)


async def _overdue(session: AsyncSession, partnership_id: UUID) -> int:
    now = await partnership_now(session, partnership_id)
    statement = select(func.count()).where(
        Commitment.partnership_id == partnership_id, Commitment.status.in_(UNRESOLVED), Commitment.due_at < now
    )
    return (await session.execute(statement)).scalar_one()
