"""Ladders as they are stored: frozen in a case, or in force for the partnership's next one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.objectives import LadderLevel, Role

from ..charter import queries as charter
from .domain import DEFAULT, Level
from .models import CaseStep


async def in_force(session: AsyncSession, partnership_id: UUID) -> tuple[int | None, Sequence[Level]]:
    """The signed charter's version and ladder; the default ladder, without a version, where none is signed."""
    signed = await charter.signed_ladder(session, partnership_id)
    if signed is None:
        return None, DEFAULT
    version, levels = signed
    return version, [_level(level) for level in levels]


async def steps(session: AsyncSession, partnership_id: UUID, case_id: UUID) -> Sequence[CaseStep]:
    found = await session.scalars(
        select(CaseStep)
        .where(CaseStep.partnership_id == partnership_id, CaseStep.case_id == case_id)
        .order_by(CaseStep.step)
    )
    return found.all()


def freeze(ladder: Sequence[Level]) -> list[dict[str, Any]]:
    return [
        LadderLevel(
            name=level.name, responders=[Role(role) for role in level.responders], limit=level.limit
        ).model_dump(mode="json")
        for level in ladder
    ]


def thaw(frozen: Sequence[dict[str, Any]]) -> list[Level]:
    return [_level(LadderLevel.model_validate(level)) for level in frozen]


def _level(level: LadderLevel) -> Level:
    return Level(level.name, tuple(role.value for role in level.responders), level.limit)
