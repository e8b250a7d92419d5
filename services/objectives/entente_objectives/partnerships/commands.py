"""Writes of partnerships, their members and their clock.

The projection that row-level security and the clock rest on is written in the same transaction, with version 0, since
nobody else writes it here: what is decided holds at once.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.organisations.queries import organisation_names, organisation_of
from entente_shared import membership
from entente_shared.db import set_tenant
from entente_shared.errors import N_
from entente_shared.events import objectives as events
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from . import domain, queries
from .domain import ClockMode, Role, Stage
from .models import Member, Partnership, Party, StageEntry

_OWN = 0


@dataclass(frozen=True)
class NewParty:
    organisation_id: UUID
    weight: Decimal
    members: tuple[tuple[UUID, Role], ...]


async def form_partnership(
    session: AsyncSession,
    name: str,
    clock: ClockMode,
    starts_at: datetime | None,
    parties: list[NewParty],
    stage: Stage = Stage.PARTNER_SELECTION,
) -> UUID:
    """Form a partnership with its parties and first members, and return its id."""
    domain.check_parties([party.organisation_id for party in parties], [party.weight for party in parties])
    domain.check_start(clock, starts_at)
    domain.check_first_stage(stage)
    await _check_known(session, parties)
    partnership_id = new_id()
    await set_tenant(session, partnership_id)
    session.add(Partnership(partnership_id=partnership_id, name=name, clock=clock, stage=stage))
    await session.flush()
    rows = [
        Party(partnership_id=partnership_id, id=new_id(), organisation_id=p.organisation_id, weight=p.weight)
        for p in parties
    ]
    session.add_all(rows)
    await session.flush()
    await publish_partnership(session, partnership_id, starts_at)
    await _note_stage(session, partnership_id, stage)
    for index, (row, party) in enumerate(zip(rows, parties, strict=True)):
        for place, (person_id, role) in enumerate(party.members):
            await add_member(session, row, person_id, role, f"/parties/{index}/members/{place}")
    return partnership_id


async def _check_known(session: AsyncSession, parties: list[NewParty]) -> None:
    known = await organisation_names(session, [party.organisation_id for party in parties])
    for index, party in enumerate(parties):
        if party.organisation_id not in known:
            raise domain.InvalidPartnership(
                N_("organisation_id: there is no such organisation; register it first."),
                pointer=f"/parties/{index}/organisation_id",
            )


async def publish_partnership(session: AsyncSession, partnership_id: UUID, clock_now: datetime | None) -> None:
    """Tell of a partnership's present state, to the projection of this database too."""
    circle = await queries.load_circle(session, partnership_id)
    event = events.PartnershipChanged(
        partnership_id=partnership_id,
        name=circle.name,
        stage=circle.stage,
        clock=events.ClockMode(circle.clock),
        clock_now=clock_now,
        parties=[
            events.Party(party_id=p.id, organisation_id=p.organisation_id, name=p.name, weight=p.weight)
            for p in circle.parties
        ],
    )
    publish(session, event)
    await membership.apply_partnership(session, event, _OWN)


async def add_member(session: AsyncSession, party: Party, person_id: UUID, role: Role, pointer: str = "") -> Member:
    """Give a person of the party's organisation a role."""
    if await organisation_of(session, person_id) != party.organisation_id:
        raise domain.InvalidPartnership(
            N_("person_id: is no person of the party's organisation; register the person there first."),
            pointer=f"{pointer}/person_id",
        )
    # Roles of a party are given one after the other, so that not two give a person the same one.
    await queries.load_party(session, party.partnership_id, party.id, lock=True)
    if await queries.has_role(session, party.partnership_id, person_id, role):
        raise domain.AlreadyMember(
            N_("role: this person is {role} already; choose another role."), pointer=f"{pointer}/role", role=role
        )
    member = Member(
        partnership_id=party.partnership_id,
        id=new_id(),
        party_id=party.id,
        organisation_id=party.organisation_id,
        person_id=person_id,
        role=role,
        active=True,
    )
    session.add(member)
    await session.flush()
    await _publish_member(session, member)
    return member


async def remove_member(session: AsyncSession, member: Member) -> None:
    """End a member's role. Decisions that are open keep their electorate."""
    if member.role is Role.SPONSOR:
        # Sponsors of a partnership leave one after the other, so that not two leave as the last but one.
        await queries.load_partnership(session, member.partnership_id, lock=True)
        domain.check_removal(await queries.sponsors_left(session, member))
    member.active = False
    await _publish_member(session, member)


async def _publish_member(session: AsyncSession, member: Member) -> None:
    event = events.MembershipChanged(
        partnership_id=member.partnership_id,
        member_id=member.id,
        party_id=member.party_id,
        organisation_id=member.organisation_id,
        person_id=member.person_id,
        role=events.Role(member.role),
        active=member.active,
    )
    publish(session, event)
    await membership.apply_membership(session, event, _OWN)


async def advance_clock(session: AsyncSession, partnership_id: UUID, to: datetime) -> None:
    """Move a replayed clock forward; where it stands at `to` already, nothing happens."""
    partnership = await queries.load_partnership(session, partnership_id, lock=True)
    if domain.advance(partnership.clock, await partnership_now(session, partnership_id), to):
        event = events.ClockAdvanced(partnership_id=partnership_id, now=to)
        publish(session, event)
        await membership.apply_clock(session, event)
        await publish_partnership(session, partnership_id, to)  # so that a snapshot knows the time


@dataclass(frozen=True)
class Mover:
    """Who moves a partnership on: a person for a party; on exit also the settlement that the parties signed."""

    party_id: UUID
    person_id: UUID
    settlement_id: UUID | None = None


async def begin_work(session: AsyncSession, partnership_id: UUID) -> None:
    """What a signed charter does to the stage: partners who have chosen each other begin; later stages stay."""
    partnership = await queries.load_partnership(session, partnership_id, lock=True)
    if partnership.stage is Stage.PARTNER_SELECTION:
        await enter_stage(session, partnership_id, Stage.WORKING_TOGETHER)


async def enter_stage(session: AsyncSession, partnership_id: UUID, stage: Stage, mover: Mover | None = None) -> None:
    """Enter `stage`, whose conditions were checked, and keep who did so when."""
    partnership = await queries.load_partnership(session, partnership_id, lock=True)
    partnership.stage = stage
    await _note_stage(session, partnership_id, stage, mover)
    replayed = partnership.clock is ClockMode.REPLAY
    await publish_partnership(
        session, partnership_id, await partnership_now(session, partnership_id) if replayed else None
    )


async def _note_stage(session: AsyncSession, partnership_id: UUID, stage: Stage, mover: Mover | None = None) -> None:
    session.add(
        StageEntry(
            partnership_id=partnership_id,
            id=new_id(),
            stage=stage,
            entered_at=await partnership_now(session, partnership_id),
            party_id=mover.party_id if mover else None,
            person_id=mover.person_id if mover else None,
            settlement_id=mover.settlement_id if mover else None,
        )
    )
    await session.flush()
