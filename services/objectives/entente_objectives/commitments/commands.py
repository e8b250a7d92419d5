"""Giving a commitment, and who has which part in it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.objectives.queries import is_objective
from entente_objectives.partnerships.models import Member
from entente_shared import timers
from entente_shared.errors import N_
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from . import domain
from .domain import GRACE, ChangeKind, CommitmentStatus, InvalidCommitment, Part
from .models import Commitment, CommitmentChange, CommitmentPart

DUE = "commitment_due"


@dataclass(frozen=True)
class By:
    """Who changes a commitment, and for which party."""

    party_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class Promise:
    """What is promised; `parts` are the members beside the one accountable."""

    what: str
    due_at: datetime
    owner_member_id: UUID
    grace: timedelta = GRACE
    kpi_id: UUID | None = None
    objective_id: UUID | None = None
    checkpoint_id: UUID | None = None
    parts: dict[UUID, Part] = field(default_factory=dict)


async def promise(session: AsyncSession, partnership_id: UUID, given: Promise, by: By) -> Commitment:
    """Give a commitment for the party of `by`. Its owner acts for that party."""
    domain.check_due(given.due_at, await partnership_now(session, partnership_id))
    await check_owner(session, partnership_id, given.owner_member_id, by.party_id)
    if not await is_objective(session, partnership_id, given.objective_id):
        raise InvalidCommitment(
            N_("objective_id: there is no such objective; GET .../objectives lists them."), pointer="/objective_id"
        )
    return await bind(session, partnership_id, given, by, party_id=by.party_id, commitment_id=new_id())


async def bind(
    session: AsyncSession, partnership_id: UUID, given: Promise, by: By, *, party_id: UUID, commitment_id: UUID
) -> Commitment:
    """Keep what a party is bound to, be it late by now; `by` was the last whose word it needed."""
    commitment = Commitment(
        partnership_id=partnership_id,
        id=commitment_id,
        party_id=party_id,
        owner_member_id=given.owner_member_id,
        checkpoint_id=given.checkpoint_id,
        kpi_id=given.kpi_id,
        objective_id=given.objective_id,
        what=given.what,
        due_at=given.due_at,
        made_at=await partnership_now(session, partnership_id),
        grace=given.grace,
    )
    await establish(session, commitment, given.parts, by)
    return commitment


async def check_owner(session: AsyncSession, partnership_id: UUID, member_id: UUID, party_id: UUID) -> None:
    owner = await session.get(Member, (partnership_id, member_id))
    if owner is None or not owner.active or owner.party_id != party_id:
        raise InvalidCommitment(
            N_("owner_member_id: is no member who acts for the party; GET .../members lists them."),
            pointer="/owner_member_id",
        )


async def establish(
    session: AsyncSession, commitment: Commitment, parts: dict[UUID, Part] | None = None, by: By | None = None
) -> None:
    """Keep a commitment that is made, whatever it comes from, and let silence decide on it in the end."""
    commitment.status = CommitmentStatus.OPEN
    commitment.decides_at = domain.decides_at(commitment.due_at, commitment.grace, None)
    session.add(commitment)
    await session.flush()
    await assign(session, commitment, parts or {})
    await note(session, commitment, ChangeKind.MADE, commitment.made_at, by)
    await timers.schedule(session, DUE, commitment.partnership_id, commitment.id, commitment.decides_at)


async def assign(session: AsyncSession, commitment: Commitment, parts: dict[UUID, Part]) -> None:
    """Give the members their parts instead of those before. They may act for any party."""
    partnership_id = commitment.partnership_id
    statement = select(Member.id).where(Member.partnership_id == partnership_id, Member.active, Member.id.in_(parts))
    known = set((await session.execute(statement)).scalars())
    for member_id, part in parts.items():
        if member_id not in known:
            raise InvalidCommitment(
                N_("{part}: names somebody who is no member of the partnership; GET .../members lists them."),
                pointer=f"/{part.value}",
                part=part.value,
            )
    await session.execute(
        delete(CommitmentPart).where(
            CommitmentPart.partnership_id == partnership_id, CommitmentPart.commitment_id == commitment.id
        )
    )
    session.add_all(
        CommitmentPart(partnership_id=partnership_id, commitment_id=commitment.id, member_id=member_id, part=part)
        for member_id, part in parts.items()
    )
    await session.flush()


async def note(
    session: AsyncSession, commitment: Commitment, kind: ChangeKind, at: datetime, by: By | None, why: str | None = None
) -> None:
    """Keep what the commitment says now."""
    statement = select(CommitmentPart.member_id, CommitmentPart.part).where(
        CommitmentPart.partnership_id == commitment.partnership_id, CommitmentPart.commitment_id == commitment.id
    )
    parts = (await session.execute(statement)).all()
    said = {
        "what": commitment.what,
        "due_at": commitment.due_at.isoformat(),
        "owner_member_id": commitment.owner_member_id and str(commitment.owner_member_id),
        "status": commitment.status.value,
        **{part.value: sorted(str(member_id) for member_id, held in parts if held is part) for part in Part},
    }
    session.add(
        CommitmentChange(
            partnership_id=commitment.partnership_id,
            id=new_id(),
            commitment_id=commitment.id,
            kind=kind,
            at=at,
            party_id=by.party_id if by else None,
            person_id=by.person_id if by else None,
            note=why,
            said=said,
        )
    )
    await session.flush()
