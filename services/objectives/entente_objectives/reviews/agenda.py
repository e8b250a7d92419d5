"""A review's agenda, built from what stands open when the review is made, and kept as it was then."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.commitments.domain import UNRESOLVED, CommitmentStatus
from entente_objectives.commitments.models import Commitment
from entente_objectives.governance.domain import FINAL
from entente_objectives.governance.models import Decision
from entente_objectives.objectives.models import KpiProgress, Objective
from entente_objectives.risks.domain import STANDING
from entente_objectives.risks.models import Risk

from .models import KnownDeviation
from .schemas import (
    AgendaRead,
    BehindPlanItem,
    CommitmentItem,
    DecisionItem,
    DeviationItem,
    RevisionItem,
    RiskItem,
)


async def build(
    session: AsyncSession, partnership_id: UUID, *, since: datetime | None, now: datetime, revision: bool
) -> dict[str, Any]:
    """What the review is about. `since` is when the one before was made: what broke earlier was on its agenda."""
    measured = await _measured(session, partnership_id)
    agenda = AgendaRead(
        deviations=await _deviations(session, partnership_id),
        decisions_due=await _decisions(session, partnership_id),
        commitments=await _commitments(session, partnership_id, since, now),
        overdue_risks=await _risks(session, partnership_id, now),
        behind_plan=[
            BehindPlanItem(
                objective_id=objective.id, title=objective.title, at=progress.at,
                progress=progress.progress, planned=progress.planned, deviation=progress.deviation,
            )
            for objective, progress in measured
            if progress is not None and progress.deviation < 0
        ],
        revisions=[
            RevisionItem(
                objective_id=objective.id, title=objective.title, revision=objective.revision, due_at=objective.due_at,
                target=objective.target, progress=progress and progress.progress,
            )
            for objective, progress in measured
            if revision
        ],
    )  # fmt: skip
    return agenda.model_dump(mode="json")


async def _deviations(session: AsyncSession, partnership_id: UUID) -> list[DeviationItem]:
    progress = (KpiProgress.partnership_id == KnownDeviation.partnership_id) & (
        KpiProgress.kpi_id == KnownDeviation.kpi_id
    )
    rows = await session.execute(
        select(KnownDeviation, KpiProgress.deviation)
        .outerjoin(KpiProgress, progress)
        .where(
            KnownDeviation.partnership_id == partnership_id,
            KnownDeviation.closed_at.is_(None),
            KnownDeviation.annulled.is_(False),
        )
        .order_by(KnownDeviation.opened_at, KnownDeviation.id)
    )
    return [
        DeviationItem(deviation_id=row.id, kpi_id=row.kpi_id, state=row.state, opened_at=row.opened_at, deviation=by)
        for row, by in rows
    ]


async def _decisions(session: AsyncSession, partnership_id: UUID) -> list[DecisionItem]:
    rows = await session.execute(
        select(Decision)
        .where(Decision.partnership_id == partnership_id, Decision.status.not_in(FINAL))
        .order_by(Decision.expires_at, Decision.id)
    )
    return [
        DecisionItem(decision_id=row.id, subject_kind=row.subject_kind, status=row.status, expires_at=row.expires_at)
        for row in rows.scalars()
    ]


async def _commitments(
    session: AsyncSession, partnership_id: UUID, since: datetime | None, now: datetime
) -> list[CommitmentItem]:
    broken = Commitment.status == CommitmentStatus.BROKEN
    if since is not None:
        broken &= Commitment.resolved_at > since
    overdue = Commitment.status.in_(UNRESOLVED) & (Commitment.due_at < now)
    rows = await session.execute(
        select(Commitment)
        .where(Commitment.partnership_id == partnership_id, or_(broken, overdue))
        .order_by(Commitment.due_at, Commitment.id)
    )
    return [
        CommitmentItem(commitment_id=row.id, party_id=row.party_id, what=row.what, due_at=row.due_at, status=row.status)
        for row in rows.scalars()
    ]


async def _risks(session: AsyncSession, partnership_id: UUID, now: datetime) -> list[RiskItem]:
    rows = await session.execute(
        select(Risk)
        .where(Risk.partnership_id == partnership_id, Risk.status.in_(STANDING), Risk.review_due_at < now)
        .order_by((Risk.probability * Risk.impact).desc(), Risk.id)
    )
    return [
        RiskItem(
            risk_id=row.id, title=row.title, exposure=row.exposure, level=row.level, review_due_at=row.review_due_at
        )
        for row in rows.scalars()
    ]


async def _measured(session: AsyncSession, partnership_id: UUID) -> list[tuple[Objective, KpiProgress | None]]:
    progress = (KpiProgress.partnership_id == Objective.partnership_id) & (KpiProgress.objective_id == Objective.id)
    rows = await session.execute(
        select(Objective, KpiProgress)
        .outerjoin(KpiProgress, progress)
        .where(Objective.partnership_id == partnership_id, Objective.active)
        .order_by(Objective.id)
    )
    return [(objective, found) for objective, found in rows]
