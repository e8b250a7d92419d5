"""Writes of organisations and persons."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.objectives import OrganisationChanged
from entente_shared.ids import new_id
from entente_shared.outbox import publish

from .models import Organisation, Person


def register_organisation(session: AsyncSession, name: str) -> Organisation:
    organisation = Organisation(id=new_id(), name=name)
    session.add(organisation)
    publish(session, OrganisationChanged(organisation_id=organisation.id, name=name))
    return organisation


async def register_person(session: AsyncSession, organisation_id: UUID, name: str, email: str | None) -> Person:
    # An operator has no organisation of their own, and row-level security shows persons to their organisation only.
    await session.execute(select(func.set_config("entente.organisation_id", str(organisation_id), True)))
    person = Person(organisation_id=organisation_id, id=new_id(), name=name, email=email)
    session.add(person)
    await session.flush()
    return person
