"""Who is in which partnership, and what time it is there: the projection that row-level security and timers rest on.

Every service keeps it from the events of objectives; objectives applies the same changes in the transaction that makes them.
"""

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from .events.objectives import ClockAdvanced, MembershipChanged, PartnershipChanged
from .handling import Handlers
from .outbox import Received
from .plumbing import membership, partnership_clock

handlers = Handlers()


@handlers.on(PartnershipChanged)
async def keep_parties(session: AsyncSession, event: PartnershipChanged, received: Received) -> None:
    await apply_partnership(session, event, received.version)


@handlers.on(MembershipChanged)
async def keep_member(session: AsyncSession, event: MembershipChanged, received: Received) -> None:
    await apply_membership(session, event, received.version)


@handlers.on(ClockAdvanced)
async def keep_clock(session: AsyncSession, event: ClockAdvanced, _received: Received) -> None:
    await apply_clock(session, event)


async def apply_partnership(session: AsyncSession, event: PartnershipChanged, version: int) -> None:
    """Each party is a member without a person: its organisation's systems act by it."""
    for party in event.parties:
        await _upsert(
            session,
            {
                "partnership_id": event.partnership_id,
                "member_id": party.party_id,
                "party_id": party.party_id,
                "organisation_id": party.organisation_id,
                "person_id": None,
                "role": None,
                "active": True,
                "version": version,
            },
        )
    clock = insert(partnership_clock).values(
        partnership_id=event.partnership_id, replayed_now=event.clock_now, version=version
    )
    await session.execute(
        clock.on_conflict_do_update(
            index_elements=["partnership_id"],
            set_={
                "replayed_now": func.greatest(partnership_clock.c.replayed_now, clock.excluded.replayed_now),
                "version": clock.excluded.version,
            },
            where=partnership_clock.c.version <= clock.excluded.version,
        )
    )


async def apply_membership(session: AsyncSession, event: MembershipChanged, version: int) -> None:
    await _upsert(session, {**event.model_dump(mode="python"), "role": event.role.value, "version": version})


async def apply_clock(session: AsyncSession, event: ClockAdvanced) -> None:
    await session.execute(
        update(partnership_clock)
        .where(partnership_clock.c.partnership_id == event.partnership_id)
        .values(replayed_now=func.greatest(partnership_clock.c.replayed_now, event.now))
    )


async def _upsert(session: AsyncSession, row: dict[str, object]) -> None:
    statement = insert(membership).values(row)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["partnership_id", "member_id"],
            set_={name: statement.excluded[name] for name in row if name not in ("partnership_id", "member_id")},
            where=membership.c.version <= statement.excluded.version,
        )
    )
