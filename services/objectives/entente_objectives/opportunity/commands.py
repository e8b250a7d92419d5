"""Open an analysis, score it, and say go or not. Scores and positions lock the analysis."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.partnerships.queries import load_partnership
from entente_objectives.sealing.queries import parties
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from . import domain, queries
from .domain import Dimension, Position, Status
from .models import Opportunity, OpportunityPosition, OpportunityScore


async def open_analysis(session: AsyncSession, partnership_id: UUID, party_id: UUID, title: str) -> Opportunity:
    """Raises CharterInForce and AnalysisOpen."""
    await load_partnership(session, partnership_id, lock=True)  # analyses are opened one after the other
    number, one_is_open = await queries.newest(session, partnership_id)
    domain.check_may_open(in_force=await queries.in_force(session, partnership_id), one_is_open=one_is_open)
    opened = Opportunity(
        partnership_id=partnership_id,
        id=new_id(),
        number=number + 1,
        title=title,
        party_id=party_id,
        status=Status.OPEN,
        opened_at=await partnership_now(session, partnership_id),
        concluded_at=None,
        version=1,
    )
    session.add(opened)
    await session.flush()
    return opened


async def score(
    session: AsyncSession,
    found: Opportunity,
    party_id: UUID,
    person_id: UUID,
    scores: Mapping[Dimension, tuple[int, str]],
) -> None:
    """Score a locked analysis for a party, with reasons; what it scored before is replaced.

    Raises CharterInForce, AnalysisConcluded and ScoresSettled.
    """
    domain.check_before_signing(in_force=await queries.in_force(session, found.partnership_id))
    before = await queries.load_analysis(session, found)
    domain.check_scorable(found.status, decided=bool(before.positions), scored=before.scored(party_id))
    now = await partnership_now(session, found.partnership_id)
    for dimension, (value, reason) in scores.items():
        await session.merge(
            OpportunityScore(
                partnership_id=found.partnership_id,
                opportunity_id=found.id,
                party_id=party_id,
                dimension=dimension,
                score=value,
                reason=reason,
                person_id=person_id,
                at=now,
            )
        )
    found.version += 1
    await session.flush()


async def take_position(
    session: AsyncSession, found: Opportunity, party_id: UUID, person_id: UUID, position: Position, reason: str
) -> None:
    """Say go or not for a party, in a locked analysis; the last party's position concludes it.

    Raises CharterInForce, AnalysisConcluded and ScoresAwaited.
    """
    domain.check_before_signing(in_force=await queries.in_force(session, found.partnership_id))
    before = await queries.load_analysis(session, found)
    domain.check_decidable(found.status, before.scores_awaited)
    now = await partnership_now(session, found.partnership_id)
    for standing in before.positions:
        if standing.party_id == party_id:
            standing.replaced_at = now
    await session.flush()
    session.add(
        OpportunityPosition(
            partnership_id=found.partnership_id,
            id=new_id(),
            opportunity_id=found.id,
            party_id=party_id,
            person_id=person_id,
            position=position,
            reason=reason,
            at=now,
            replaced_at=None,
        )
    )
    found.version += 1
    everyone = await parties(session, found.partnership_id)
    found.status = domain.conclude({**before.stand, party_id: position}, everyone)
    found.concluded_at = None if found.status is Status.OPEN else now
    await session.flush()
