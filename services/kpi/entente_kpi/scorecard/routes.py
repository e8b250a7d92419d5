"""Read the scorecard."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query

from entente_shared.errors import N_, Unprocessable
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Duration, Limit, Router

from ..definitions.domain import LONGEST, Level
from . import queries
from .domain import by_level, by_objective, roll_up
from .schemas import CardRead, LevelRead, ObjectiveRead, RollUpRead, ScorecardRead

router = Router(tags=["scorecard"])
Window = Annotated[
    Duration | None, Query(description="also say what changed in so long a time up to each KPI's newest sample")
]


class InvalidWindow(Unprocessable):
    slug = "invalid-window"
    title = N_("The window makes no sense")


@router.get(
    "/partnerships/{partnership_id}/scorecard",
    operation_id="kpi_get_scorecard",
    summary="Where the KPIs stand, one by one, by level, by objective and together",
)
async def get_scorecard(
    member: CurrentMember,
    session: CurrentSession,
    *,
    level: Level | None = None,
    trend: Window = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> ScorecardRead:
    if trend is not None and not timedelta(0) < trend <= LONGEST:
        raise InvalidWindow(N_("trend must be longer than zero and at most 100 years."), pointer="/trend")
    cards = await queries.load_cards(session, member.partnership_id)
    standings = [card.standing for card in cards]
    titles = await queries.load_titles(session, member.partnership_id)
    listed = [each for each in cards if level in {None, each.standing.level} and (not cursor or each.kpi.id > cursor)]
    page = listed[:limit]
    trends = await queries.load_trends(session, page, trend) if trend else {}
    return ScorecardRead(
        items=[CardRead.of(card, trends.get(card.kpi.id)) for card in page],
        next_cursor=str(page[-1].kpi.id) if len(listed) > limit else None,
        overall=RollUpRead.model_validate(roll_up(standings)),
        levels=[LevelRead.of(each, rolled) for each, rolled in by_level(standings).items()],
        objectives=[ObjectiveRead.of(each, titles[each], rolled) for each, rolled in by_objective(standings).items()],
    )
