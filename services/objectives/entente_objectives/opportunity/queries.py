"""Reads of analyses."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.charter.models import Charter
from entente_objectives.sealing.queries import parties
from entente_shared.errors import N_, NotFound
from entente_shared.web import paginate

from . import domain
from .domain import Dimension, Position, Recommendation, Status
from .models import Opportunity, OpportunityPosition, OpportunityScore


@dataclass(frozen=True)
class Analysis:
    """An analysis with its scores and standing positions, and the parties that each is awaited of."""

    opportunity: Opportunity
    scores: tuple[OpportunityScore, ...]
    positions: tuple[OpportunityPosition, ...]
    scores_awaited: tuple[UUID, ...]
    positions_awaited: tuple[UUID, ...]

    def scored(self, party_id: UUID) -> bool:
        return any(score.party_id == party_id for score in self.scores)

    @property
    def recommendation(self) -> Recommendation | None:
        """None while a party's scores are awaited."""
        if self.scores_awaited:
            return None
        scores = defaultdict[UUID, dict[Dimension, int]](dict)
        for each in self.scores:
            scores[each.party_id][each.dimension] = each.score
        return domain.recommend(scores)

    @property
    def stand(self) -> dict[UUID, Position]:
        return {each.party_id: each.position for each in self.positions}


async def get_opportunity(
    session: AsyncSession, partnership_id: UUID, opportunity_id: UUID, *, lock: bool = False
) -> Opportunity:
    found = await session.get(Opportunity, (partnership_id, opportunity_id), with_for_update=lock or None)
    if found is None:
        raise NotFound(N_("There is no such analysis; GET .../opportunity-analyses lists them."))
    return found


async def load_analyses(
    session: AsyncSession, partnership_id: UUID, opportunities: Sequence[Opportunity]
) -> list[Analysis]:
    ids, everyone = [each.id for each in opportunities], await parties(session, partnership_id)
    scores = defaultdict[UUID, list[OpportunityScore]](list)
    for score in await session.scalars(
        select(OpportunityScore)
        .where(OpportunityScore.partnership_id == partnership_id, OpportunityScore.opportunity_id.in_(ids))
        .order_by(OpportunityScore.party_id, OpportunityScore.dimension)
    ):
        scores[score.opportunity_id].append(score)
    positions = defaultdict[UUID, list[OpportunityPosition]](list)
    for position in await session.scalars(
        select(OpportunityPosition)
        .where(
            OpportunityPosition.partnership_id == partnership_id,
            OpportunityPosition.opportunity_id.in_(ids),
            OpportunityPosition.replaced_at.is_(None),
        )
        .order_by(OpportunityPosition.party_id)
    ):
        positions[position.opportunity_id].append(position)
    return [_analysis(each, scores[each.id], positions[each.id], everyone) for each in opportunities]


def _analysis(
    found: Opportunity,
    scores: Sequence[OpportunityScore],
    positions: Sequence[OpportunityPosition],
    everyone: Sequence[UUID],
) -> Analysis:
    """Once it is concluded nobody is awaited, whoever joined since."""
    awaitable = everyone if found.status is Status.OPEN else ()
    scored, decided = {each.party_id for each in scores}, {each.party_id for each in positions}
    return Analysis(
        found,
        tuple(scores),
        tuple(positions),
        tuple(party for party in awaitable if party not in scored),
        tuple(party for party in awaitable if party not in decided),
    )


async def load_analysis(session: AsyncSession, found: Opportunity) -> Analysis:
    return (await load_analyses(session, found.partnership_id, [found]))[0]


async def list_analyses(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Analysis], str | None]:
    statement = select(Opportunity).where(Opportunity.partnership_id == partnership_id)
    rows, next_cursor = await paginate(session, statement, Opportunity.id, cursor, limit)
    return await load_analyses(session, partnership_id, rows), next_cursor


async def list_positions(
    session: AsyncSession, found: Opportunity, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    """All positions, those that were replaced too."""
    statement = select(OpportunityPosition).where(
        OpportunityPosition.partnership_id == found.partnership_id, OpportunityPosition.opportunity_id == found.id
    )
    return await paginate(session, statement, OpportunityPosition.id, cursor, limit)


async def newest(session: AsyncSession, partnership_id: UUID) -> tuple[int, bool]:
    """The number of the newest analysis (0 before the first), and whether one is open."""
    mine = Opportunity.partnership_id == partnership_id
    number = (await session.execute(select(func.max(Opportunity.number)).where(mine))).scalar_one() or 0
    opened = await session.execute(select(Opportunity.id).where(mine, Opportunity.status == Status.OPEN))
    return number, opened.first() is not None


async def in_force(session: AsyncSession, partnership_id: UUID) -> bool:
    """Whether the parties have signed a charter."""
    charter = await session.get(Charter, partnership_id)
    return charter is not None and charter.agreed is not None
