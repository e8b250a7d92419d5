"""Bodies of KPIs."""

from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.errors import N_
from entente_shared.web import Duration, LongText, Strict, Text

from ..evaluation.domain import State
from ..evaluation.queries import Tracked
from .domain import (
    Aggregation,
    Approval,
    Definition,
    Direction,
    KpiStatus,
    Level,
    MissingField,
    OnConflict,
    Retention,
)
from .rule_schemas import RuleBody, rule_body


class RetentionBody(Strict):
    """How long each level of detail is kept, counted back from the newest sample; null: for ever. What is coarser is kept longer."""

    raw: Duration | None = None
    minute: Duration | None = None
    hour: Duration | None = None
    day: Duration | None = None

    def retention(self) -> Retention:
        return Retention(self.raw, self.minute, self.hour, self.day)


def retention_body(retention: Retention) -> RetentionBody:
    return RetentionBody(raw=retention.raw, minute=retention.minute, hour=retention.hour, day=retention.day)


def _absent() -> Any:
    """The default of a field that may be left out but not be null."""
    return None


class DefinitionPart(Strict):
    """Some fields of a definition; those that are left out stay as they are, or as the template has them."""

    name: Text = Field(default_factory=_absent)
    unit: Text = Field(
        default_factory=_absent, description="a UCUM code (m/s, %, {person}/mo) or an ISO 4217 one (EUR)"
    )
    cadence: Duration = Field(default_factory=_absent, description="how often a sample is expected")
    on_conflict: OnConflict = Field(
        OnConflict.REJECT,
        description="what becomes of another value for a time that has one, if it is not marked as a correction",
    )
    rule: RuleBody = Field(default_factory=_absent)
    description: LongText | None = None
    level: Level = Level.OPERATIONAL
    direction: Direction | None = Field(None, description="where better lies; null: as its objective has it")
    aggregation: Aggregation = Field(Aggregation.MEAN, description="how a chart combines samples into one figure")
    sources: Annotated[list[UUID], Field(max_length=50)] | None = Field(
        None, description="parties or organisations whose systems may push it; null: all of the partnership's"
    )
    retention: RetentionBody = RetentionBody()
    approval: Approval = Field(
        Approval.NOT_REQUIRED, description="`required`: it takes effect when every party has approved it"
    )

    def given(self) -> dict[str, Any]:
        """The fields of a definition that the body sets."""
        values = {name: getattr(self, name) for name in self.model_fields_set & _DEFINED}
        if "rule" in values:
            values["rule"] = self.rule.rule()
        if "retention" in values:
            values["retention"] = self.retention.retention()
        if values.get("sources") is not None:
            values["sources"] = tuple(values["sources"])
        return values


_DEFINED = {field.name for field in fields(Definition)}


class KpiCreate(DefinitionPart):
    """Without a template, `name`, `unit`, `cadence` and `rule` must be given."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Rear passengers killed or seriously injured",
                    "unit": "{person}/mo",
                    "cadence": "P30D",
                    "rule": {
                        "theta_on": -0.25,
                        "theta_off": -0.1,
                        "for": "PT0S",
                        "keep": "P31D",
                        "stale_after": "P92D",
                    },
                },
                {"template": "revenue_generated", "unit": "CHF", "approval": "required"},
            ]
        }
    )

    template: Text | None = Field(None, description="a key of GET /v1/kpi-templates: what is left out is taken from it")

    def definition(self, suggested: dict[str, Any]) -> Definition:
        """What is given, laid over what the template suggests. Raises MissingField."""
        values = {"on_conflict": OnConflict.REJECT, **suggested, **self.given()}
        for name in ("name", "unit", "cadence", "rule"):
            if name not in values:
                raise MissingField(N_("{field} must be given where no template does."), pointer=f"/{name}", field=name)
        return Definition(**values)


class KpiRead(Strict):
    """`state` is that of the threshold rule now; `latest_at` and `latest_value` are of the newest sample.

    `version` is the definition's number; a `draft` waits for the parties' approval and is not evaluated.
    """

    id: UUID
    name: str
    unit: str
    cadence: Duration
    on_conflict: OnConflict
    rule: RuleBody
    rule_version: int
    description: str | None
    template: str | None
    level: Level
    direction: Direction | None
    aggregation: Aggregation
    sources: list[UUID] | None
    retention: RetentionBody
    approval: Approval
    status: KpiStatus
    version: int
    created_at: datetime
    state: State
    latest_at: datetime | None
    latest_value: float | None
    provisional: bool = Field(description="samples are contested; nothing is adjusted by itself on their account")

    @classmethod
    def of(cls, tracked: Tracked) -> "KpiRead":
        kpi, track = tracked.kpi, tracked.track
        return cls(
            id=kpi.id,
            name=kpi.name,
            unit=kpi.unit,
            cadence=kpi.cadence,
            on_conflict=kpi.on_conflict,
            rule=rule_body(tracked.rule),
            rule_version=tracked.threshold.version,
            description=kpi.description,
            template=kpi.template,
            level=kpi.level,
            direction=kpi.direction,
            aggregation=kpi.aggregation,
            sources=kpi.sources,
            retention=RetentionBody(raw=kpi.keep_raw, minute=kpi.keep_minute, hour=kpi.keep_hour, day=kpi.keep_day),
            approval=kpi.approval,
            status=kpi.status,
            version=kpi.version,
            created_at=kpi.created_at,
            state=tracked.shown,
            latest_at=track.latest_at,
            latest_value=track.latest_value,
            provisional=tracked.contested,
        )
