"""Bodies of the scorecard."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict

from entente_shared.web import Page, Strict

from ..definitions.domain import Direction, KpiStatus, Level
from ..evaluation.domain import State
from .domain import Course, RollUp, Trend
from .queries import Card


class TrendRead(Strict):
    """`change` is of the value since the beginning of the window, `progress` of its progress; `course` says what that means."""

    model_config = ConfigDict(from_attributes=True)

    change: float
    progress: float | None
    course: Course | None


class CardRead(Strict):
    """A KPI. `progress`, `planned` and `deviation` are null where nothing is agreed for it, or it has no sample yet."""

    kpi_id: UUID
    name: str
    unit: str
    level: Level
    direction: Direction | None
    status: KpiStatus
    objective_id: UUID | None
    weight: float
    latest_at: datetime | None
    latest_value: float | None
    progress: float | None
    planned: float | None
    deviation: float | None
    state: State
    trend: TrendRead | None

    @classmethod
    def of(cls, card: Card, trend: Trend | None) -> "CardRead":
        kpi, track, standing = card.kpi, card.track, card.standing
        found = standing.assessment
        return cls(
            kpi_id=kpi.id,
            name=kpi.name,
            unit=kpi.unit,
            level=kpi.level,
            direction=kpi.direction,
            status=kpi.status,
            objective_id=standing.objective_id,
            weight=standing.weight,
            latest_at=track.latest_at,
            latest_value=track.latest_value,
            progress=found and found.progress,
            planned=found and found.planned,
            deviation=found and found.deviation,
            state=card.shown,
            trend=trend and TrendRead.model_validate(trend),
        )


class RollUpRead(Strict):
    """`measured` of `kpis` have a progress; the figures are their weighted means, each clamped to 0..1 before."""

    model_config = ConfigDict(from_attributes=True)

    kpis: int
    measured: int
    progress: float | None
    planned: float | None
    deviation: float | None

    @classmethod
    def values(cls, rolled: RollUp) -> dict[str, float | int | None]:
        return {name: getattr(rolled, name) for name in RollUpRead.model_fields}


class LevelRead(RollUpRead):
    level: Level

    @classmethod
    def of(cls, level: Level, rolled: RollUp) -> "LevelRead":
        return cls(level=level, **cls.values(rolled))


class ObjectiveRead(RollUpRead):
    objective_id: UUID
    title: str

    @classmethod
    def of(cls, objective_id: UUID, title: str, rolled: RollUp) -> "ObjectiveRead":
        return cls(objective_id=objective_id, title=title, **cls.values(rolled))


class ScorecardRead(Page[CardRead]):
    """The roll-ups are of all KPIs, whichever page is read. Nothing agreed weighs objectives, so that all weigh the same."""

    overall: RollUpRead
    levels: list[LevelRead]
    objectives: list[ObjectiveRead]
