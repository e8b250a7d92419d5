"""Bodies of rounds of profiles, and of profiles."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field

from entente_objectives.bodies import Key, Moment, Record
from entente_objectives.sealing.models import Declaration
from entente_objectives.sealing.queries import Awaiting
from entente_objectives.sealing.schemas import RoundRecord
from entente_objectives.terms.schemas import Ratio, Value
from entente_shared.errors import N_
from entente_shared.web import LongText, Strict, Text

from . import domain

Points = Annotated[float, Field(ge=0, le=100, description="of the 100 points to spread")]
Scale = Annotated[float, Field(ge=0, le=10)]

_EXPECTATION: dict[str, Any] = {
    "key": "fewer-accidents",
    "title": "Fewer accidents",
    "unit": "1",
    "target_low": 0.0,
    "target_high": 100.0,
    "due_from": "2026-01-01T00:00:00Z",
    "due_until": "2031-01-01T00:00:00Z",
}


class ExpectationBody(Strict):
    """What every party is asked about. Targets and dates lie on its scales, which distances are measured by."""

    key: Key
    title: Text
    unit: Text
    target_low: Value
    target_high: Value
    due_from: Moment
    due_until: Moment

    def expectation(self) -> domain.Expectation:
        return domain.Expectation(**dict(self))


class ProfileRoundCreate(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"expectations": [_EXPECTATION]}]})

    expectations: list[ExpectationBody] = Field(min_length=1, max_length=20)


class ProfileRoundRead(RoundRecord):
    expectations: list[ExpectationBody]

    @classmethod
    def of(cls, found: Awaiting) -> "ProfileRoundRead":
        return cls.model_validate({**vars(found), "expectations": found.asked})


class CultureBody(Strict):
    """The OCAI's four cultures (Cameron and Quinn); 100 points over them."""

    clan: Points
    adhocracy: Points
    market: Points
    hierarchy: Points


class ValuesBody(Strict):
    """What the culture is, and what the party would have it be."""

    now: CultureBody
    preferred: CultureBody


class PracticesBody(Strict):
    """How the party works, on fixed scales from 0 to 10."""

    decision_speed: Annotated[Scale, Field(description="0: months and many levels, 10: within a day by one person")]
    risk_appetite: Annotated[Scale, Field(description="0: proven ways only, 10: bets on what nobody has tried")]
    planning_horizon: Annotated[Scale, Field(description="0: the next weeks, 10: ten years and more")]
    formality: Annotated[Scale, Field(description="0: by word of mouth, 10: everything in writing and signed")]
    quality_standards: Annotated[Scale, Field(description="0: good enough to try, 10: certified and audited")]


class ExpectedBody(Strict):
    """`importance` is spread over all expectations. What has none may go without target, date and confidence."""

    key: Key
    importance: Points
    target: Value | None = None
    due_at: Moment | None = None
    confidence: Ratio | None = None


def _once_each(expected: list[ExpectedBody]) -> list[ExpectedBody]:
    if len({each.key for each in expected}) < len(expected):
        raise ValueError(N_("An expectation stands here twice; name each once."))
    return expected


class ProfileBody(Strict):
    """What a party declares of itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "motivations": "Fewer of our drivers hurt, and insurers who believe it.",
                    "ambitions": "The reference for the whole region by 2030.",
                    "constraints": "No new posts before the budget of 2027.",
                    "values": {
                        "now": {"clan": 55, "adhocracy": 20, "market": 20, "hierarchy": 5},
                        "preferred": {"clan": 40, "adhocracy": 30, "market": 20, "hierarchy": 10},
                    },
                    "practices": {
                        "decision_speed": 7,
                        "risk_appetite": 4,
                        "planning_horizon": 6,
                        "formality": 3,
                        "quality_standards": 8,
                    },
                    "expectations": [
                        {
                            "key": "fewer-accidents",
                            "importance": 100,
                            "target": 60.0,
                            "due_at": "2028-01-01T00:00:00Z",
                            "confidence": 0.7,
                        }
                    ],
                }
            ]
        }
    )

    motivations: LongText
    ambitions: LongText
    constraints: LongText
    values: ValuesBody
    practices: PracticesBody
    expectations: Annotated[list[ExpectedBody], Field(min_length=1, max_length=50), AfterValidator(_once_each)]

    def profile(self) -> domain.Profile:
        return domain.Profile(
            motivations=self.motivations,
            ambitions=self.ambitions,
            constraints=self.constraints,
            now=dict(self.values.now),
            preferred=dict(self.values.preferred),
            practices=dict(self.practices),
            expected={
                each.key: domain.Expected(each.importance, each.target, each.due_at, each.confidence)
                for each in self.expectations
            },
        )


class ProfileRead(Record):
    """A profile, with who declared it for the party. A party sees its own; the others' from the reveal on."""

    round_id: UUID
    party_id: UUID
    person_id: UUID
    declared_at: datetime
    profile: ProfileBody

    @classmethod
    def of(cls, declaration: Declaration) -> "ProfileRead":
        row: dict[str, Any] = {name: getattr(declaration, name) for name in cls.model_fields if name != "profile"}
        return cls.model_validate({**row, "profile": declaration.content})
