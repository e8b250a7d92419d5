"""Writes of committees. Each party names who sits for it; a committee is locked while its seats change."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from entente_objectives.partnerships.queries import load_partnership
from entente_shared.errors import N_, Forbidden, Unprocessable
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from . import domain, queries
from .models import Committee, CommitteeSeat

_OWN_MEMBERS = N_("Each party names who sits for it; ask the member's party.")


async def create_committee(
    session: AsyncSession, partnership_id: UUID, *, key: str, name: str, purpose: str, meets_every: timedelta | None
) -> Committee:
    """Set up a committee with nobody in it. The partnership is locked, so that a key is taken once."""
    await load_partnership(session, partnership_id, lock=True)
    standing = [each.committee.key for each in await queries.all_committees(session, partnership_id)]
    domain.check_key(key, standing)
    domain.check_rhythm(meets_every)
    committee = Committee(
        partnership_id=partnership_id,
        id=new_id(),
        key=key,
        name=name,
        purpose=purpose,
        chair_id=None,
        meets_every=meets_every,
        active=True,
        created_at=await partnership_now(session, partnership_id),
    )
    session.add(committee)
    await session.flush()
    return committee


async def change_committee(
    session: AsyncSession,
    committee: Committee,
    *,
    name: str,
    purpose: str,
    chair_id: UUID | None,
    meets_every: timedelta | None,
) -> None:
    """Change a locked committee. Its key stays, since the charter names it."""
    domain.check_rhythm(meets_every)
    seats = (await queries.standing_seats(session, committee.partnership_id, [committee.id]))[committee.id]
    domain.check_chair(chair_id, {seat.member_id for seat in seats})
    committee.name, committee.purpose = name, purpose
    committee.chair_id, committee.meets_every = chair_id, meets_every
    await session.flush()


async def dissolve(session: AsyncSession, committee: Committee) -> None:
    """End a locked committee. Decisions that it has open keep their electorate."""
    mandates = await queries.mandates_in_force(session, committee.partnership_id)
    domain.check_dissolution([mandate.key for mandate in mandates if mandate.committee == committee.key])
    committee.active = False


async def take_seat(session: AsyncSession, committee: Committee, party_id: UUID, member_id: UUID) -> None:
    """Seat a member of `party_id` in a locked committee, for the decisions that open from now on."""
    member = await queries.find_member(session, committee.partnership_id, member_id)
    if member is None:
        raise Unprocessable(
            N_("member_id: no member of this partnership; GET .../members lists them."), pointer="/member_id"
        )
    if member.party_id != party_id:
        raise Forbidden(_OWN_MEMBERS)
    standing = (await queries.standing_seats(session, committee.partnership_id, [committee.id]))[committee.id]
    domain.check_seat(member.person_id, {seat.person_id for seat in standing})
    now = await partnership_now(session, committee.partnership_id)
    for seat in await _empty_seats(session, committee, member.person_id):
        seat.left_at = now  # the role that it was for has ended
    await session.flush()
    session.add(
        CommitteeSeat(
            partnership_id=committee.partnership_id,
            id=new_id(),
            committee_id=committee.id,
            member_id=member.id,
            party_id=member.party_id,
            person_id=member.person_id,
            seated_at=now,
        )
    )
    await _touch(session, committee)


async def leave_seat(session: AsyncSession, committee: Committee, party_id: UUID, seat: CommitteeSeat) -> None:
    """End a seat of `party_id`. Decisions that are open keep their electorate."""
    if seat.party_id != party_id:
        raise Forbidden(_OWN_MEMBERS)
    seat.left_at = await partnership_now(session, committee.partnership_id)
    if committee.chair_id == seat.member_id:
        committee.chair_id = None
    await _touch(session, committee)


async def _empty_seats(session: AsyncSession, committee: Committee, person_id: UUID) -> list[CommitteeSeat]:
    rows = await session.execute(
        select(CommitteeSeat).where(
            CommitteeSeat.partnership_id == committee.partnership_id,
            CommitteeSeat.committee_id == committee.id,
            CommitteeSeat.person_id == person_id,
            CommitteeSeat.left_at.is_(None),
        )
    )
    return list(rows.scalars())


async def _touch(session: AsyncSession, committee: Committee) -> None:
    """Who sits in it is part of its record: another version of it."""
    flag_modified(committee, "chair_id")
    await session.flush()
