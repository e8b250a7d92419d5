"""Bodies of KPIs."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import Duration, Strict, Text

from ..evaluation.domain import BurnRate, BurnWindow, Rule, RuleKind, State
from ..evaluation.queries import Tracked
from . import domain
from .domain import OnConflict

Threshold = Annotated[float, Field(ge=-1e6, le=1e6)]


class BurnWindowBody(Strict):
    model_config = ConfigDict(from_attributes=True)

    factor: Annotated[float, Field(gt=0, le=1e6, description="how many times the allowed share is too much")]
    long: Duration
    short: Duration


class BurnBody(Strict):
    """Too many bad samples: their share exceeds `factor` times the allowed one in the long and in the short window."""

    model_config = ConfigDict(from_attributes=True)

    allowed: Annotated[float, Field(gt=0, lt=1, description="the share of samples that may be bad")]
    windows: list[BurnWindowBody] = Field(
        default_factory=list,
        max_length=10,
        description="left out: 14.4 in 60 and 5 cadences, 6 in 360 and 30 (SRE Workbook, ch. 5)",
    )

    def burn(self) -> BurnRate:
        return BurnRate(self.allowed, tuple(BurnWindow(each.factor, each.long, each.short) for each in self.windows))


class RuleBody(Strict):
    """The deviation `e` is the progress made less the progress planned: -0.25 is a quarter of the way behind plan."""

    model_config = ConfigDict(serialize_by_alias=True)

    kind: RuleKind = RuleKind.THRESHOLD
    theta_on: Threshold = Field(description="a deviation at or below it fires; with burn_rate such a sample is bad")
    theta_off: Threshold = Field(description="a deviation at or above it recovers; above theta_on")
    for_: Duration = Field(timedelta(0), alias="for", description="how long it must hold before it fires")
    keep: Duration = Field(timedelta(0), description="how long it must be back before it has recovered")
    stale_after: Duration | None = Field(None, description="without a sample for so long there is no data")
    evaluation_delay: Duration = Field(
        timedelta(0), description="samples this much older than the newest are evaluated"
    )
    burn: BurnBody | None = Field(None, description="for burn_rate alone")

    def rule(self) -> Rule:
        """Raises InvalidRule."""
        domain.check_kind(self.kind, burns=self.burn is not None)
        durations = (self.for_, self.keep, self.stale_after, self.evaluation_delay)
        return Rule(self.theta_on, self.theta_off, *durations, self.burn.burn() if self.burn else None)


class KpiCreate(Strict):
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
                }
            ]
        }
    )

    name: Text
    unit: Text = Field(description="a UCUM or ISO 4217 code")
    cadence: Duration = Field(description="how often a sample is expected")
    on_conflict: OnConflict = Field(
        OnConflict.REJECT,
        description="what becomes of another value for a time that has one, if it is not marked as a correction",
    )
    rule: RuleBody


class KpiRead(Strict):
    """`state` is that of the threshold rule now; `latest_at` and `latest_value` are of the newest sample."""

    id: UUID
    name: str
    unit: str
    cadence: Duration
    on_conflict: OnConflict
    rule: RuleBody
    rule_version: int
    created_at: datetime
    state: State
    latest_at: datetime | None
    latest_value: float | None
    provisional: bool = Field(description="samples are contested; nothing is adjusted by itself on their account")

    @classmethod
    def of(cls, tracked: Tracked) -> "KpiRead":
        kpi, rule, track = tracked.kpi, tracked.rule, tracked.track
        return cls(
            id=kpi.id,
            name=kpi.name,
            unit=kpi.unit,
            cadence=kpi.cadence,
            on_conflict=kpi.on_conflict,
            rule=RuleBody(
                **{"for": rule.hold},
                theta_on=rule.theta_on,
                theta_off=rule.theta_off,
                keep=rule.keep,
                stale_after=rule.stale_after,
                evaluation_delay=rule.evaluation_delay,
                kind=rule.kind,
                burn=rule.burn and BurnBody.model_validate(rule.burn),
            ),
            rule_version=tracked.threshold.version,
            created_at=kpi.created_at,
            state=tracked.shown,
            latest_at=track.latest_at,
            latest_value=track.latest_value,
            provisional=tracked.contested,
        )
