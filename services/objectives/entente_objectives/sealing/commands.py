"""Open a round, declare in it, and reveal it when every party has declared. Declarations lock the round."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.partnerships.queries import load_partnership
from entente_shared.events import objectives as events
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from . import domain, queries
from .domain import Kind
from .models import Declaration, Receipt, Round


async def open_round(
    session: AsyncSession, partnership_id: UUID, party_id: UUID, kind: Kind, asked: list[dict[str, Any]]
) -> Round:
    """Ask all parties of the partnership, those too that are added while the round is open. Raises RoundOpen."""
    await load_partnership(session, partnership_id, lock=True)  # rounds are opened one after the other
    domain.check_may_open(one_is_open=await queries.one_is_open(session, partnership_id, kind))
    opened = Round(
        partnership_id=partnership_id,
        id=new_id(),
        kind=kind,
        number=await queries.newest(session, partnership_id, kind) + 1,
        party_id=party_id,
        asked=asked,
        opened_at=await partnership_now(session, partnership_id),
        revealed_at=None,
        withdrawn_at=None,
    )
    session.add(opened)
    await session.flush()
    return opened


async def declare(
    session: AsyncSession,
    found: Round,
    party_id: UUID,
    person_id: UUID,
    content: dict[str, Any],
    check_version: Callable[[int], None],
) -> Declaration:
    """Seal what a party declares in a locked round, or replace it; the last party's reveals all at once.

    `check_version` is given the version of what the party declared before, 0 for nothing.
    Raises RoundRevealed and RoundWithdrawn.
    """
    domain.check_open(revealed=found.revealed_at is not None, withdrawn=found.withdrawn_at is not None)
    key = {"partnership_id": found.partnership_id, "round_id": found.id, "party_id": party_id}
    await session.execute(insert(Receipt).values(**key).on_conflict_do_nothing())
    now = await partnership_now(session, found.partnership_id)
    declaration = await session.get(Declaration, tuple(key.values()))
    check_version(declaration.version if declaration else 0)
    if declaration is None:
        declaration = Declaration(**key)
        session.add(declaration)
    declaration.person_id, declaration.content, declaration.declared_at = person_id, content, now
    await session.flush()
    await _reveal_when_complete(session, found, now)
    return declaration


async def _reveal_when_complete(session: AsyncSession, found: Round, now: datetime) -> None:
    declared = (await queries.receipts(session, found.partnership_id, [found.id]))[found.id]
    if not domain.complete(declared, await queries.parties(session, found.partnership_id)):
        return
    found.revealed_at = now
    await session.flush()
    publish(
        session,
        events.ProfileRevealed(
            partnership_id=found.partnership_id,
            round_id=found.id,
            what=found.kind.value,
            number=found.number,
            parties=declared,
            revealed_at=now,
        ),
    )


async def withdraw(session: AsyncSession, found: Round, party_id: UUID) -> None:
    """End a locked round in which something was asked wrongly, or somebody never declares; it is revealed to nobody.

    Raises Forbidden, RoundRevealed and RoundWithdrawn.
    """
    revealed, withdrawn = found.revealed_at is not None, found.withdrawn_at is not None
    domain.check_withdrawable(party_id, found.party_id, revealed=revealed, withdrawn=withdrawn)
    found.withdrawn_at = await partnership_now(session, found.partnership_id)
    await session.flush()
