"""Minutes: written in versions, confirmed by each party; then their actions bind. The caller holds the review's lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.charter.canonical import Text
from entente_objectives.commitments import commands as commitments
from entente_objectives.commitments.commands import By, Promise
from entente_objectives.objectives.queries import is_objective
from entente_objectives.partnerships.models import Member
from entente_objectives.partnerships.queries import parties_of
from entente_shared.errors import N_
from entente_shared.ids import derived_id, new_id
from entente_shared.timers import partnership_now

from . import domain, queries
from .models import Review, ReviewConfirmation, ReviewMinutes


@dataclass(frozen=True)
class Action:
    """What the owner's party will do by when."""

    what: str
    owner_member_id: UUID
    due_at: datetime
    objective_id: UUID | None

    @property
    def said(self) -> dict[str, Any]:
        objective_id = self.objective_id and str(self.objective_id)
        return {
            "what": self.what,
            "owner_member_id": str(self.owner_member_id),
            "due_at": self.due_at.isoformat(),
            "objective_id": objective_id,
        }


async def write(
    session: AsyncSession, review: Review, by: By, text: str, attendance: Sequence[UUID], actions: Sequence[Action]
) -> int:
    """Write the next version of the minutes, which each party confirms anew; returns its number."""
    domain.check_writable(review.confirmed)
    now = await partnership_now(session, review.partnership_id)
    known = await _members(session, review.partnership_id)
    _check_named(known, attendance, actions, now)
    await _check_objectives(session, review.partnership_id, actions)
    present = sorted({str(member_id) for member_id in attendance})
    said = {"text": text, "attendance": present, "actions": [action.said for action in actions]}
    review.newest += 1
    review.held_at = review.held_at or now
    session.add(
        ReviewMinutes(
            partnership_id=review.partnership_id,
            id=new_id(),
            review_id=review.id,
            number=review.newest,
            **said,
            hash=Text.of({"review_id": str(review.id), "number": review.newest, **said}).hash,
            party_id=by.party_id,
            person_id=by.person_id,
            written_at=now,
        )
    )
    await session.flush()
    return review.newest


async def _members(session: AsyncSession, partnership_id: UUID) -> dict[UUID, UUID]:
    """The party of each active member."""
    rows = await session.execute(
        select(Member.id, Member.party_id).where(Member.partnership_id == partnership_id, Member.active)
    )
    return {member_id: party_id for member_id, party_id in rows}  # noqa: C416 - rows of two, not a mapping


def _check_named(known: dict[UUID, UUID], attendance: Sequence[UUID], actions: Sequence[Action], now: datetime) -> None:
    for index, member_id in enumerate(attendance):
        if member_id not in known:
            raise domain.InvalidMinutes(
                N_("attendance: names somebody who is no member; GET .../members lists them."),
                pointer=f"/attendance/{index}",
            )
    for index, action in enumerate(actions):
        if action.owner_member_id not in known:
            raise domain.InvalidMinutes(
                N_("owner_member_id: is no member of the partnership; GET .../members lists them."),
                pointer=f"/actions/{index}/owner_member_id",
            )
        if action.due_at <= now:
            raise domain.InvalidMinutes(
                N_("due_at: is not after the present; choose a later due date."), pointer=f"/actions/{index}/due_at"
            )


async def _check_objectives(session: AsyncSession, partnership_id: UUID, actions: Sequence[Action]) -> None:
    for index, action in enumerate(actions):
        if not await is_objective(session, partnership_id, action.objective_id):
            raise domain.InvalidMinutes(
                N_("objective_id: there is no such objective; GET .../objectives lists them."),
                pointer=f"/actions/{index}/objective_id",
            )


async def confirm(session: AsyncSession, review: Review, number: int, by: By, text_hash: str) -> None:
    """Confirm the newest minutes for a party. With the last party's confirmation their actions become commitments."""
    written = await queries.find_minutes(session, review, number)
    same = written is not None and written.row.hash == text_hash
    domain.check_confirmation(review.confirmed, review.newest, number, same_text=same)
    assert written is not None, "it was confirmed by its hash"
    confirmed_by = {each.party_id for each in written.confirmations}
    if by.party_id in confirmed_by:
        return
    session.add(
        ReviewConfirmation(
            partnership_id=review.partnership_id,
            id=new_id(),
            review_id=review.id,
            number=number,
            party_id=by.party_id,
            person_id=by.person_id,
            confirmed_at=await partnership_now(session, review.partnership_id),
        )
    )
    parties = [party.id for party in (await parties_of(session, [review.partnership_id]))[review.partnership_id]]
    if domain.complete({*confirmed_by, by.party_id}, parties):
        review.confirmed = number
        await _bind(session, review, written.row, by)
    await session.flush()


async def _bind(session: AsyncSession, review: Review, written: ReviewMinutes, by: By) -> None:
    known = await _members(session, review.partnership_id)
    for index, action in enumerate(written.actions):
        owner = UUID(action["owner_member_id"])
        if owner not in known:
            raise domain.InvalidMinutes(
                N_("Somebody whom an action names has left the partnership; write the minutes anew with another owner.")
            )
        given = Promise(
            action["what"],
            datetime.fromisoformat(action["due_at"]),
            owner,
            objective_id=action["objective_id"] and UUID(action["objective_id"]),
            checkpoint_id=review.id,
        )
        await commitments.bind(
            session, review.partnership_id, given, by,
            party_id=known[owner], commitment_id=derived_id("commitment", review.id, index),
        )  # fmt: skip
