"""Reads of surveys."""

from collections.abc import Collection, Sequence
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, NotFound
from entente_shared.web import paginate

from ..perception.domain import Results
from .domain import Question
from .models import Respondent, Sheet, Survey

QUESTIONS = TypeAdapter(list[Question])
RESULTS = TypeAdapter(Results)


class SurveyNotFound(NotFound):
    slug = "survey-not-found"
    title = N_("There is no such survey")


class SheetNotFound(NotFound):
    slug = "sheet-not-found"
    title = N_("You have not answered this survey")


async def get(
    session: AsyncSession, partnership_id: UUID, survey_id: UUID, *, lock: bool = False, hold: bool = False
) -> Survey:
    """One survey; `lock` it to change it, `hold` it so that it is not changed meanwhile."""
    locking = True if lock else {"read": True} if hold else None
    survey = await session.get(Survey, (partnership_id, survey_id), with_for_update=locking)
    if survey is None:
        raise SurveyNotFound(N_("No survey of this partnership has this id; GET .../surveys lists them."))
    return survey


async def list_surveys(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Survey], str | None]:
    """One page by rising id, and the next cursor."""
    return await paginate(
        session, select(Survey).where(Survey.partnership_id == partnership_id), Survey.id, cursor, limit
    )


async def answered(
    session: AsyncSession, partnership_id: UUID, survey_ids: Collection[UUID]
) -> dict[UUID, dict[UUID, int]]:
    """How many people have answered, by survey and party."""
    rows = await session.execute(
        select(Respondent.survey_id, Respondent.party_id, func.count())
        .where(Respondent.partnership_id == partnership_id, Respondent.survey_id.in_(survey_ids))
        .group_by(Respondent.survey_id, Respondent.party_id)
        .order_by(Respondent.survey_id, Respondent.party_id)
    )
    found: dict[UUID, dict[UUID, int]] = {survey_id: {} for survey_id in survey_ids}
    for survey_id, party_id, number in rows:
        found[survey_id][party_id] = number
    return found


async def list_respondents(
    session: AsyncSession, survey: Survey, party_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Respondent], str | None]:
    """One page of a party's people who answered, by their ids, which do not tell when."""
    statement = select(Respondent).where(
        Respondent.partnership_id == survey.partnership_id,
        Respondent.survey_id == survey.id,
        Respondent.party_id == party_id,
    )
    return await paginate(session, statement, Respondent.person_id, cursor, limit)


async def get_sheet(session: AsyncSession, survey: Survey, person_id: UUID) -> Sheet:
    """A person's own answers."""
    sheet = await session.get(Sheet, (survey.partnership_id, survey.id, person_id))
    if sheet is None:
        raise SheetNotFound(N_("Answer it first with PUT .../sheet."))
    return sheet


async def sheets(session: AsyncSession, survey: Survey) -> Sequence[Sheet]:
    """All answers, where they are `confidence.opened`."""
    return (
        await session.scalars(
            select(Sheet)
            .where(Sheet.partnership_id == survey.partnership_id, Sheet.survey_id == survey.id)
            .order_by(Sheet.person_id)
        )
    ).all()
