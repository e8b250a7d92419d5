"""Claim benefits, say what was had of them, and judge another party's claims. A benefit is given locked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now
from entente_shared.web import Member

from ..attestation import commands as attestation
from ..attestation import domain as claims
from ..attestation.domain import Judgement, Standing
from ..circle import queries as circle
from ..definitions.models import Kpi
from . import domain, queries
from .models import Benefit, BenefitShare, Realisation


async def claim_benefit(session: AsyncSession, member: Member, draft: domain.Draft) -> Benefit:
    """Raises InvalidBenefit."""
    benefit = Benefit(
        partnership_id=member.partnership_id,
        id=new_id(),
        party_id=member.party_id,
        organisation_id=member.organisation_id,
        standing=Standing.CLAIMED,
        revision=1,
        shares=[],
    )
    await _write(session, benefit, draft)
    session.add(benefit)
    await session.flush()
    return benefit


async def change_benefit(session: AsyncSession, benefit: Benefit, member: Member, draft: domain.Draft) -> None:
    """The claim stands as a new one: what was said of it before counts no more. Raises ClaimState and InvalidBenefit."""
    claims.check_owner(benefit.party_id, member.party_id)
    realisations = await queries.count_realisations(session, benefit)
    domain.require_changeable(benefit.standing, realisations, benefit.visibility, draft.visibility)
    benefit.revision += 1
    benefit.standing = Standing.CLAIMED
    await _write(session, benefit, draft)
    await session.flush()


async def _write(session: AsyncSession, benefit: Benefit, draft: domain.Draft) -> None:
    domain.check_draft(draft, await circle.parties(session, benefit.partnership_id))
    if draft.kpi_id is not None and await session.get(Kpi, (benefit.partnership_id, draft.kpi_id)) is None:
        raise domain.InvalidBenefit(N_("No KPI of this partnership has this id."), pointer="/kpi_id")
    benefit.title, benefit.description, benefit.kind = draft.title, draft.description, draft.kind
    benefit.visibility, benefit.expected_at = draft.visibility, draft.expected_at
    benefit.expected_amount, benefit.currency = draft.expected.amount, draft.expected.currency
    benefit.expected_score = draft.expected.score
    benefit.kpi_id, benefit.objective_id = draft.kpi_id, draft.objective_id
    kept = {share.party_id: share for share in benefit.shares}
    benefit.shares = [kept.get(party) or BenefitShare(party_id=party) for party in sorted(draft.shares)]
    for share in benefit.shares:
        share.share = draft.shares[share.party_id]


async def judge_benefit(session: AsyncSession, benefit: Benefit, judgement: Judgement, revision: int) -> None:
    """Say of the `revision` of a benefit whether what it expects holds."""
    claims.require_standing(benefit.standing)
    domain.check_revision(revision, benefit.revision)
    benefit.standing = await attestation.judge(
        session,
        benefit.partnership_id,
        benefit.id,
        claimed_by=benefit.party_id,
        judgement=judgement,
        revision=revision,
    )
    await session.flush()


async def withdraw_benefit(session: AsyncSession, benefit: Benefit, party_id: UUID) -> None:
    """It stays readable, and counts no more."""
    claims.check_owner(benefit.party_id, party_id)
    claims.require_standing(benefit.standing)
    benefit.standing = Standing.WITHDRAWN
    await session.flush()


async def realise_benefit(
    session: AsyncSession, benefit: Benefit, party_id: UUID, *, at: datetime, value: domain.Value, note: str
) -> Realisation:
    """Say that some of it was had. Raises ClaimState and InvalidBenefit."""
    claims.check_owner(benefit.party_id, party_id)
    claims.require_standing(benefit.standing)
    now = await partnership_now(session, benefit.partnership_id)
    expected = domain.Value(benefit.expected_amount, benefit.currency, benefit.expected_score)
    domain.check_realised(expected, value, at, now)
    realisation = Realisation(
        partnership_id=benefit.partnership_id,
        id=new_id(),
        benefit_id=benefit.id,
        at=at,
        amount=value.amount,
        score=value.score,
        note=note,
        standing=Standing.CLAIMED,
        recorded_at=now,
    )
    session.add(realisation)
    await session.flush()
    return realisation


async def judge_realisation(
    session: AsyncSession, benefit: Benefit, realisation: Realisation, judgement: Judgement
) -> None:
    claims.require_standing(benefit.standing)
    claims.require_standing(realisation.standing)
    realisation.standing = await attestation.judge(
        session,
        benefit.partnership_id,
        realisation.id,
        claimed_by=benefit.party_id,
        judgement=judgement,
    )
    await session.flush()


async def withdraw_realisation(
    session: AsyncSession, benefit: Benefit, realisation: Realisation, party_id: UUID
) -> None:
    claims.check_owner(benefit.party_id, party_id)
    claims.require_standing(realisation.standing)
    realisation.standing = Standing.WITHDRAWN
    await session.flush()
