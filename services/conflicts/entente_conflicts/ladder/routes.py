"""The ladder over HTTP."""

from fastapi import Response

from entente_shared.web import CurrentMember, CurrentSession, Router, set_etag

from ..cases.dependencies import MEDIATING, LockedCase, act_as
from ..cases.schemas import CaseRead
from ..charter import queries as charter
from . import commands, queries
from .domain import lint
from .schemas import EscalationCreate, FindingRead, LadderRead, LevelRead

router = Router(tags=["ladder"])
_PATH = "/partnerships/{partnership_id}"


@router.get(_PATH + "/ladder", operation_id="conflicts_get_ladder", summary="Read the ladder in force and its defects")
async def get_ladder(session: CurrentSession, member: CurrentMember) -> LadderRead:
    """A level that nobody can respond at is named here, before a case finds out."""
    charter_version, ladder = await queries.in_force(session, member.partnership_id)
    findings = lint(ladder, await charter.roles_held(session, member.partnership_id))
    return LadderRead(
        charter_version=charter_version,
        levels=[LevelRead.model_validate(level) for level in ladder],
        findings=[FindingRead.model_validate(finding) for finding in findings],
    )


@router.post(
    _PATH + "/cases/{case_id}/escalations",
    status_code=201,
    operation_id="conflicts_escalate_case",
    summary="Have a case climb one level now",
)
async def escalate_case(
    body: EscalationCreate, case: LockedCase, session: CurrentSession, member: CurrentMember, response: Response
) -> CaseRead:
    await commands.escalate(session, case, body.reason, act_as(member, *MEDIATING))
    await session.flush()
    set_etag(response, case.version)
    return CaseRead.model_validate(case)
