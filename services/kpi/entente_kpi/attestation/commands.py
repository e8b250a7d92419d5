"""Say whether another party's claim holds."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from . import domain, queries
from .domain import Judgement, Standing
from .models import Verdict


async def judge(
    session: AsyncSession,
    partnership_id: UUID,
    subject_id: UUID,
    *,
    claimed_by: UUID,
    judgement: Judgement,
    revision: int = 1,
) -> Standing:
    """Add a verdict on a locked subject; returns what the subject stands as now. Raises OwnClaim."""
    domain.check_judge(claimed_by, judgement.party_id)
    earlier = await queries.of_subject(session, partnership_id, subject_id)
    verdict = Verdict(
        partnership_id=partnership_id,
        id=new_id(),
        subject_id=subject_id,
        number=len(earlier) + 1,
        revision=revision,
        party_id=judgement.party_id,
        person_id=judgement.person_id,
        opinion=judgement.opinion,
        reason=judgement.reason,
        at=await partnership_now(session, partnership_id),
    )
    session.add(verdict)
    return domain.standing((each.party_id, each.opinion) for each in (*earlier, verdict) if each.revision == revision)
