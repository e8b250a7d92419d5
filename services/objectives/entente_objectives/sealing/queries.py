"""Reads of rounds and of what was declared in them. What is sealed the database leaves out by itself."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.partnerships.models import Party
from entente_shared.errors import N_, NotFound
from entente_shared.web import paginate

from . import domain
from .domain import Kind
from .models import Declaration, Receipt, Round


@dataclass(frozen=True)
class Awaiting:
    """A round, who has declared in it, and who is awaited."""

    id: UUID
    number: int
    party_id: UUID
    asked: list[dict[str, Any]]
    opened_at: datetime
    revealed_at: datetime | None
    withdrawn_at: datetime | None
    declared: tuple[UUID, ...]
    awaited: tuple[UUID, ...]
    version: int


async def get_round(
    session: AsyncSession, partnership_id: UUID, kind: Kind, round_id: UUID, *, lock: bool = False
) -> Round:
    found = await session.get(Round, (partnership_id, round_id), with_for_update=lock or None)
    if found is None or found.kind is not kind:
        raise NotFound(N_("There is no such round; the list of rounds names those that there are."))
    return found


async def parties(session: AsyncSession, partnership_id: UUID) -> list[UUID]:
    rows = await session.scalars(select(Party.id).where(Party.partnership_id == partnership_id).order_by(Party.id))
    return list(rows)


async def receipts(session: AsyncSession, partnership_id: UUID, rounds: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Who has declared, by round."""
    found = defaultdict[UUID, list[UUID]](list)
    for receipt in await session.scalars(
        select(Receipt)
        .where(Receipt.partnership_id == partnership_id, Receipt.round_id.in_(rounds))
        .order_by(Receipt.party_id)
    ):
        found[receipt.round_id].append(receipt.party_id)
    return found


async def awaiting(session: AsyncSession, partnership_id: UUID, rounds: Sequence[Round]) -> list[Awaiting]:
    declared = await receipts(session, partnership_id, [each.id for each in rounds])
    everyone = await parties(session, partnership_id)
    return [
        Awaiting(
            id=each.id,
            number=each.number,
            party_id=each.party_id,
            asked=each.asked,
            opened_at=each.opened_at,
            revealed_at=each.revealed_at,
            withdrawn_at=each.withdrawn_at,
            declared=tuple(declared[each.id]),
            awaited=tuple(p for p in everyone if p not in declared[each.id] and each.is_open),
            version=each.version,
        )
        for each in rounds
    ]


async def load_awaiting(session: AsyncSession, found: Round) -> Awaiting:
    return (await awaiting(session, found.partnership_id, [found]))[0]


async def list_rounds(
    session: AsyncSession, partnership_id: UUID, kind: Kind, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(Round).where(Round.partnership_id == partnership_id, Round.kind == kind)
    rows, next_cursor = await paginate(session, statement, Round.id, cursor, limit)
    return await awaiting(session, partnership_id, rows), next_cursor


async def newest(session: AsyncSession, partnership_id: UUID, kind: Kind) -> int:
    """The number of the newest round of a kind, 0 before the first."""
    statement = select(func.max(Round.number)).where(Round.partnership_id == partnership_id, Round.kind == kind)
    return (await session.execute(statement)).scalar_one() or 0


async def one_is_open(session: AsyncSession, partnership_id: UUID, kind: Kind) -> bool:
    statement = select(Round.id).where(
        Round.partnership_id == partnership_id,
        Round.kind == kind,
        Round.revealed_at.is_(None),
        Round.withdrawn_at.is_(None),
    )
    return (await session.execute(statement)).first() is not None


async def list_declarations(
    session: AsyncSession, found: Round, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    return await paginate(session, _declarations(found), Declaration.party_id, cursor, limit)


def _declarations(found: Round) -> Any:
    return select(Declaration).where(
        Declaration.partnership_id == found.partnership_id, Declaration.round_id == found.id
    )


async def revealed_declarations(session: AsyncSession, found: Round) -> Sequence[Declaration]:
    """What every party declared. Raises StillSealed and RoundWithdrawn."""
    domain.check_revealed(revealed=found.revealed_at is not None, withdrawn=found.withdrawn_at is not None)
    return (await session.scalars(_declarations(found).order_by(Declaration.party_id))).all()


async def get_declaration(session: AsyncSession, found: Round, party_id: UUID) -> Declaration:
    declaration = await session.get(Declaration, (found.partnership_id, found.id, party_id))
    if declaration is None:
        raise NotFound(N_("The party has not declared, or what it declared is sealed until every party has."))
    return declaration
