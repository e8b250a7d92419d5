"""Bodies of mapping rules and of their trials."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import Strict

from ..sources.domain import LONGEST_NAME
from .domain import Labels, Match, PatternKind, Rule, Verdict
from .models import MappingRule

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Factor = Annotated[float, Field(ge=-1e12, le=1e12)]
Priority = Annotated[int, Field(ge=-1000, le=1000)]
LabelMap = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=200)], Annotated[str, Field(max_length=1000)]],
    Field(max_length=64),
]


def frozen(labels: dict[str, str]) -> Labels:
    return tuple(sorted(labels.items()))


class MappingCreate(Strict):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kpi_id": "01939f61-2d01-7f61-b141-a3548fc06001",
                    "name": "http.server.duration_*",
                    "kind": "glob",
                    "labels": {"service.name": "orders"},
                    "scale": 0.001,
                }
            ]
        }
    )

    kpi_id: UUID
    name: Name = Field(description="of the foreign series; with kind glob, * and ? stand for other characters")
    kind: PatternKind = PatternKind.EXACT
    labels: LabelMap = Field(default_factory=dict, description="labels that the series must have, with these values")
    scale: Factor = Field(1.0, description="the KPI gets value * scale + offset")
    offset: Factor = 0.0
    priority: Priority = Field(0, description="of several rules that fit, the highest wins")

    def rule(self) -> Rule:
        return Rule(
            None, self.kpi_id, self.name, self.kind, frozen(self.labels), self.scale, self.offset, self.priority
        )


class MappingPatch(Strict):
    """What is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"labels": {"region": "north"}, "scale": 0.001}]})

    kpi_id: UUID | None = None
    name: Name | None = None
    kind: PatternKind | None = None
    labels: LabelMap | None = None
    scale: Factor | None = None
    offset: Factor | None = None
    priority: Priority | None = None

    def changes(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in self.model_fields_set if getattr(self, name) is not None}
        return {name: frozen(value) if name == "labels" else value for name, value in given.items()}


class MappingRead(Strict):
    id: UUID
    kpi_id: UUID
    name: str
    kind: PatternKind
    labels: dict[str, str]
    scale: float
    offset: float
    priority: int
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: MappingRule) -> "MappingRead":
        return cls(
            id=row.id, kpi_id=row.kpi_id, name=row.name, kind=row.kind, labels=row.labels, scale=row.scale,
            offset=row.shift, priority=row.priority, version=row.version, created_at=row.created_at, updated_at=row.updated_at,
        )  # fmt: skip


class SeriesBody(Strict):
    name: Name
    labels: LabelMap = Field(default_factory=dict)


class MappingTrial(Strict):
    """What to try: series by name and labels, or lines of the InfluxDB line protocol."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "series": [{"name": "road.accidents.rear", "labels": {"region": "north"}}],
                    "line_protocol": "road_accidents,region=north rear=397.5 1769817600000000000",
                }
            ]
        }
    )

    rules: Annotated[list[MappingCreate], Field(max_length=1000)] | None = Field(
        None, description="to be tried instead of those that are stored"
    )
    series: Annotated[list[SeriesBody], Field(max_length=1000)] = Field(default_factory=list)
    line_protocol: Annotated[str, Field(max_length=100_000)] | None = None


class Verdicts(Strict):
    """Where one series would go. `rules` has those that decided: stored ones by `id`, tried ones by `index`."""

    name: str
    labels: dict[str, str]
    verdict: Verdict
    kpi_id: UUID | None
    scale: float | None
    offset: float | None
    rules: list[UUID | int]
    why: str


class Refusal(Strict):
    line: int
    field: str
    reason: str


class TrialReport(Strict):
    items: list[Verdicts]
    refused: list[Refusal]


def verdict(name: str, labels: Labels, match: Match, indices: dict[int, int], why: str) -> Verdicts:
    """`indices` gives the place of each tried rule by its identity in memory."""
    rule = match.rule
    return Verdicts(
        name=name,
        labels=dict(labels),
        verdict=match.verdict,
        kpi_id=rule and rule.kpi_id,
        scale=rule and rule.scale,
        offset=rule and rule.offset,
        rules=[each.id if each.id is not None else indices[id(each)] for each in match.rules],
        why=why,
    )
