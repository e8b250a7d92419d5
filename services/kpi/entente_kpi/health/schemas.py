"""Bodies of health."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import Strict

from .domain import RULE_VERSION, SOURCES, Component, Status
from .models import HealthRecord
from .queries import Assessed


class ComponentRead(Strict):
    """`value` is 0..1; `source` says whose events it comes from, `source_id` from which survey or allocation."""

    component: Component
    value: float
    weight: float
    source: str
    source_id: UUID | None
    measured_at: datetime | None


class MissingRead(Strict):
    """A component that was not measured, and where it would come from."""

    component: Component
    source: str


class HealthRead(Strict):
    """`score = 100 * prod(value ** weight)`. `capped`: a component below 0.3 keeps the status from being better than `watch`."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    score: float
    status: Status = Field(description="good from 75, fair from 60, watch from 40, else critical")
    capped: bool
    items: list[ComponentRead]
    missing: list[MissingRead]
    rule_version: str

    @classmethod
    def of(cls, found: Assessed, now: datetime) -> "HealthRead":
        index, measured = found.index, found.measured
        items = [
            ComponentRead(
                component=component,
                value=measured[component].value,
                weight=weight,
                source=SOURCES[component],
                source_id=measured[component].source_id,
                measured_at=measured[component].measured_at,
            )
            for component, weight in index.weights.items()
        ]
        missing = [MissingRead(component=each, source=SOURCES[each]) for each in index.missing]
        return cls(
            at=now,
            score=index.score,
            status=index.status,
            capped=index.capped,
            items=items,
            missing=missing,
            rule_version=RULE_VERSION,
        )

    @classmethod
    def of_record(cls, row: HealthRecord) -> "HealthRead":
        return cls(
            at=row.at,
            score=row.score,
            status=row.status,
            capped=row.capped,
            items=[ComponentRead.model_validate(each) for each in row.components],
            missing=[MissingRead(component=Component(each), source=SOURCES[Component(each)]) for each in row.missing],
            rule_version=row.rule_version,
        )
