"""Bodies of analyses, scores and positions."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Record
from entente_shared.web import LongText, Strict, Text

from . import domain
from .domain import Advice, Dimension, Position, Status
from .queries import Analysis


class AnalysisCreate(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Shall we share the patrols?"}]})

    title: Text


class ScoreBody(Strict):
    """How far the parties converge, from 0 (not at all) to 100 (entirely), and why."""

    score: Annotated[int, Field(strict=True, ge=0, le=100)]
    reason: LongText


class ScoresBody(Strict):
    """What your party thinks of the parties' visions, strategies and resources."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "visions": {"score": 80, "reason": "Both want the region's roads safer."},
                    "strategies": {"score": 60, "reason": "They count on checks, we on training."},
                    "resources": {"score": 70, "reason": "Their patrols, our analysts."},
                }
            ]
        }
    )

    visions: ScoreBody
    strategies: ScoreBody
    resources: ScoreBody

    def scores(self) -> dict[Dimension, tuple[int, str]]:
        return {Dimension(name): (body.score, body.reason) for name, body in dict(self).items()}


class PositionCreate(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"position": "go", "reason": "The strategies fit."}]})

    position: Position
    reason: LongText


class ScoreRead(Record):
    party_id: UUID
    dimension: Dimension
    score: int
    reason: str
    person_id: UUID
    at: datetime


class PositionRead(Record):
    """A position that stands, or (`replaced_at`) one that the party's sponsor replaced."""

    id: UUID
    party_id: UUID
    person_id: UUID
    position: Position
    reason: str
    at: datetime
    replaced_at: datetime | None


class ConvergenceRead(Record):
    """One dimension as the parties score it. `spread` is from the lowest to the highest score."""

    dimension: Dimension
    scores: dict[UUID, int]
    mean: float
    lowest: int
    highest: int
    spread: int


class GroundRead(Record):
    """What speaks against a go: the dimension's `value` is beyond the `limit` that `rule` names."""

    dimension: Dimension
    rule: str
    value: float
    limit: int


class RecommendationRead(Record):
    """What the rule says of the scores: `go` where there are no `grounds`, `no_go` where one is a no-go's."""

    advice: Advice
    score: float
    convergence: list[ConvergenceRead]
    grounds: list[GroundRead]
    limits: dict[str, int] = Field(default_factory=lambda: dict(domain.LIMITS))
    rule_version: str


class AnalysisRead(Record):
    """An analysis with its parts. The recommendation is there when every party has scored."""

    id: UUID
    number: int
    title: str
    party_id: UUID
    status: Status
    opened_at: datetime
    concluded_at: datetime | None
    scores: list[ScoreRead]
    scores_awaited: list[UUID]
    recommendation: RecommendationRead | None
    positions: list[PositionRead]
    positions_awaited: list[UUID]

    @classmethod
    def of(cls, analysis: Analysis) -> "AnalysisRead":
        found = analysis.opportunity
        own = ("id", "number", "title", "party_id", "status", "opened_at", "concluded_at")
        parts = ("scores", "scores_awaited", "recommendation", "positions", "positions_awaited")
        return cls.model_validate(
            {**{name: getattr(found, name) for name in own}, **{name: getattr(analysis, name) for name in parts}}
        )
