"""Reads of commitments, and of how far each party's word can be relied on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.partnerships.queries import parties_of
from entente_shared.errors import N_, NotFound
from entente_shared.timers import partnership_now
from entente_shared.web import CurrentMember, CurrentSession, paginate

from . import reliability
from .domain import UNRESOLVED, CommitmentStatus, Part
from .models import Commitment, CommitmentChange, CommitmentPart
from .reliability import Outcome, Reliability


@dataclass(frozen=True)
class Shown:
    """A commitment with the members who have a part in it."""

    row: Commitment
    parts: dict[Part, list[UUID]]

    def __getattr__(self, name: str) -> Any:
        return self.parts[Part(name)] if name in set(Part) else getattr(self.row, name)


@dataclass(frozen=True)
class Word:
    """What a party promised: how reliable it was, and what is open or past its due date now."""

    party_id: UUID
    name: str
    found: Reliability
    open: int
    overdue: int
    waived: int

    @property
    def parts(self) -> dict[str, reliability.Part]:
        return {status.value: part for status, part in self.found.parts.items()}


async def with_parts(session: AsyncSession, partnership_id: UUID, rows: Sequence[Commitment]) -> list[Shown]:
    found = defaultdict[UUID, dict[Part, list[UUID]]](lambda: {part: [] for part in Part})
    statement = select(CommitmentPart).where(
        CommitmentPart.partnership_id == partnership_id, CommitmentPart.commitment_id.in_([row.id for row in rows])
    )
    for held in (await session.execute(statement.order_by(CommitmentPart.member_id))).scalars():
        found[held.commitment_id][held.part].append(held.member_id)
    return [Shown(row, found[row.id]) for row in rows]


async def list_commitments(
    session: AsyncSession,
    partnership_id: UUID,
    *,
    status: CommitmentStatus | None,
    party_id: UUID | None,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[Any], str | None]:
    statement = select(Commitment).where(Commitment.partnership_id == partnership_id)
    if status is not None:
        statement = statement.where(Commitment.status == status)
    if party_id is not None:
        statement = statement.where(Commitment.party_id == party_id)
    rows, next_cursor = await paginate(session, statement, Commitment.id, cursor, limit)
    return await with_parts(session, partnership_id, rows), next_cursor


async def list_changes(
    session: AsyncSession, commitment: Commitment, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(CommitmentChange).where(
        CommitmentChange.partnership_id == commitment.partnership_id, CommitmentChange.commitment_id == commitment.id
    )
    return await paginate(session, statement, CommitmentChange.id, cursor, limit)


async def words_of(session: AsyncSession, partnership_id: UUID) -> list[Word]:
    now = await partnership_now(session, partnership_id)
    statement = select(Commitment.party_id, Commitment.status, Commitment.due_at)
    rows = defaultdict[UUID, list[Outcome]](list)
    for party_id, status, due_at in await session.execute(statement.where(Commitment.partnership_id == partnership_id)):
        rows[party_id].append(Outcome(status, due_at))
    parties = (await parties_of(session, [partnership_id])).get(partnership_id, ())
    return [
        Word(
            party.id,
            party.name,
            reliability.assess(rows[party.id], now),
            open=sum(each.status in UNRESOLVED for each in rows[party.id]),
            overdue=sum(each.status in UNRESOLVED and each.due_at < now for each in rows[party.id]),
            waived=sum(each.status is CommitmentStatus.WAIVED for each in rows[party.id]),
        )
        for party in parties
    ]


async def load_commitment(
    session: AsyncSession, partnership_id: UUID, commitment_id: UUID, *, lock: bool = False
) -> Commitment:
    found = await session.get(Commitment, (partnership_id, commitment_id), with_for_update=lock or None)
    if found is None:
        raise NotFound(N_("There is no such commitment; GET .../commitments lists them."))
    return found


async def _loaded(commitment_id: UUID, member: CurrentMember, session: CurrentSession) -> Commitment:
    return await load_commitment(session, member.partnership_id, commitment_id)


async def _locked(commitment_id: UUID, member: CurrentMember, session: CurrentSession) -> Commitment:
    return await load_commitment(session, member.partnership_id, commitment_id, lock=True)


LoadedCommitment = Annotated[Commitment, Depends(_loaded)]
LockedCommitment = Annotated[Commitment, Depends(_locked)]
