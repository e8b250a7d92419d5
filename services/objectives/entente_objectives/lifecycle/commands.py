"""Entering a stage, and settling what is open before the parties part."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.charter.canonical import Text
from entente_objectives.commitments import resolving as commitments
from entente_objectives.governance import commands as governance
from entente_objectives.partnerships import commands as partnerships
from entente_objectives.partnerships.commands import Mover
from entente_objectives.partnerships.domain import Stage
from entente_objectives.partnerships.queries import load_partnership
from entente_objectives.receipts import commands as receipts
from entente_objectives.reviews import commands as reviews
from entente_shared import timers
from entente_shared.errors import N_, Conflict
from entente_shared.events.conflicts import CaseClosed, CaseOpened
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from . import domain, facts, queries
from .domain import OpenMatters
from .models import ExitSettlement, ExitSignature, KnownCase


class SettlementUnsigned(Conflict):
    slug, title = "settlement-unsigned", N_("The settlement is not signed by every party")


class OlderSettlement(Conflict):
    slug, title = "older-settlement", N_("This is not the newest settlement")


class OtherText(Conflict):
    slug, title = "other-text", N_("The hash is not that of this text")


async def enter(
    session: AsyncSession, partnership_id: UUID, stage: Stage, mover: Mover, say: Callable[[str], str]
) -> None:
    """Enter `stage` where all its conditions hold. The caller holds the partnership's lock against every other write."""
    partnership = await load_partnership(session, partnership_id, lock=True)
    domain.check_open(partnership.stage)
    domain.check_transition(partnership.stage, stage)
    settled = await _settled(session, partnership_id, mover.settlement_id) if stage is Stage.EXIT else None
    domain.check_conditions(await queries.conditions_of(session, partnership_id, stage, settled), say)
    if stage is Stage.EXIT:
        await _wind_up(session, partnership_id)
    await partnerships.enter_stage(session, partnership_id, stage, mover)


async def _settled(session: AsyncSession, partnership_id: UUID, settlement_id: UUID | None) -> OpenMatters | None:
    """What the newest text settles: of the commitments, those that are still what they were when it was proposed."""
    if settlement_id is None:
        return None
    settlement = await queries.load_settlement(session, partnership_id, settlement_id)
    if settlement_id != await queries.newest_settlement(session, partnership_id):
        raise OlderSettlement(
            N_("settlement_id: a newer text was proposed since; have that one signed, or propose this one again."),
            pointer="/settlement_id",
        )
    if not settlement.complete:
        raise SettlementUnsigned(
            N_("settlement_id: not every party has signed this text yet; have it signed first."),
            pointer="/settlement_id",
        )
    named = settlement.settles
    versions = await facts.commitment_versions(session, partnership_id, named.commitments)
    return replace(named, commitments=domain.unchanged(settlement.commitment_versions, versions))


async def _wind_up(session: AsyncSession, partnership_id: UUID) -> None:
    """End what the settlement settles: commitments are waived, and no timer will decide or review anything any more."""
    still = await facts.open_matters(session, partnership_id)
    await commitments.release(session, partnership_id, still.commitments)
    for decision_id in still.decisions:
        for kind in (governance.EXPIRY, receipts.VETO_WINDOW):
            await timers.cancel(session, kind, partnership_id, decision_id)
    await reviews.end_all(session, partnership_id)


async def propose_settlement(
    session: AsyncSession, partnership_id: UUID, party_id: UUID, person_id: UUID, text: str
) -> UUID:
    """Propose a text that settles what is open at this moment, and return its id."""
    still = await facts.open_matters(session, partnership_id)
    versions = await facts.commitment_versions(session, partnership_id, still.commitments)
    matters = {
        "decisions": sorted(map(str, still.decisions)),
        "commitments": sorted(map(str, still.commitments)),
        "cases": sorted(map(str, still.cases)),
        "commitment_versions": {str(each): version for each, version in sorted(versions.items())},
    }
    settlement = ExitSettlement(
        partnership_id=partnership_id,
        id=new_id(),
        text=text,
        matters=matters,
        hash=Text.of({"partnership_id": str(partnership_id), "text": text, "matters": matters}).hash,
        party_id=party_id,
        person_id=person_id,
        proposed_at=await partnership_now(session, partnership_id),
    )
    session.add(settlement)
    await session.flush()
    return settlement.id


async def sign_settlement(
    session: AsyncSession, partnership_id: UUID, settlement_id: UUID, mover: Mover, text_hash: str
) -> None:
    """Sign exactly this text for a party, once."""
    settlement = await queries.load_settlement(session, partnership_id, settlement_id, lock=True)
    if text_hash != settlement.hash:
        raise OtherText(N_("hash: is not that of this text; read the text again, and sign its hash."), pointer="/hash")
    if mover.party_id not in {signature.party_id for signature in settlement.signatures}:
        session.add(
            ExitSignature(
                partnership_id=partnership_id,
                id=new_id(),
                settlement_id=settlement_id,
                party_id=mover.party_id,
                person_id=mover.person_id,
                signed_at=await partnership_now(session, partnership_id),
            )
        )
        await session.flush()


async def note_case(session: AsyncSession, event: CaseOpened) -> None:
    values = {"title": event.title, "opened_at": event.opened_at, "closed_at": None}
    await session.execute(
        insert(KnownCase)
        .values(partnership_id=event.partnership_id, id=event.case_id, **values)
        .on_conflict_do_nothing()
    )


async def note_end_of_case(session: AsyncSession, event: CaseClosed) -> None:
    """A case that is not known was opened before cases were noted here, and never counted as open."""
    case = await session.get(KnownCase, (event.partnership_id, event.case_id))
    if case is not None:
        case.closed_at = event.closed_at
