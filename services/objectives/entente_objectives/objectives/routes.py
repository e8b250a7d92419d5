"""Objectives over HTTP."""

from fastapi import Response

from entente_objectives.bodies import page_of
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, set_etag

from . import queries
from .schemas import ObjectiveRead, RevisionRead

router = Router(tags=["objectives"])
OBJECTIVES = "/partnerships/{partnership_id}/objectives"


@router.get(OBJECTIVES, operation_id="objectives_list_objectives")
async def list_objectives(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[ObjectiveRead]:
    """The charter's objectives with their latest progress; `active: false` once they left the charter."""
    return page_of(ObjectiveRead, await queries.list_objectives(session, member.partnership_id, cursor, limit))


@router.get(f"{OBJECTIVES}/{{objective_id}}", operation_id="objectives_get_objective")
async def get_objective(
    objective: queries.LoadedObjective, session: CurrentSession, response: Response
) -> ObjectiveRead:
    """One objective with its latest progress."""
    set_etag(response, objective.version)
    return ObjectiveRead.model_validate(
        (await queries.with_progress(session, objective.partnership_id, [objective]))[0]
    )


@router.get(f"{OBJECTIVES}/{{objective_id}}/revisions", operation_id="objectives_list_revisions")
async def list_revisions(
    objective: queries.LoadedObjective, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[RevisionRead]:
    """Every path that the objective had, from the first, with its reason."""
    return page_of(RevisionRead, await queries.list_revisions(session, objective, cursor, limit))
