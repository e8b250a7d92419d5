"""Opening a case over HTTP."""

from fastapi import Response

from entente_shared.events.objectives import Role
from entente_shared.web import CurrentMember, CurrentSession, Router, set_etag

from ..cases.dependencies import MEDIATING, act_as
from ..cases.schemas import CaseRead
from . import commands
from .schemas import CaseCreate

router = Router(tags=["cases"])


@router.post(
    "/partnerships/{partnership_id}/cases",
    status_code=201,
    operation_id="conflicts_open_case",
    summary="Open a case",
)
async def open_case(body: CaseCreate, session: CurrentSession, member: CurrentMember, response: Response) -> CaseRead:
    """Any member but an observer may open one. It enters the lowest level of the ladder that somebody responds at."""
    actor = act_as(member, *MEDIATING, Role.CONTRIBUTOR)
    case = await commands.open_by_person(
        session,
        member.partnership_id,
        actor,
        title=body.title,
        description=body.description,
        deviation_id=body.deviation_id,
    )
    await session.flush()
    set_etag(response, case.version)
    return CaseRead.model_validate(case)
