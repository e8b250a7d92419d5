"""What somebody confided is shown by the database to that person alone. Only to add it up is it read all together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, Forbidden
from entente_shared.web import Member

_SET = text("SELECT set_config('entente.confidential', :partnership, true)")


@asynccontextmanager
async def opened(session: AsyncSession, partnership_id: UUID) -> AsyncIterator[None]:
    """Within, what the members of this partnership confided can be read; membership is still needed, as for any row."""
    await session.execute(_SET, {"partnership": str(partnership_id)})
    yield
    await session.execute(_SET, {"partnership": ""})


def person(member: Member) -> UUID:
    """The person who calls. Raises Forbidden where a system does."""
    if member.caller.person_id is None:
        raise Forbidden(N_("Only a person may do this; use a personal key."))
    return member.caller.person_id
