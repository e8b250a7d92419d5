"""A definition as the JSON that a version keeps, and as the columns that a KPI has."""

from dataclasses import asdict, fields
from typing import Any

from pydantic import TypeAdapter

from entente_shared.events import kpi as events

from ..evaluation.domain import Rule
from ..evaluation.queries import Tracked
from .domain import Aggregation, Approval, Definition, Direction, Level, OnConflict, Retention
from .models import Kpi, ThresholdRule

_ADAPTER = TypeAdapter(Definition)
_OWN = frozenset({"rule", "retention", "sources"})


def to_json(definition: Definition) -> dict[str, Any]:
    document: dict[str, Any] = _ADAPTER.dump_python(definition, mode="json")
    return document


def from_json(document: dict[str, Any]) -> Definition:
    return _ADAPTER.validate_python(document)


def of(tracked: Tracked) -> Definition:
    """The definition that a loaded KPI has."""
    kpi = tracked.kpi
    return Definition(
        name=kpi.name,
        unit=kpi.unit,
        cadence=kpi.cadence,
        on_conflict=OnConflict(kpi.on_conflict),
        rule=tracked.rule,
        description=kpi.description,
        template=kpi.template,
        level=Level(kpi.level),
        direction=kpi.direction and Direction(kpi.direction),
        aggregation=Aggregation(kpi.aggregation),
        sources=None if kpi.sources is None else tuple(kpi.sources),
        retention=Retention(kpi.keep_raw, kpi.keep_minute, kpi.keep_hour, kpi.keep_day),
        approval=Approval(kpi.approval),
    )


def write(definition: Definition, kpi: Kpi, threshold: ThresholdRule) -> None:
    """Give the rows what `definition` says."""
    for field in fields(Definition):
        if field.name not in _OWN:
            setattr(kpi, field.name, getattr(definition, field.name))
    kpi.sources = None if definition.sources is None else list(definition.sources)
    for level, duration in asdict(definition.retention).items():
        setattr(kpi, f"keep_{level}", duration)
    _write_rule(definition.rule, threshold)


def _write_rule(rule: Rule, threshold: ThresholdRule) -> None:
    """Its columns are named like its fields; a burn rate is as the event has it."""
    for field in fields(Rule):
        setattr(threshold, field.name, getattr(rule, field.name))
    threshold.burn = events.BurnRate.model_validate(rule.burn).model_dump(mode="json") if rule.burn else None
