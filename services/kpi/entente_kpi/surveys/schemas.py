"""Bodies of surveys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import Strict, Text, Timestamp

from ..perception.domain import Kind
from ..perception.schemas import FindingRead, GapRead
from . import domain
from .models import Survey

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$", description="names the question within the survey")]
Value = Annotated[int, Field(strict=True, ge=0, le=100)]


class QuestionBody(Strict):
    """`anchors` say what 0, 25, 50, 75 and 100 mean; only an `anchored` question has them, and must.

    `nps` is answered by 0 to 10, `satisfaction` by 0 to 100. `weight` is the question's in the perception gap.
    """

    model_config = ConfigDict(from_attributes=True)

    key: Key
    text: Annotated[Text, Field(max_length=500)]
    kind: Kind
    weight: float = Field(1.0, ge=0.01, le=100)
    anchors: Annotated[list[Text], Field(min_length=5, max_length=5)] | None = None

    def question(self) -> domain.Question:
        return domain.Question(self.key, self.text, self.kind, self.weight, self.anchors)


class SurveyCreate(Strict):
    """The same questions to the people of all parties."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "How the partnership works, spring",
                    "questions": [
                        {
                            "key": "trust",
                            "text": "Do the other parties keep their word?",
                            "kind": "anchored",
                            "anchors": ["never", "seldom", "about half the time", "mostly", "always"],
                        },
                        {"key": "recommend", "text": "Would you recommend this partnership?", "kind": "nps"},
                    ],
                    "closes_at": "2026-06-30T18:00:00+02:00",
                }
            ]
        }
    )

    title: Text
    questions: list[QuestionBody] = Field(min_length=1, max_length=50)
    opens_at: Timestamp | None = Field(None, description="at once where it is left out, or past")
    closes_at: Timestamp = Field(description="by the partnership's clock")


class AnsweredRead(Strict):
    party_id: UUID
    n: int


class SurveyRead(Strict):
    """`answered` is how many people of each party have; what they answered shows in the results, when it is closed.

    `closed_by` is the party that closed it before its time.
    """

    id: UUID
    party_id: UUID
    title: str
    questions: list[QuestionBody]
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    closed_by: UUID | None
    created_at: datetime
    state: domain.State
    answered: list[AnsweredRead]
    version: int

    @classmethod
    def of(cls, survey: Survey, state: domain.State, answered: Mapping[UUID, int]) -> "SurveyRead":
        return cls(
            id=survey.id,
            party_id=survey.party_id,
            title=survey.title,
            questions=[QuestionBody.model_validate(question) for question in survey.questions],
            opens_at=survey.opens_at,
            closes_at=survey.closes_at,
            closed_at=survey.closed_at,
            closed_by=survey.closed_by,
            created_at=survey.created_at,
            state=state,
            answered=[AnsweredRead(party_id=party, n=n) for party, n in answered.items()],
            version=survey.version,
        )


class SheetCreate(Strict):
    """Answers by the questions' keys. A question may be left out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"answers": {"trust": 75, "recommend": 9}}]})

    answers: dict[str, Value] = Field(min_length=1, max_length=50, examples=[{"trust": 75, "recommend": 9}])


class SheetReceipt(Strict):
    """It does not repeat the answers, as answers to requests may be kept to be sent again."""

    survey_id: UUID
    answered_at: datetime
    version: int


class SheetRead(Strict):
    """Your own answers."""

    model_config = ConfigDict(from_attributes=True)

    survey_id: UUID
    party_id: UUID
    answers: dict[str, int]
    answered_at: datetime
    version: int


class RespondentRead(Strict):
    model_config = ConfigDict(from_attributes=True)

    person_id: UUID


class ParticipationRead(Strict):
    party_id: UUID
    answered: int
    invited: int


class ResultsRead(Strict):
    """Groups under 5 are hidden, and every total that would reveal one.

    `perception_gap` is the weighted mean of the gaps, 0 to 1; `satisfaction` the mean of the parties' means, 0 to 1.
    """

    survey_id: UUID
    closed_at: datetime
    closed_by: UUID | None
    participation: list[ParticipationRead]
    findings: list[FindingRead]
    gaps: list[GapRead]
    perception_gap: float | None
    satisfaction: float | None
    rule_version: str

    @classmethod
    def of(cls, survey: Survey) -> "ResultsRead":
        return cls.model_validate(
            {
                "survey_id": survey.id,
                "closed_at": survey.closed_at,
                "closed_by": survey.closed_by,
                "participation": survey.participation,
                **(survey.results or {}),
            }
        )
