"""Where the KPIs of a partnership stand: one row each, and no sample."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ..definitions.domain import Level
from ..definitions.models import Kpi
from ..evaluation.domain import State
from ..evaluation.models import Track
from ..series import store
from ..trajectories import queries as trajectories
from ..trajectories.domain import Path
from ..trajectories.models import ObjectiveTrajectory
from . import domain
from .domain import Standing, Trend


@dataclass(frozen=True, slots=True)
class Card:
    """A KPI on the scorecard."""

    kpi: Kpi
    track: Track
    path: Path
    standing: Standing

    @property
    def shown(self) -> State:
        return State.NO_DATA if self.track.silent else State(self.track.state)


async def load_cards(session: AsyncSession, partnership_id: UUID) -> list[Card]:
    """All KPIs of a partnership by rising id."""
    found = await session.execute(
        select(Kpi, Track)
        .join(Track, (Track.partnership_id == Kpi.partnership_id) & (Track.kpi_id == Kpi.id))
        .where(Kpi.partnership_id == partnership_id)
        .order_by(Kpi.id)
    )
    rows = found.all()
    paths = await trajectories.load_paths(session, partnership_id, [kpi.id for kpi, _ in rows])
    return [Card(kpi, track, paths[kpi.id], _standing(kpi, track, paths[kpi.id])) for kpi, track in rows]


def _standing(kpi: Kpi, track: Track, path: Path) -> Standing:
    agreed, assessment = path.current, None
    if agreed and track.latest_at and track.latest_value is not None and track.latest_at >= agreed.starts_at:
        assessment = agreed.assess(track.latest_at, track.latest_value)
    return Standing(kpi.id, Level(kpi.level), agreed.objective_id if agreed else None, assessment)


async def load_titles(session: AsyncSession, partnership_id: UUID) -> dict[UUID, str]:
    rows = await session.execute(
        select(ObjectiveTrajectory.objective_id, ObjectiveTrajectory.title).where(
            ObjectiveTrajectory.partnership_id == partnership_id
        )
    )
    return {row.objective_id: row.title for row in rows}


async def load_trends(session: AsyncSession, cards: Sequence[Card], window: timedelta) -> dict[UUID, Trend]:
    """What changed in the window that ends with the newest sample of each; one look-up for each, no scan."""
    trends: dict[UUID, Trend] = {}
    for card in cards:
        kpi, track = card.kpi, card.track
        if track.latest_at is None or track.latest_value is None:
            continue
        then = await store.latest(session, kpi.partnership_id, kpi.id, track.latest_at - window)
        if then is not None:
            now = (track.latest_value, card.standing.assessment)
            trends[kpi.id] = domain.trend((then[1], card.path.assess(*then)), now)
    return trends
