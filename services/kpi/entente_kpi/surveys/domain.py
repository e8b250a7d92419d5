"""What a survey must be to make sense, and when it may be changed, answered and closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from entente_shared.errors import N_, Conflict, Unprocessable

from ..perception.domain import STEPS, Kind

LONGEST = timedelta(days=366)


class State(StrEnum):
    """CLOSING: the time to answer is over and the results are about to be there."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


class InvalidSurvey(Unprocessable):
    slug = "invalid-survey"
    title = N_("The survey makes no sense")


class InvalidAnswer(Unprocessable):
    slug = "invalid-answer"
    title = N_("An answer does not fit its question")


class SurveyState(Conflict):
    slug = "survey-state"
    title = N_("The survey's time does not allow this")


@dataclass(frozen=True, slots=True)
class Question:
    """`anchors` say what each of the steps 0, 25, 50, 75 and 100 means; only an anchored question has them."""

    key: str
    text: str
    kind: Kind
    weight: float
    anchors: list[str] | None


def check_questions(questions: Sequence[Question]) -> None:
    seen: set[str] = set()
    for number, question in enumerate(questions):
        if question.key in seen:
            raise InvalidSurvey(
                N_("Two questions have the key {key}; give each its own."),
                pointer=f"/questions/{number}/key",
                key=question.key,
            )
        seen.add(question.key)
        if (question.kind is Kind.ANCHORED) != (question.anchors is not None):
            raise InvalidSurvey(
                N_("An anchored question, and no other, has five anchors: what 0, 25, 50, 75 and 100 mean."),
                pointer=f"/questions/{number}/anchors",
            )


def check_window(opens_at: datetime, closes_at: datetime, now: datetime) -> None:
    if closes_at <= max(opens_at, now):
        raise InvalidSurvey(N_("closes_at must be later than opens_at and than the present."), pointer="/closes_at")
    if closes_at - max(opens_at, now) > LONGEST or opens_at - now > LONGEST:
        raise InvalidSurvey(
            N_("A survey opens within 366 days and is open for at most 366 days."), pointer="/closes_at"
        )


def check_sheet(questions: Sequence[Question], answers: Mapping[str, int]) -> None:
    """A question may be left out; an answer must be a step of its question's scale."""
    kinds = {question.key: question.kind for question in questions}
    for key, value in answers.items():
        if key not in kinds:
            raise InvalidAnswer(
                N_("There is a key here that no question of the survey has; these are: {keys}."),
                pointer="/answers",
                keys=", ".join(kinds),
            )
        if value not in STEPS[kinds[key]]:
            steps = STEPS[kinds[key]]
            raise InvalidAnswer(
                N_("The answer must be one of {first}, {second}, ... {last}."),
                pointer=f"/answers/{key}",
                first=steps[0],
                second=steps[1],
                last=steps[-1],
            )


def state(opens_at: datetime, closes_at: datetime, closed_at: datetime | None, now: datetime) -> State:
    """The state by the partnership's clock."""
    if closed_at is not None:
        return State.CLOSED
    if now < opens_at:
        return State.SCHEDULED
    return State.OPEN if now < closes_at else State.CLOSING


def require_changeable(present: State) -> None:
    if present is not State.SCHEDULED:
        raise SurveyState(N_("A survey that has opened is not changed any more: all must get the same questions."))


def require_open(present: State) -> None:
    if present is not State.OPEN:
        raise SurveyState(N_("Answers are taken from opens_at until closes_at, by the partnership's clock."))


def require_closable(present: State) -> None:
    if present not in (State.OPEN, State.CLOSING):
        raise SurveyState(N_("Only a survey that has opened and is not closed yet can be closed."))


def require_closed(present: State) -> None:
    if present is not State.CLOSED:
        raise SurveyState(N_("The results are there when the survey is closed, not before."))
