"""The caller's places, from the membership projection."""

from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.auth import Caller
from entente_shared.events.objectives import Role
from entente_shared.plumbing import membership

from . import domain
from .models import Partnership
from .schemas import MyPartnership


async def my_partnerships(session: AsyncSession, caller: Caller) -> list[MyPartnership]:
    if caller.organisation_id is None:
        return []
    person = membership.c.person_id
    statement = (
        select(membership, Partnership.name, Partnership.stage)
        .outerjoin(Partnership, Partnership.partnership_id == membership.c.partnership_id)
        .where(
            membership.c.organisation_id == caller.organisation_id,
            person.is_(None) if caller.person_id is None else person == caller.person_id,
            membership.c.active,
        )
        .order_by(membership.c.partnership_id, membership.c.member_id)
    )
    places: dict[UUID, list[Row[tuple[object, ...]]]] = {}
    for row in await session.execute(statement):
        places.setdefault(row.partnership_id, []).append(row)
    return [_place(caller, rows) for rows in places.values()]


def _place(caller: Caller, rows: list[Row[tuple[object, ...]]]) -> MyPartnership:
    roles = [Role(row.role) for row in rows if row.role]
    return MyPartnership(
        partnership_id=rows[0].partnership_id,
        name=rows[0].name,
        stage=rows[0].stage,
        party_id=rows[0].party_id,
        member_ids=[row.member_id for row in rows],
        roles=roles,
        may=domain.abilities(roles, caller.scopes),
    )
