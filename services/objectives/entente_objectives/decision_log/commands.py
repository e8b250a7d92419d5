"""Putting dissent on the record."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from entente_objectives.governance.models import Decision
from entente_shared.timers import partnership_now

from . import domain, queries
from .models import RecordedDissent


async def record_dissent(session: AsyncSession, decision: Decision, person_id: UUID | None, reason: str) -> None:
    """State why a vote against a locked decision was cast, once."""
    entry = await queries.load_entry(session, decision)
    own = domain.check_dissent(decision.status, person_id, entry.dissents)
    session.add(
        RecordedDissent(
            partnership_id=decision.partnership_id,
            decision_id=decision.id,
            person_id=own.person_id,
            party_id=own.party_id,
            reason=reason,
            recorded_at=await partnership_now(session, decision.partnership_id),
        )
    )
    flag_modified(decision, "tally")  # another version of the decision's record
    await session.flush()
