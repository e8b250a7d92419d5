"""Bodies of rounds of assessments, of assessments and of the gaps between them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Key, Record
from entente_objectives.sealing.models import Declaration
from entente_objectives.sealing.queries import Awaiting
from entente_objectives.sealing.schemas import RoundRecord
from entente_shared.web import LongText, Strict, Text

from . import domain

Score = Annotated[float, Field(ge=0, le=10, description="0, 5 and 10 mean what the dimension's anchors say")]


class DimensionBody(Strict):
    """What parties are rated on. `low`, `middle` and `high` say what 0, 5 and 10 mean."""

    key: Key
    title: Text
    low: Text
    middle: Text
    high: Text


class AssessmentRoundCreate(Strict):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "dimensions": [
                        {
                            "key": "reliability",
                            "title": "Does what it said it would",
                            "low": "never",
                            "middle": "about half the time",
                            "high": "always, and in time",
                        }
                    ]
                }
            ]
        }
    )

    dimensions: list[DimensionBody] = Field(min_length=1, max_length=20)


class AssessmentRoundRead(RoundRecord):
    dimensions: list[DimensionBody]

    @classmethod
    def of(cls, found: Awaiting) -> "AssessmentRoundRead":
        return cls.model_validate({**vars(found), "dimensions": found.asked})


class RatingBody(Strict):
    party_id: UUID
    dimension: Key
    score: Score
    reason: LongText | None = None


class AssessmentBody(Strict):
    """How a party sees itself and every other one, on every dimension of the round."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ratings": [
                        {
                            "party_id": "01939f60-1c01-7b23-9d03-6f104b8c2003",
                            "dimension": "reliability",
                            "score": 8,
                            "reason": "Two reports came late in a year.",
                        }
                    ]
                }
            ]
        }
    )

    ratings: list[RatingBody] = Field(min_length=1, max_length=1000)

    def scores(self) -> domain.Ratings:
        return {(each.party_id, each.dimension): each.score for each in self.ratings}


class AssessmentRead(Record):
    """An assessment, with who gave it for the party. A party sees its own; the others' from the reveal on."""

    round_id: UUID
    party_id: UUID
    person_id: UUID
    declared_at: datetime
    ratings: list[RatingBody]

    @classmethod
    def of(cls, declaration: Declaration) -> "AssessmentRead":
        row: dict[str, Any] = {name: getattr(declaration, name) for name in cls.model_fields if name != "ratings"}
        return cls.model_validate({**row, **declaration.content})


class GapRead(Record):
    """`own` is how the party rates itself, `others` how each other one does; `gap` is own less the others' mean."""

    party_id: UUID
    dimension: str
    own: float
    others: dict[UUID, float]
    others_mean: float
    gap: float


class GapsRead(Record):
    """A gap above 0: the party sees itself better than the others do."""

    round_id: UUID
    gaps: list[GapRead]
    rule_version: str
