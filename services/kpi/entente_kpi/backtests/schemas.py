"""Bodies of backtests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import Duration, Strict, Timestamp

from ..definitions.rule_schemas import RuleBody
from ..trajectories.domain import InvalidTrajectory, Trajectory
from .domain import Comparison, Damping, Episode, Found, Ruling

MOST_LISTED = 1000
Number = Annotated[float, Field(ge=-1e100, le=1e100)]


class Reference(StrEnum):
    """What the alerts are held against: deviations that stand, the present rule over the same samples, or labels."""

    STOOD = "stood"
    PRESENT_RULE = "present_rule"
    LABELS = "labels"


class TrajectoryBody(Strict):
    """A path from `baseline` to `target`, linear, to use instead of what was agreed."""

    baseline: Number
    target: Number
    starts_at: Timestamp
    due_at: Timestamp

    def trajectory(self) -> Trajectory:
        try:
            return Trajectory(objective_id=UUID(int=0), revision=0, **dict(self))
        except InvalidTrajectory as invalid:
            raise InvalidTrajectory(invalid.detail, pointer=f"/trajectory{invalid.pointer}") from None


class EpisodeBody(Strict):
    """From `from` to before `to` (null: still going on)."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: Timestamp = Field(alias="from")
    to: Timestamp | None = None

    def episode(self) -> Episode:
        return Episode(self.from_, self.to)


class DampingBody(Strict):
    """Damping of automatic adjustments: each adds 1000 to a penalty that halves in `half_life`; above 2000 none until below 750."""

    half_life: Duration = Field(timedelta(days=14))
    cool_down: Duration = Field(timedelta(0), description="none for so long after one")
    cap: Annotated[int, Field(ge=1, le=10_000)] | None = Field(None, description="at most so many in any `period`")
    period: Duration = Field(timedelta(days=90))

    def damping(self) -> Damping:
        return Damping(self.half_life, self.cool_down, self.cap, self.period)


class BacktestCreate(Strict):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "rule": {"theta_on": -0.3, "theta_off": -0.1, "for": "P31D"},
                    "from": "1976-01-01T00:00:00Z",
                    "to": "1985-01-01T00:00:00Z",
                }
            ]
        }
    )

    rule: RuleBody
    from_: Timestamp = Field(alias="from", description="samples at or after")
    to: Timestamp = Field(description="samples before")
    trajectory: TrajectoryBody | None = None
    reference: Reference = Reference.STOOD
    episodes: list[EpisodeBody] = Field(default_factory=list, max_length=1000, description="with `reference: labels`")
    damping: DampingBody = DampingBody.model_validate({})


class FoundRead(Strict):
    """`lead`, in seconds: positive where the alert came before the episode began; null where that is not known."""

    episode: EpisodeBody
    alert: EpisodeBody | None
    lead: float | None

    @classmethod
    def of(cls, found: Found) -> "FoundRead":
        return cls(
            episode=_body(found.episode),
            alert=found.alert and _body(found.alert),
            lead=None if found.lead is None else found.lead.total_seconds(),
        )


class AlertRead(Strict):
    """An alert that the rule would have raised, and what would have become of the adjustment that it calls for."""

    opened_at: datetime
    closed_at: datetime | None
    adjustment: Ruling


class Summary(Strict):
    """`recall`: matched / episodes; `false_alarms`: extra / alerts; null where there is nothing to divide by.

    `median_lead` is in seconds.
    """

    episodes: int
    alerts: int
    matched: int
    missed: int
    extra: int
    recall: float | None
    false_alarms: float | None
    median_lead: float | None
    adjustments: dict[Ruling, int]


class BacktestRead(Strict):
    """Nothing of it is stored. The same request over the same samples gives the same answer.

    Of alerts, episodes and extra the first 1,000 are listed; the summary counts all.
    """

    samples: int
    reference: Reference
    rule: RuleBody
    present_rule_version: int
    summary: Summary
    alerts: list[AlertRead]
    episodes: list[FoundRead]
    extra: list[EpisodeBody]


def _body(episode: Episode) -> EpisodeBody:
    return EpisodeBody.model_validate({"from": episode.opened_at, "to": episode.closed_at})


def summarise(comparison: Comparison, rulings: Sequence[Ruling]) -> Summary:
    lead = comparison.median_lead
    return Summary(
        episodes=len(comparison.found),
        alerts=len(rulings),
        matched=comparison.matched,
        missed=comparison.missed,
        extra=len(comparison.extra),
        recall=comparison.recall,
        false_alarms=len(comparison.extra) / len(rulings) if rulings else None,
        median_lead=None if lead is None else lead.total_seconds(),
        adjustments={ruling: rulings.count(ruling) for ruling in Ruling},
    )


def episodes_read(comparison: Comparison) -> tuple[list[FoundRead], list[EpisodeBody]]:
    found, extra = comparison.found[:MOST_LISTED], comparison.extra[:MOST_LISTED]
    return [FoundRead.of(each) for each in found], [_body(each) for each in extra]
