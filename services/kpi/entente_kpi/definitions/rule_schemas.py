"""Bodies of threshold rules."""

from dataclasses import fields
from datetime import timedelta
from typing import Annotated

from pydantic import ConfigDict, Field

from entente_shared.web import Duration, Strict

from ..evaluation.domain import BurnRate, BurnWindow, Rule, RuleKind
from . import domain

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


def rule_body(rule: Rule) -> RuleBody:
    values = {field.name: getattr(rule, field.name) for field in fields(rule)}
    burn = values.pop("burn") and BurnBody.model_validate(rule.burn)
    return RuleBody(**{"for": values.pop("hold")}, **values, kind=rule.kind, burn=burn)
