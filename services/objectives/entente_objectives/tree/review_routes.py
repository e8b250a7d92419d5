"""Trying a goal before it is taken on, and comparing what it was, over HTTP."""

from functools import partial
from typing import Annotated

from fastapi import Query, Request

from entente_shared.errors import N_
from entente_shared.i18n import preferred_language, translate
from entente_shared.web import CurrentMember, CurrentSession, Router

from . import commands, queries
from .domain.findings import Severity
from .domain.goals import NoRevision, differences
from .review_schemas import DifferencesRead, FindingRead, GoalRevisionRead, ValidationCreate, ValidationRead
from .routes import GOALS, ONE

router = Router(tags=["goals"])
Revision = Annotated[int, Query(ge=1, le=2**31)]
FURTHEST = 100


@router.post(
    f"{GOALS}/validations",
    operation_id="objectives_validate_goal",
    summary="Try whether a goal is SMART, and store nothing",
)
async def validate_goal(
    body: ValidationCreate, member: CurrentMember, session: CurrentSession, request: Request
) -> ValidationRead:
    """Every finding says what to change: one with the severity `refusal` keeps a goal from being taken on, `advice` does not."""
    goal = await queries.load_goal(session, member.partnership_id, body.goal_id) if body.goal_id else None
    found = await commands.judge(session, member.partnership_id, body.goal.draft(), goal)
    say = partial(translate, language=preferred_language(request.headers.get("accept-language", "")))
    return ValidationRead(
        acceptable=all(finding.severity is Severity.ADVICE for finding in found),
        findings=[FindingRead.of(finding, say) for finding in found],
    )


@router.get(
    f"{ONE}/revisions/differences",
    operation_id="objectives_compare_goal_revisions",
    summary="What is not alike in two revisions of a goal, who changed it and why",
)
async def compare_goal_revisions(
    goal: queries.LoadedGoal, session: CurrentSession, before: Revision, after: Revision
) -> DifferencesRead:
    """Field by field. `changes` are the revisions after the lower number up to the higher one, at most the newest 100."""
    lowest, highest = sorted((before, after))
    for number, name in ((before, "before"), (after, "after")):
        if number > goal.revision:
            raise NoRevision(
                N_("{name}: the goal has {count} revisions; choose one of those."), name=name, count=goal.revision
            )
    ends = {
        number: (await queries.load_revisions(session, goal, number, number))[0].content for number in (lowest, highest)
    }
    between = await queries.load_revisions(session, goal, max(lowest + 1, highest - FURTHEST + 1), highest)
    return DifferencesRead.model_validate(
        {
            "before": before,
            "after": after,
            "differences": differences(ends[before], ends[after]),
            "changes": [GoalRevisionRead.model_validate(row) for row in between],
        },
        from_attributes=True,
    )
