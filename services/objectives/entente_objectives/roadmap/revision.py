"""The roadmap's row, which every write that a schedule rests on takes first: so they come one after the other."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Roadmap


async def lock_roadmap(session: AsyncSession, partnership_id: UUID) -> Roadmap:
    """The row under lock, made when it is first needed."""
    made = insert(Roadmap).values(partnership_id=partnership_id, revision=0).on_conflict_do_nothing()
    await session.execute(made)
    statement = select(Roadmap).where(Roadmap.partnership_id == partnership_id).with_for_update()
    return (await session.execute(statement, execution_options={"populate_existing": True})).scalar_one()


async def begin_revision(session: AsyncSession, partnership_id: UUID) -> None:
    """Lock the roadmap for a change, after which schedules that were computed before are out of date."""
    (await lock_roadmap(session, partnership_id)).revision += 1
