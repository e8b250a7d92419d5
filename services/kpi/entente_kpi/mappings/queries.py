"""The rules of a partnership, compiled once per revision in each process."""

from collections import OrderedDict
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, NotFound
from entente_shared.web import CurrentMember, CurrentSession

from .domain import Ruleset
from .models import MappingRule, MappingSet

_COMPILED = 32
_compiled: OrderedDict[UUID, tuple[int, Ruleset]] = OrderedDict()

rules_by_id = MappingRule.id


class MappingNotFound(NotFound):
    slug = "mapping-not-found"
    title = N_("There is no such mapping rule")


def of_partnership(partnership_id: UUID) -> Select[MappingRule]:
    return select(MappingRule).where(MappingRule.partnership_id == partnership_id)


async def ruleset(session: AsyncSession, partnership_id: UUID) -> Ruleset:
    """The rules that hold now."""
    return (await current(session, partnership_id))[0]


async def current(session: AsyncSession, partnership_id: UUID) -> tuple[Ruleset, datetime]:
    """The rules that hold now, and Postgres time. The revision is read first: rules that are newer than it are compiled
    again next time.
    """
    query = select(MappingSet.revision).where(MappingSet.partnership_id == partnership_id)
    revision, now = (await session.execute(select(func.coalesce(query.scalar_subquery(), 0), func.now()))).one()
    known = _compiled.get(partnership_id)
    if known is None or known[0] != revision:
        rows = (await session.execute(of_partnership(partnership_id))).scalars() if revision else ()
        known = (revision, Ruleset([row.rule() for row in rows]))
    _compiled[partnership_id] = known
    _compiled.move_to_end(partnership_id)
    if len(_compiled) > _COMPILED:
        _compiled.popitem(last=False)
    return known[1], now


async def count(session: AsyncSession, partnership_id: UUID) -> int:
    query = select(func.count()).select_from(MappingRule).where(MappingRule.partnership_id == partnership_id)
    return (await session.execute(query)).scalar_one()


async def _load(session: AsyncSession, partnership_id: UUID, mapping_id: UUID, *, lock: bool) -> MappingRule:
    query = of_partnership(partnership_id).where(MappingRule.id == mapping_id)
    found = (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    if found is None:
        raise MappingNotFound(
            N_("No mapping rule of this partnership has this id; GET .../sources/mappings lists them.")
        )
    return found


async def _one(mapping_id: UUID, member: CurrentMember, session: CurrentSession) -> MappingRule:
    return await _load(session, member.partnership_id, mapping_id, lock=False)


async def _locked(mapping_id: UUID, member: CurrentMember, session: CurrentSession) -> MappingRule:
    return await _load(session, member.partnership_id, mapping_id, lock=True)


LoadedMapping = Annotated[MappingRule, Depends(_one)]
LockedMapping = Annotated[MappingRule, Depends(_locked)]
