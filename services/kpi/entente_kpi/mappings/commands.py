"""Add, change and delete mapping rules."""

from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.ids import new_id

from ..evaluation import queries as tracks
from . import domain, queries
from .models import MappingRule, MappingSet


async def add_rule(session: AsyncSession, partnership_id: UUID, principal: str, rule: domain.Rule) -> MappingRule:
    """Raises InvalidMapping and TooManyMappings."""
    await _change(session, partnership_id)
    domain.check_room(await queries.count(session, partnership_id))
    row = MappingRule(partnership_id=partnership_id, id=new_id(), version=1, **_values(rule, principal))
    await _check(session, partnership_id, rule)
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return row


async def change_rule(session: AsyncSession, row: MappingRule, principal: str, changes: dict[str, Any]) -> None:
    """`changes` are fields of Rule. Raises InvalidMapping."""
    await _change(session, row.partnership_id)
    before = row.rule()
    rule = domain.Rule(**{name: changes.get(name, getattr(before, name)) for name in domain.Rule.__slots__})
    await _check(session, row.partnership_id, rule)
    for name, value in _values(rule, principal).items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = func.now()
    await session.flush()
    await session.refresh(row)


async def delete_rule(session: AsyncSession, row: MappingRule) -> None:
    await _change(session, row.partnership_id)
    await session.delete(row)
    await session.flush()


def _values(rule: domain.Rule, principal: str) -> dict[str, Any]:
    return {
        "kpi_id": rule.kpi_id, "name": rule.name, "kind": rule.kind, "labels": dict(rule.labels), "scale": rule.scale,
        "shift": rule.offset, "priority": rule.priority, "principal": principal,
    }  # fmt: skip


async def _check(session: AsyncSession, partnership_id: UUID, rule: domain.Rule) -> None:
    domain.check_rule(rule)
    if not await tracks.read(session, partnership_id, [rule.kpi_id]):
        raise domain.InvalidMapping(
            N_("No KPI of this partnership has this id; GET .../kpis lists them."), pointer="/kpi_id"
        )


async def _change(session: AsyncSession, partnership_id: UUID) -> None:
    """Raise the revision; its row is locked from here on, so that changes take turns."""
    statement = insert(MappingSet).values(partnership_id=partnership_id, revision=1)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["partnership_id"], set_={"revision": MappingSet.revision + 1})
    )
