"""Bodies of control charts."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from entente_shared.web import Strict

from .domain import Signal


class ChartPoint(Strict):
    """`deviation` = progress made less progress planned."""

    at: datetime
    value: float
    deviation: float
    signals: list[Signal]


class ControlChartRead(Strict):
    """Whether the deviations from plan vary as they always do. It warns: no adjustment follows from it.

    Mean and limits are of deviations; null where there are fewer than two points.
    """

    kpi_id: UUID
    mean: float | None
    moving_range: float | None = Field(description="the mean of the changes from point to point")
    lower: float | None
    upper: float | None
    warning: bool = Field(description="a point lies outside the limits, or eight in a row on one side of the mean")
    points: list[ChartPoint]
    rule_version: str
    provisional: bool = Field(description="samples are contested")
