"""How far goals have come, over HTTP."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Depends, Query, Request, Response

from entente_objectives.partnerships.queries import load_party
from entente_shared.web import CurrentMember, CurrentSession, Router

from . import forest, queries
from .domain.rollup import RULE_VERSION
from .forest import Forest
from .routes import GOALS, ONE
from .standing_schemas import AncestorRead, EdgeRead, GoalStandingRead, NodeRead, PartyWeightRead, RollUpRead, TreeRead

router = Router(tags=["goals"])
# The same fields as pydantic's models, at a tenth of their time.
_NODE = msgspec.defstruct("Node", list(NodeRead.model_fields), gc=False)
_EDGE = msgspec.defstruct("Edge", list(EdgeRead.model_fields), gc=False)


async def _view(
    member: CurrentMember,
    session: CurrentSession,
    party_id: Annotated[UUID | None, Query(description="by this party's weights instead of the agreed ones")] = None,
) -> UUID | None:
    if party_id is not None:
        await load_party(session, member.partnership_id, party_id)
    return party_id


View = Annotated[UUID | None, Depends(_view)]


@router.get(
    f"{GOALS}/tree",
    operation_id="objectives_get_goal_tree",
    summary="All goals with their roll-up",
    response_model=TreeRead,
)
async def get_goal_tree(member: CurrentMember, session: CurrentSession, party_id: View, request: Request) -> Response:
    """The whole graph in one answer, as nodes and edges. With `If-None-Match` it is 304 while nothing has changed."""
    tag = f'"{await forest.version_of(session, member.partnership_id)}-{party_id or "agreed"}"'
    if tag in [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers={"ETag": tag})
    found = await forest.load_forest(session, member.partnership_id, party_id, shown=True)
    content = msgspec.json.encode(_tree(found, party_id))
    return Response(content, media_type="application/json", headers={"ETag": tag})


def _tree(found: Forest, party_id: UUID | None) -> dict[str, Any]:
    standing = found.standing
    columns = {**found.columns, "raw": standing.raw, "clamped": standing.clamped, "coverage": standing.coverage}
    return {
        "party_id": party_id,
        "rule_version": RULE_VERSION,
        "nodes": list(map(_NODE, *(columns[name] for name in NodeRead.model_fields))),
        "edges": list(map(_EDGE, found.parents, found.children, found.weights)),
    }


@router.get(ONE, operation_id="objectives_get_goal", summary="A goal with its roll-up and that of its ancestors")
async def get_goal(
    goal: queries.LoadedGoal, session: CurrentSession, party_id: View, response: Response
) -> GoalStandingRead:
    response.headers["ETag"] = f'"{goal.version}"'
    shown = (await queries.read_goals(session, goal.partnership_id, [goal]))[0]
    found = await forest.load_forest(session, goal.partnership_id, party_id, shown=False)
    above = [] if goal.archived else list(found.ancestors(str(goal.id)))
    ids = [UUID(found.columns["id"][place]) for place in above]
    known = await queries.load_goals(session, goal.partnership_id, ids)
    return GoalStandingRead(
        **shown.model_dump(),
        roll_up=None if goal.archived else RollUpRead(**_figures(found, found.places[str(goal.id)])),
        ancestors=[
            AncestorRead(id=one, statement=known[one].statement, level=known[one].level, **_figures(found, place))
            for one, place in zip(ids, above, strict=True)
        ],
        weights=[PartyWeightRead.model_validate(row) for row in await queries.weights_of(session, goal)],
    )


def _figures(found: Forest, place: int) -> dict[str, Any]:
    standing = found.standing
    return {
        "raw": standing.raw[place],
        "clamped": standing.clamped[place],
        "coverage": standing.coverage[place],
    }
