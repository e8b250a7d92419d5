"""What the findings are computed from: mandates in force, committees, seats, and open decisions."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.committees import queries as committees
from entente_objectives.governance.domain import Status
from entente_objectives.governance.models import Decision
from entente_objectives.governance.queries import seats
from entente_objectives.partnerships.queries import parties_of
from entente_shared.timers import partnership_now

from . import domain
from .domain import Body, Finding, OpenDecision, PartyWeight


async def findings(session: AsyncSession, partnership_id: UUID) -> list[Finding]:
    """All of a partnership, as it stands: committees first, then mandates, then open decisions."""
    mandates = await committees.mandates_in_force(session, partnership_id)
    sitting = await seats(session, partnership_id)
    named = (await parties_of(session, [partnership_id])).get(partnership_id, ())
    parties = [PartyWeight(party.id, party.name, party.weight) for party in named]
    bodies = await _bodies(session, partnership_id)
    now = await partnership_now(session, partnership_id)
    found = [
        finding
        for body in (*bodies, *domain.bodies_by_role(mandates, sitting))
        for finding in domain.body_findings(body, sitting, parties)
    ]
    found += [each for mandate in mandates for each in domain.mandate_findings(mandate, bodies, sitting)]
    for decision in await _open(session, partnership_id):
        found += domain.decision_findings(decision, bodies, now)
    return found


async def _bodies(session: AsyncSession, partnership_id: UUID) -> list[Body]:
    return [
        Body(
            each.committee.name,
            each.members,
            each.committee.id,
            each.committee.key,
            each.committee.meets_every,
            each.chair_id,
        )
        for each in await committees.all_committees(session, partnership_id)
    ]


async def _open(session: AsyncSession, partnership_id: UUID) -> list[OpenDecision]:
    statement = select(Decision).where(Decision.partnership_id == partnership_id, Decision.status == Status.OPEN)
    rows = (await session.execute(statement.order_by(Decision.id))).scalars()
    return [OpenDecision(row.id, row.opened_at, row.expires_at, row.committee_id) for row in rows]
