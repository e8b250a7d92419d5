"""The charter's negotiation over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Response

from entente_objectives.bodies import page_of
from entente_objectives.terms.schemas import document
from entente_shared.events.objectives import Role
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Member, Page, Router, set_etag

from . import commands, queries
from .domain import Withdrawable
from .schemas import CharterVersionRead, ProposalCreate, SignatureCreate, WithdrawalCreate

router = Router(tags=["charter"])
CHARTER = "/partnerships/{partnership_id}/charter"
Number = Annotated[int, Path(ge=1, le=1_000_000)]


def _person(member: Member) -> UUID:
    assert member.caller.person_id is not None, "a system holds no role"
    return member.caller.person_id


@router.post(f"{CHARTER}/versions", status_code=201, operation_id="objectives_propose_charter")
async def propose_charter(
    body: ProposalCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> CharterVersionRead:
    """Propose a charter, or counter-propose on the newest version (sponsors and alliance managers)."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    number = await commands.propose(
        session,
        member.partnership_id,
        member.party_id,
        _person(member),
        based_on=body.based_on,
        document=document(body),
        note=body.note,
    )
    response.headers["Location"] = f"/v1/partnerships/{member.partnership_id}/charter/versions/{number}"
    return await get_version(number, member, session, response)


@router.get(f"{CHARTER}/versions", operation_id="objectives_list_charter_versions")
async def list_versions(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 20
) -> Page[CharterVersionRead]:
    """All versions, from the first."""
    return page_of(CharterVersionRead, await queries.list_versions(session, member.partnership_id, cursor, limit))


@router.get(f"{CHARTER}/versions/{{version}}", operation_id="objectives_get_charter_version")
async def get_version(
    version: Number, member: CurrentMember, session: CurrentSession, response: Response
) -> CharterVersionRead:
    """One version with its signatures."""
    found = await queries.load_version(session, member.partnership_id, version)
    set_etag(response, found.acts)
    return CharterVersionRead.model_validate(found)


@router.post(
    f"{CHARTER}/versions/{{version}}/signatures", status_code=201, operation_id="objectives_sign_charter_version"
)
async def sign_version(
    version: Number, body: SignatureCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> CharterVersionRead:
    """Sign exactly this text for your party (sponsors). It is agreed when every party signed it."""
    member.require(Role.SPONSOR)
    await commands.sign(
        session, member.partnership_id, member.party_id, _person(member), number=version, text_hash=body.hash
    )
    return await get_version(version, member, session, response)


@router.post(
    f"{CHARTER}/versions/{{version}}/signatures/withdrawal",
    status_code=201,
    operation_id="objectives_withdraw_charter_signature",
)
async def withdraw_signature(
    version: Number, body: WithdrawalCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> CharterVersionRead:
    """Take your party's signature back, as long as not every party has signed (sponsors)."""
    member.require(Role.SPONSOR)
    await commands.withdraw(
        session, member.partnership_id, member.party_id, _person(member), Withdrawable.SIGNATURE, version, body.reason
    )
    return await get_version(version, member, session, response)


@router.post(
    f"{CHARTER}/versions/{{version}}/withdrawal", status_code=201, operation_id="objectives_withdraw_charter_version"
)
async def withdraw_version(
    version: Number, body: WithdrawalCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> CharterVersionRead:
    """Take back the newest proposal of your party (sponsors and alliance managers). A new one is due then: the version
    before it does not stand again.
    """
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    await commands.withdraw(
        session, member.partnership_id, member.party_id, _person(member), Withdrawable.PROPOSAL, version, body.reason
    )
    return await get_version(version, member, session, response)


@router.get(CHARTER, operation_id="objectives_get_charter")
async def get_charter(member: CurrentMember, session: CurrentSession, response: Response) -> CharterVersionRead:
    """The charter in force: the newest version that every party signed."""
    found = await queries.load_agreed(session, member.partnership_id)
    set_etag(response, found.version)
    return CharterVersionRead.model_validate(found)
