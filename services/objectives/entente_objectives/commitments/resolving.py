"""How a commitment is changed and comes to its end. The caller holds its row's lock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared import timers
from entente_shared.events import objectives as events
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from . import commands, domain, queries
from .commands import DUE, By
from .domain import ChangeKind, CommitmentStatus, Part
from .models import Commitment


@dataclass(frozen=True)
class Revision:
    """What is to be different; None stays as it is."""

    what: str | None = None
    due_at: datetime | None = None
    owner_member_id: UUID | None = None
    parts: dict[UUID, Part] | None = None


async def change(session: AsyncSession, commitment: Commitment, to: Revision, by: By, why: str) -> None:
    now = await partnership_now(session, commitment.partnership_id)
    domain.check_undecided(commitment.status, now, commitment.decides_at)
    domain.check_change(
        own=by.party_id == commitment.party_id,
        rewords=to.what is not None,
        puts_off=to.due_at is not None and to.due_at > commitment.due_at,
        brings_forward=to.due_at is not None and to.due_at < commitment.due_at,
        reassigns=to.owner_member_id is not None or to.parts is not None,
    )
    if to.what is not None:
        domain.check_rewording(commitment.status)
    commitment.what = to.what or commitment.what
    if to.due_at is not None and to.due_at != commitment.due_at:
        domain.check_due(to.due_at, now)
        commitment.due_at = to.due_at
        await _await_silence(session, commitment)
    if to.owner_member_id is not None:
        await commands.check_owner(session, commitment.partnership_id, to.owner_member_id, commitment.party_id)
        commitment.owner_member_id = to.owner_member_id
    await session.flush()
    if to.parts is not None:
        await commands.assign(session, commitment, to.parts)
    await commands.note(session, commitment, ChangeKind.CHANGED, now, by, why)


async def _await_silence(session: AsyncSession, commitment: Commitment) -> None:
    commitment.decides_at = domain.decides_at(commitment.due_at, commitment.grace, commitment.declared_at)
    await timers.schedule(session, DUE, commitment.partnership_id, commitment.id, commitment.decides_at)


async def declare(session: AsyncSession, commitment: Commitment, by: By, why: str | None) -> None:
    """Its party says that it is done. Said again, the first time stands."""
    domain.check_own(own=by.party_id == commitment.party_id)
    now = await partnership_now(session, commitment.partnership_id)
    if commitment.status is CommitmentStatus.DECLARED:
        return
    domain.check_declaration(commitment.status, now, commitment.due_at, commitment.grace)
    commitment.status, commitment.declared_at = CommitmentStatus.DECLARED, now
    await _await_silence(session, commitment)
    await session.flush()
    await commands.note(session, commitment, ChangeKind.DECLARED, now, by, why)


async def answer(session: AsyncSession, commitment: Commitment, by: By, why: str | None, *, accepted: bool) -> None:
    """Another party confirms the declaration, or contradicts it: then it is open again, or broken if its time is over."""
    domain.check_other(own=by.party_id == commitment.party_id)
    domain.check_answer(commitment.status)
    assert commitment.declared_at is not None, "it is declared"
    now = await partnership_now(session, commitment.partnership_id)
    domain.check_undecided(commitment.status, now, commitment.decides_at)
    if accepted:
        await _resolve(session, commitment, domain.outcome(commitment.declared_at, commitment.due_at), now, by, why)
    elif now >= commitment.due_at + commitment.grace:
        await _resolve(session, commitment, CommitmentStatus.BROKEN, now, by, why)
    else:
        commitment.status, commitment.declared_at = CommitmentStatus.OPEN, None
        await _await_silence(session, commitment)
        await session.flush()
        await commands.note(session, commitment, ChangeKind.REJECTED, now, by, why)


async def waive(session: AsyncSession, commitment: Commitment, by: By, why: str) -> None:
    """Another party releases it from its word."""
    domain.check_other(own=by.party_id == commitment.party_id)
    now = await partnership_now(session, commitment.partnership_id)
    domain.check_undecided(commitment.status, now, commitment.decides_at)
    await _resolve(session, commitment, CommitmentStatus.WAIVED, now, by, why)


async def release(session: AsyncSession, partnership_id: UUID, commitment_ids: Iterable[UUID]) -> None:
    """Waive what a settlement that every party signed settles, but for what silence has decided by now."""
    now = await partnership_now(session, partnership_id)
    for commitment_id in sorted(commitment_ids):
        await let_silence_decide(session, partnership_id, commitment_id, now)
        commitment = await queries.load_commitment(session, partnership_id, commitment_id, lock=True)
        if commitment.status in domain.UNRESOLVED:
            await _resolve(session, commitment, CommitmentStatus.WAIVED, now, None, None)


async def let_silence_decide(session: AsyncSession, partnership_id: UUID, commitment_id: UUID, at: datetime) -> None:
    commitment = await queries.load_commitment(session, partnership_id, commitment_id, lock=True)
    if commitment.status in domain.UNRESOLVED and commitment.decides_at <= at:
        status = domain.after_silence(commitment.status, commitment.declared_at, commitment.due_at)
        await _resolve(session, commitment, status, commitment.decides_at, None, None)


async def _resolve(
    session: AsyncSession,
    commitment: Commitment,
    status: CommitmentStatus,
    at: datetime,
    by: By | None,
    why: str | None,
) -> None:
    commitment.status, commitment.resolved_at = status, at
    commitment.resolved_by_party_id = by.party_id if by else None
    await timers.cancel(session, DUE, commitment.partnership_id, commitment.id)
    await session.flush()
    await commands.note(session, commitment, ChangeKind.RESOLVED, at, by, why)
    publish(
        session,
        events.CommitmentResolved(
            partnership_id=commitment.partnership_id,
            commitment_id=commitment.id,
            party_id=commitment.party_id,
            outcome=events.CommitmentOutcome(status.value),
            due_at=commitment.due_at,
            declared_at=commitment.declared_at,
            resolved_at=at,
            resolved_by=by.party_id if by else None,
            case_id=commitment.case_id,
            objective_id=commitment.objective_id,
        ),
    )
