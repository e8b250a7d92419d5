"""Reads of the lifecycle: where a partnership stands, what it went through, and what the next stages ask for."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.partnerships.domain import Stage
from entente_objectives.partnerships.models import StageEntry
from entente_objectives.partnerships.queries import load_partnership, parties_of
from entente_shared.errors import N_, NotFound
from entente_shared.web import paginate

from . import conditions, domain, facts
from .domain import Condition, OpenMatters
from .models import ExitSettlement, ExitSignature


@dataclass(frozen=True)
class Lifecycle:
    stage: Stage
    version: int
    history: list[StageEntry]
    following: dict[Stage, list[Condition]]


@dataclass(frozen=True)
class SignedSettlement:
    """A settlement with its signatures; `complete` once every party has signed."""

    id: UUID
    text: str
    matters: dict[str, Any]
    hash: str
    party_id: UUID
    person_id: UUID
    proposed_at: datetime
    signatures: tuple[ExitSignature, ...]
    complete: bool

    @property
    def settles(self) -> OpenMatters:
        kinds = ("decisions", "commitments", "cases")
        return OpenMatters(**{kind: frozenset(map(UUID, self.matters[kind])) for kind in kinds})

    @property
    def commitment_versions(self) -> dict[UUID, int]:
        """Empty in a text from before versions were bound: it covers no commitment any more."""
        return {UUID(each): version for each, version in self.matters.get("commitment_versions", {}).items()}


async def load_lifecycle(session: AsyncSession, partnership_id: UUID) -> Lifecycle:
    partnership = await load_partnership(session, partnership_id)
    history = await session.execute(
        select(StageEntry)
        .where(StageEntry.partnership_id == partnership_id)
        .order_by(StageEntry.entered_at, StageEntry.id)
    )
    found = await facts.gather(session, partnership_id)
    following = {stage: conditions.required(stage, found) for stage in domain.following(partnership.stage)}
    return Lifecycle(partnership.stage, partnership.version, list(history.scalars()), following)


async def conditions_of(
    session: AsyncSession, partnership_id: UUID, stage: Stage, settled: OpenMatters | None
) -> list[Condition]:
    """The conditions of `stage`, where what `settled` names is taken as ended."""
    found = await facts.gather(session, partnership_id)
    if settled is not None:
        found = replace(found, open=found.open.without(settled))
    return conditions.required(stage, found)


async def _signed(
    session: AsyncSession, partnership_id: UUID, rows: Sequence[ExitSettlement]
) -> list[SignedSettlement]:
    statement = (
        select(ExitSignature)
        .where(
            ExitSignature.partnership_id == partnership_id, ExitSignature.settlement_id.in_([row.id for row in rows])
        )
        .order_by(ExitSignature.signed_at, ExitSignature.party_id)
    )
    signatures = defaultdict[UUID, list[ExitSignature]](list)
    for signature in (await session.execute(statement)).scalars():
        signatures[signature.settlement_id].append(signature)
    parties = {party.id for party in (await parties_of(session, [partnership_id])).get(partnership_id, ())}
    return [
        SignedSettlement(
            row.id,
            row.text,
            row.matters,
            row.hash,
            row.party_id,
            row.person_id,
            row.proposed_at,
            tuple(signatures[row.id]),
            {signature.party_id for signature in signatures[row.id]} >= parties,
        )
        for row in rows
    ]


async def list_settlements(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(ExitSettlement).where(ExitSettlement.partnership_id == partnership_id)
    rows, next_cursor = await paginate(session, statement, ExitSettlement.id, cursor, limit)
    return await _signed(session, partnership_id, rows), next_cursor


async def load_settlement(
    session: AsyncSession, partnership_id: UUID, settlement_id: UUID, *, lock: bool = False
) -> SignedSettlement:
    row = await session.get(ExitSettlement, (partnership_id, settlement_id), with_for_update=lock or None)
    if row is None:
        raise NotFound(N_("There is no such settlement; GET .../lifecycle/settlements lists them."))
    return (await _signed(session, partnership_id, [row]))[0]


async def newest_settlement(session: AsyncSession, partnership_id: UUID) -> UUID | None:
    statement = (
        select(ExitSettlement.id)
        .where(ExitSettlement.partnership_id == partnership_id)
        .order_by(ExitSettlement.proposed_at.desc(), ExitSettlement.id.desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()
