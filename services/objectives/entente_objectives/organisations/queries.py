"""Who may see which organisation and whose persons."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.partnerships.queries import partners
from entente_shared.auth import Caller, CallerKind
from entente_shared.errors import N_, Forbidden, NotFound
from entente_shared.web import paginate

from .models import Organisation, Person


def _visible(caller: Caller) -> Select[Organisation]:
    """An operator sees all; everybody else their own organisation and those that they are in a partnership with."""
    if caller.kind is CallerKind.OPERATOR:
        return select(Organisation)
    mine = Organisation.id == caller.organisation_id
    return select(Organisation).where(mine | Organisation.id.in_(partners(caller)))


async def list_organisations(
    session: AsyncSession, caller: Caller, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    return await paginate(session, _visible(caller), Organisation.id, cursor, limit)


async def load_organisation(session: AsyncSession, caller: Caller, organisation_id: UUID) -> Organisation:
    statement = _visible(caller).where(Organisation.id == organisation_id)
    organisation = (await session.execute(statement)).scalar_one_or_none()
    if organisation is None:
        raise NotFound(
            N_("There is no such organisation among those that you may see; GET /v1/organisations lists them.")
        )
    return organisation


async def check_may_register(session: AsyncSession, caller: Caller, organisation_id: UUID) -> None:
    """Persons are registered by an operator, or by their organisation's system."""
    await load_organisation(session, caller, organisation_id)
    if caller.kind is not CallerKind.OPERATOR:
        _check_own(caller, organisation_id)
        caller.require_scope("organisation:admin")


async def list_persons(
    session: AsyncSession, caller: Caller, organisation_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    await load_organisation(session, caller, organisation_id)
    _check_own(caller, organisation_id)
    statement = select(Person).where(Person.organisation_id == organisation_id)
    return await paginate(session, statement, Person.id, cursor, limit)


def _check_own(caller: Caller, organisation_id: UUID) -> None:
    if caller.organisation_id != organisation_id:
        raise Forbidden(N_("Names and addresses are seen and kept by a person's own organisation only."))


async def organisation_names(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    rows = await session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids)))
    return {row.id: row.name for row in rows}


async def organisation_of(session: AsyncSession, person_id: UUID) -> UUID | None:
    """The organisation of a person, also of one whose name the caller may not see."""
    found: UUID | None = (await session.execute(select(func.organisation_of_person(person_id)))).scalar_one()
    return found
