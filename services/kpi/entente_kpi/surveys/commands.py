"""Make, answer and close surveys."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import kpi as events
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now, schedule

from ..circle import confidence
from ..circle import queries as circle
from ..health import commands as health
from ..health.domain import engagement
from ..perception import domain as perception
from . import domain, queries
from .models import Respondent, Sheet, Survey

TIMER = "survey"


async def create_survey(
    session: AsyncSession,
    partnership_id: UUID,
    party_id: UUID,
    *,
    title: str,
    questions: Sequence[domain.Question],
    opens_at: datetime | None,
    closes_at: datetime,
) -> Survey:
    """Raises InvalidSurvey."""
    now = await partnership_now(session, partnership_id)
    survey = Survey(partnership_id=partnership_id, id=new_id(), party_id=party_id)
    await _write(session, survey, now, title, questions, opens_at or now, closes_at)
    session.add(survey)
    await session.flush()
    return survey


async def change_survey(
    session: AsyncSession,
    survey: Survey,
    *,
    title: str,
    questions: Sequence[domain.Question],
    opens_at: datetime | None,
    closes_at: datetime,
) -> None:
    """Change a locked survey before it opens. Raises InvalidSurvey and SurveyState."""
    now = await partnership_now(session, survey.partnership_id)
    domain.require_changeable(state(survey, now))
    await _write(session, survey, now, title, questions, opens_at or now, closes_at)
    await session.flush()


async def _write(
    session: AsyncSession,
    survey: Survey,
    now: datetime,
    title: str,
    questions: Sequence[domain.Question],
    opens_at: datetime,
    closes_at: datetime,
) -> None:
    domain.check_questions(questions)
    domain.check_window(opens_at, closes_at, now)
    survey.title, survey.opens_at, survey.closes_at = title, max(opens_at, now), closes_at
    survey.questions = [asdict(question) for question in questions]
    await schedule(session, TIMER, survey.partnership_id, survey.id, closes_at)


def state(survey: Survey, now: datetime) -> domain.State:
    return domain.state(survey.opens_at, survey.closes_at, survey.closed_at, now)


async def answer(
    session: AsyncSession,
    survey: Survey,
    party_id: UUID,
    person_id: UUID,
    answers: Mapping[str, int],
    check_version: Callable[[int], None],
) -> Sheet:
    """Fill in a person's sheet, or replace it. The survey is held, so that it is not closed meanwhile.

    `check_version` is given the version of the sheet that is there, 0 for none. Raises InvalidAnswer and SurveyState.
    """
    now = await partnership_now(session, survey.partnership_id)
    domain.require_open(state(survey, now))
    domain.check_sheet(queries.QUESTIONS.validate_python(survey.questions), answers)
    key = {"partnership_id": survey.partnership_id, "survey_id": survey.id, "person_id": person_id}
    await session.execute(
        insert(Respondent)
        .values(**key, party_id=party_id)
        .on_conflict_do_update(index_elements=list(key), set_={"party_id": party_id})
    )  # which also has a person's concurrent sheets wait for one another
    sheet = await session.get(Sheet, tuple(key.values()))
    check_version(sheet.version if sheet else 0)
    if sheet is None:
        sheet = Sheet(**key)
        session.add(sheet)
    sheet.party_id, sheet.answers, sheet.answered_at = party_id, dict(answers), now
    await session.flush()
    return sheet


async def close(session: AsyncSession, survey: Survey, closed_by: UUID | None) -> None:
    """Close a locked survey for ever and publish its results. Raises SurveyState."""
    now = await partnership_now(session, survey.partnership_id)
    domain.require_closable(state(survey, now))
    questions = queries.QUESTIONS.validate_python(survey.questions)
    async with confidence.opened(session, survey.partnership_id):
        sheets = [(sheet.party_id, sheet.answers) for sheet in await queries.sheets(session, survey)]
    scales = [perception.Question(each.key, each.kind, each.weight) for each in questions]
    results = perception.summarise(scales, sheets)
    took_part = await _participation(session, survey)
    survey.closed_at, survey.closed_by = now, closed_by
    survey.participation = [each.model_dump(mode="json") for each in took_part]
    survey.results = queries.RESULTS.dump_python(results, mode="json")
    publish(session, _closed(survey, now, questions, took_part, results))
    await session.flush()
    await health.note_survey(
        session,
        survey.partnership_id,
        survey.id,
        now,
        satisfaction=results.satisfaction,
        perception_gap=results.perception_gap,
        engagement=engagement(sum(each.answered for each in took_part), sum(each.invited for each in took_part)),
    )


async def close_in_time(session: AsyncSession, partnership_id: UUID, survey_id: UUID) -> None:
    """The time to answer is over, unless the survey was closed before it."""
    survey = await queries.get(session, partnership_id, survey_id, lock=True)
    if state(survey, await partnership_now(session, partnership_id)) is domain.State.CLOSING:
        await close(session, survey, None)


async def _participation(session: AsyncSession, survey: Survey) -> list[events.Participation]:
    answered = (await queries.answered(session, survey.partnership_id, [survey.id]))[survey.id]
    invited = await circle.people(session, survey.partnership_id)
    return [
        events.Participation(
            party_id=party, answered=answered.get(party, 0), invited=max(invited.get(party, 0), answered.get(party, 0))
        )
        for party in sorted({*answered, *invited})
    ]


def _closed(
    survey: Survey,
    now: datetime,
    questions: Sequence[domain.Question],
    took_part: list[events.Participation],
    results: perception.Results,
) -> events.SurveyClosed:
    gaps = {gap.question: gap for gap in results.gaps}
    return events.SurveyClosed(
        partnership_id=survey.partnership_id,
        survey_id=survey.id,
        title=survey.title,
        closed_at=now,
        closed_by=survey.closed_by,
        participation=took_part,
        questions=[
            _view(question, finding, gaps.get(question.key))
            for question, finding in zip(questions, results.findings, strict=True)
        ],
        perception_gap=results.perception_gap,
        satisfaction=results.satisfaction,
        rule_version=results.rule_version,
    )


def _view(question: domain.Question, finding: perception.Finding, gap: perception.Gap | None) -> events.QuestionView:
    return events.QuestionView(
        question=question.key,
        text=question.text,
        kind=question.kind,
        parties=[
            events.PartyView(party_id=group.party_id, n=group.n, mean=group.mean)
            for group in finding.parties
            if group.party_id is not None and group.n is not None and group.mean is not None
        ],
        higher=gap and gap.higher,
        lower=gap and gap.lower,
        difference=gap and gap.difference,
    )
