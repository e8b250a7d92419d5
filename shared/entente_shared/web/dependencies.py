"""What a route asks for: the session of its transaction, the caller, and the caller's place in the partnership."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ..auth import Caller, CallerKind
from ..errors import N_, Forbidden, NotFound
from ..events.objectives import Role
from ..plumbing import membership


@dataclass(frozen=True)
class Member:
    """The caller's place in a partnership. A system has no roles; it acts by its scopes."""

    partnership_id: UUID
    organisation_id: UUID
    party_id: UUID
    roles: frozenset[Role]
    member_ids: tuple[UUID, ...]
    caller: Caller

    def require(self, *roles: Role, scope: str | None = None) -> None:
        """Raises Forbidden unless the person has one of `roles`, or the system has `scope`."""
        if self.caller.kind is CallerKind.SYSTEM and scope is not None:
            self.caller.require_scope(scope)
        elif not self.roles.intersection(roles):
            raise Forbidden(
                N_("This needs the role {roles} in the partnership."), roles=" / ".join(role.value for role in roles)
            )


def _session(request: Request) -> AsyncSession:
    session: AsyncSession = request.state.session
    return session


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


async def _member(partnership_id: UUID, request: Request) -> Member:
    return await load_member(_session(request), _caller(request), partnership_id)


_PLACES = select(membership).where(
    membership.c.partnership_id == bindparam("asked"),
    membership.c.organisation_id == bindparam("organisation"),
    membership.c.person_id.is_not_distinct_from(bindparam("person")),
    membership.c.active,
)


async def load_member(session: AsyncSession, caller: Caller, partnership_id: UUID) -> Member:
    """Raises NotFound where the caller is in no such partnership: it is not theirs to know whether there is one."""
    asked = {"asked": partnership_id, "organisation": caller.organisation_id, "person": caller.person_id}
    rows = (await session.execute(_PLACES, asked)).all()
    if not rows or caller.organisation_id is None:
        raise NotFound(N_("There is no such partnership among yours; GET /v1/partnerships lists them."))
    return Member(
        partnership_id=partnership_id,
        organisation_id=caller.organisation_id,
        party_id=rows[0].party_id,
        roles=frozenset(Role(row.role) for row in rows if row.role),
        member_ids=tuple(row.member_id for row in rows),
        caller=caller,
    )


CurrentSession = Annotated[AsyncSession, Depends(_session)]
CurrentCaller = Annotated[Caller, Depends(_caller)]
CurrentMember = Annotated[Member, Depends(_member)]
