"""Writes of notices: given when the votes passed a decision, and received by each party for itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from entente_objectives.governance.domain import Status
from entente_objectives.governance.queries import Poll
from entente_objectives.partnerships.queries import parties_of
from entente_shared import timers
from entente_shared.timers import partnership_now

from . import domain
from .models import DecisionNotice

VETO_WINDOW = "veto_window"


async def give_notice(session: AsyncSession, poll: Poll, passed_at: datetime) -> None:
    """Tell every party that may veto of what the votes passed, and set the decision's final moment."""
    decision, veto = poll.decision, poll.mandate.veto
    assert veto is not None, "only where receipts count"
    parties = (await parties_of(session, [decision.partnership_id]))[decision.partnership_id]
    given = domain.notices(poll.mandate, passed_at, [party.id for party in parties], decision.concerns_party_id)
    session.add_all(
        DecisionNotice(
            partnership_id=decision.partnership_id,
            decision_id=decision.id,
            party_id=notice.party_id,
            deemed_at=notice.deemed_at,
            received_at=None,
            person_id=None,
        )
        for notice in given
    )
    decision.veto_until = domain.final_moment(given, veto.window)
    await session.flush()


async def record_receipt(session: AsyncSession, poll: Poll, party_id: UUID, person_id: UUID) -> None:
    """Have a party's window in a locked decision run from now. A second receipt changes nothing."""
    decision, mandate = poll.decision, poll.mandate
    now = await partnership_now(session, decision.partnership_id)
    passed = decision.status is Status.PASSED
    domain.check_receipt(mandate, passed=passed, now=now, notice=poll.notice(party_id))
    row = next(row for row in poll.notices if row.party_id == party_id)
    if row.received_at is not None:
        return
    row.received_at, row.person_id = now, person_id
    assert mandate.veto is not None, "receipts count only towards a veto"
    decision.veto_until = domain.final_moment(poll.told, mandate.veto.window)
    flag_modified(decision, "veto_until")  # the receipt is part of the decision's record: another version of it
    await session.flush()
    await timers.schedule(session, VETO_WINDOW, decision.partnership_id, decision.id, decision.veto_until)
