"""Bodies of forecasts."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from entente_shared.web import Strict

from ..series.schemas import SampleRead
from ..trajectories.schemas import BandRead
from .domain import Method


class ForecastRead(Strict):
    """Where the KPI will stand when its objective is due, in its unit, with all that is needed to compute it again."""

    kpi_id: UUID
    objective_id: UUID
    trajectory_revision: int
    due_at: datetime
    target: float
    band: BandRead | None
    method: Method
    value: float
    low: float
    high: float
    coverage: float = Field(description="how likely the value lies from low to high, if the past is a guide")
    chance: float = Field(description="how likely it meets the target, or lies in the band")
    progress: float = Field(description="the progress that the value would be")
    errors: dict[Method, float] = Field(description="mean absolute errors of the methods tried, over the last origins")
    points: list[SampleRead] = Field(description="samples, or means of them, that it rests on")
    seed: int
    resamples: int
    rule_version: str
    provisional: bool = Field(description="samples are contested")
