"""Reads of allocations, and the problem that the present state poses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, NotFound
from entente_shared.events import objectives
from entente_shared.web import CurrentMember, CurrentSession

from ..catalogue import queries as catalogue
from ..catalogue.models import Resource
from ..charter.queries import Agreed, load_agreed
from ..needs import queries as needs
from ..needs.models import Need
from .domain import problem as posed
from .models import Allocation, AllocationCell


class AllocationNotFound(NotFound):
    slug, title = "allocation-not-found", N_("There is no such allocation")


@dataclass(frozen=True)
class Ground:
    """Everything that an allocation is decided on. `allocation` is None while there is none."""

    agreed: Agreed
    resources: Mapping[UUID, Resource]
    needs: Mapping[UUID, Need]
    allocation: Allocation | None
    problem: posed.Problem

    @property
    def cells(self) -> posed.Cells:
        return self.problem.previous


async def load_ground(session: AsyncSession, partnership_id: UUID) -> Ground:
    """The problem has no churn budget and no goal; parties without an active need are left out."""
    agreed = await load_agreed(session, partnership_id)
    resources = await catalogue.load_active(session, partnership_id)
    stated = [need for need in await needs.load_active(session, partnership_id) if _is_of(need, agreed.parties)]
    allocation = await load_current(session, partnership_id)
    return Ground(
        agreed,
        {resource.id: resource for resource in resources},
        {need.id: need for need in stated},
        allocation,
        posed.Problem(
            _parties(agreed, {need.party_id for need in stated}),
            tuple(posed.Resource(each.id, tuple(each.capacity), each.indivisible) for each in resources),
            tuple(
                posed.Need(each.id, each.party_id, tuple(each.resource_ids), each.least, each.most, each.priority)
                for each in stated
            ),
            await load_cells(session, partnership_id, allocation.id) if allocation else {},
        ),
    )


def _is_of(need: Need, parties: Sequence[objectives.Party]) -> bool:
    return any(party.party_id == need.party_id for party in parties)


def _parties(agreed: Agreed, in_need: set[UUID]) -> tuple[posed.Party, ...]:
    """Weights are scaled to a mean of 1, so that levels read as shares of needs."""
    parties = [party for party in agreed.parties if party.party_id in in_need]
    mean = sum(float(party.weight) for party in parties) / max(1, len(parties))
    floors = {floor.party_id: floor.share for floor in (agreed.charter.floors if agreed.charter else ())}
    return tuple(
        posed.Party(party.party_id, float(party.weight) / mean, floors.get(party.party_id, 0.0)) for party in parties
    )


def of_partnership(partnership_id: UUID) -> Select[Allocation]:
    return select(Allocation).where(Allocation.partnership_id == partnership_id)


async def load_current(session: AsyncSession, partnership_id: UUID) -> Allocation | None:
    """The newest revision."""
    newest = of_partnership(partnership_id).order_by(Allocation.revision.desc()).limit(1)
    found: Allocation | None = await session.scalar(newest)
    return found


async def load_allocation(session: AsyncSession, partnership_id: UUID, allocation_id: UUID) -> Allocation | None:
    return await session.get(Allocation, (partnership_id, allocation_id))


async def load_cells(session: AsyncSession, partnership_id: UUID, allocation_id: UUID) -> dict[posed.Cell, float]:
    cell = AllocationCell
    rows = await session.execute(
        select(cell.need_id, cell.resource_id, cell.period, cell.amount)
        .where(cell.partnership_id == partnership_id, cell.allocation_id == allocation_id)
        .order_by(cell.need_id, cell.resource_id, cell.period)
    )
    return {(need_id, resource_id, period): amount for need_id, resource_id, period, amount in rows}


async def owners(session: AsyncSession, partnership_id: UUID) -> dict[UUID, UUID]:
    """The party of each need, of those that are no longer active too."""
    rows = await session.execute(select(Need.id, Need.party_id).where(Need.partnership_id == partnership_id))
    return {row.id: row.party_id for row in rows}


async def _loaded(allocation_id: UUID, member: CurrentMember, session: CurrentSession) -> Allocation:
    found = await load_allocation(session, member.partnership_id, allocation_id)
    if found is None:
        raise AllocationNotFound(N_("No allocation of this partnership has this id; GET .../allocations lists them."))
    return found


async def _current(member: CurrentMember, session: CurrentSession) -> Allocation:
    found = await load_current(session, member.partnership_id)
    if found is None:
        raise AllocationNotFound(N_("Nothing is allocated yet; POST .../allocations computes the first allocation."))
    return found


LoadedAllocation = Annotated[Allocation, Depends(_loaded)]
CurrentAllocation = Annotated[Allocation, Depends(_current)]
allocations_by_id = Allocation.id
