"""What is wrong with how the partnership decides. Its address lies below the committees', so this router comes before theirs."""

from fastapi import Request

from entente_objectives.committees.routes import COMMITTEES
from entente_shared.i18n import preferred_language
from entente_shared.web import CurrentMember, CurrentSession, Router

from . import queries
from .schemas import FindingRead, FindingsRead

router = Router(tags=["governance"])


@router.get(f"{COMMITTEES}/findings", operation_id="objectives_list_committee_findings")
async def list_findings(member: CurrentMember, session: CurrentSession, request: Request) -> FindingsRead:
    """Committees that are too large or leave a party out, mandates that nobody can use, decisions that outlast their time."""
    language = preferred_language(request.headers.get("accept-language", ""))
    found = await queries.findings(session, member.partnership_id)
    return FindingsRead(items=[FindingRead.of(each, language) for each in found])
