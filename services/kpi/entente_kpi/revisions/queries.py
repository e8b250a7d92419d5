"""Versions of a definition with their approvals."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_

from .domain import VersionNotFound, VersionState
from .models import KpiApproval, KpiVersion


async def find_open(session: AsyncSession, partnership_id: UUID, kpi_id: UUID) -> int | None:
    """The number of the version that waits for approval."""
    found: int | None = await session.scalar(
        select(KpiVersion.number).filter_by(partnership_id=partnership_id, kpi_id=kpi_id, state=VersionState.PROPOSED)
    )
    return found


async def get_version(session: AsyncSession, partnership_id: UUID, kpi_id: UUID, number: int) -> KpiVersion:
    """Raises VersionNotFound."""
    row = await session.get(KpiVersion, (partnership_id, kpi_id, number))
    if row is None:
        raise VersionNotFound(N_("No version of this KPI has this number; GET .../versions lists them."))
    return row


async def list_versions(
    session: AsyncSession, partnership_id: UUID, kpi_id: UUID, *, after: int, limit: int
) -> tuple[list[KpiVersion], str | None]:
    """One page by rising number, and the next cursor."""
    statement = (
        select(KpiVersion)
        .where(KpiVersion.partnership_id == partnership_id, KpiVersion.kpi_id == kpi_id, KpiVersion.number > after)
        .order_by(KpiVersion.number)
        .limit(limit + 1)
    )
    rows = list(await session.scalars(statement))
    return rows[:limit], str(rows[limit - 1].number) if len(rows) > limit else None


async def load_approvals(
    session: AsyncSession, partnership_id: UUID, kpi_id: UUID, numbers: Collection[int]
) -> dict[int, list[KpiApproval]]:
    """By version, in the order in which they were given."""
    found: dict[int, list[KpiApproval]] = {number: [] for number in numbers}
    rows = await session.scalars(
        select(KpiApproval)
        .where(
            KpiApproval.partnership_id == partnership_id,
            KpiApproval.kpi_id == kpi_id,
            KpiApproval.number.in_(numbers),
        )
        .order_by(KpiApproval.approved_at, KpiApproval.party_id)
    )
    for row in rows:
        found[row.number].append(row)
    return found
