"""Reads of secondments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.partnerships.models import Party
from entente_shared.errors import N_
from entente_shared.timers import partnership_now
from entente_shared.web import CurrentMember, CurrentSession, check_if_match, paginate

from . import domain
from .domain import Days, SecondmentState
from .models import Secondment


@dataclass(frozen=True)
class Shown:
    """A secondment, and whether it is under way today."""

    row: Secondment
    active: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


async def today(session: AsyncSession, partnership_id: UUID) -> date:
    """The day (UTC) on the partnership's clock."""
    return (await partnership_now(session, partnership_id)).date()


async def shown(session: AsyncSession, partnership_id: UUID, rows: Sequence[Secondment]) -> list[Shown]:
    day = await today(session, partnership_id)
    return [
        Shown(row, row.state in (SecondmentState.AGREED, SecondmentState.ENDED) and row.days.holds(day)) for row in rows
    ]


async def list_secondments(
    session: AsyncSession,
    partnership_id: UUID,
    *,
    person_id: UUID | None,
    state: SecondmentState | None,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[Any], str | None]:
    statement = select(Secondment).where(Secondment.partnership_id == partnership_id)
    if person_id is not None:
        statement = statement.where(Secondment.seconded_person_id == person_id)
    if state is not None:
        statement = statement.where(Secondment.state == state)
    rows, next_cursor = await paginate(session, statement, Secondment.id, cursor, limit)
    return await shown(session, partnership_id, rows), next_cursor


async def lock_lender(session: AsyncSession, partnership_id: UUID, party_id: UUID) -> Party | None:
    """Held until the end, beside what refers to it; None where there is no such party."""
    statement = select(Party).where(Party.partnership_id == partnership_id, Party.id == party_id)
    return (await session.execute(statement.with_for_update(key_share=True))).scalar_one_or_none()


async def standing_days(session: AsyncSession, partnership_id: UUID, person_id: UUID) -> list[Days]:
    """When the person is seconded, or is to be."""
    rows = await session.scalars(
        select(Secondment).where(
            Secondment.partnership_id == partnership_id,
            Secondment.seconded_person_id == person_id,
            Secondment.state != SecondmentState.DECLINED,
        )
    )
    return [row.days for row in rows]


async def _get(session: AsyncSession, partnership_id: UUID, secondment_id: UUID, *, lock: bool) -> Secondment:
    found = await session.get(Secondment, (partnership_id, secondment_id), with_for_update=lock or None)
    if found is None:
        raise domain.SecondmentNotFound(N_("There is no such secondment; GET .../secondments lists them."))
    return found


async def _seen(secondment_id: UUID, member: CurrentMember, session: CurrentSession) -> Secondment:
    return await _get(session, member.partnership_id, secondment_id, lock=False)


async def _locked(secondment_id: UUID, member: CurrentMember, session: CurrentSession, request: Request) -> Secondment:
    found = await _get(session, member.partnership_id, secondment_id, lock=True)
    check_if_match(request, found.version)
    return found


SeenSecondment = Annotated[Secondment, Depends(_seen)]
LockedSecondment = Annotated[Secondment, Depends(_locked)]
