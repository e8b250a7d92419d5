"""Proposing and signing a settlement. Both are given a locked case, so that there is one order of them all."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, Unavailable
from entente_shared.events.conflicts import AdjustmentTerm, CaseSettled, Term
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from ..cases import commands as case_commands
from ..cases.domain import Actor, CaseState, require_open
from ..cases.models import Case
from ..charter import queries as charter
from ..ladder import commands as ladder_commands
from ..terms.commands import resolve_terms
from ..terms.domain import Draft
from . import domain, queries
from .domain import SettlementState
from .models import Settlement, Signature

_TERMS: TypeAdapter[list[Term]] = TypeAdapter(list[Term])


async def propose(session: AsyncSession, case: Case, drafts: Sequence[Draft], actor: Actor) -> Settlement:
    """Propose terms to all parties. The older proposals of the case can be signed no more."""
    require_open(case.state)
    signatories = await _signatories(session, case.partnership_id)
    terms = await resolve_terms(session, case, drafts)
    number = await _supersede(session, case) + 1
    content = _content(case, number, terms)
    settlement = Settlement(
        partnership_id=case.partnership_id,
        id=new_id(),
        case_id=case.id,
        number=number,
        state=SettlementState.PROPOSED,
        content=content,
        hash=domain.digest(content),
        signatories=[str(party) for party in signatories],
        party_id=actor.party_id,
        person_id=actor.person_id,
        proposed_at=await partnership_now(session, case.partnership_id),
        version=1,
        signatures=[],
    )
    session.add(settlement)
    return settlement


async def sign(session: AsyncSession, case: Case, settlement_id: UUID, signed_hash: str, actor: Actor) -> Settlement:
    """Sign for a party, once. The last party's signature settles the case."""
    settlement = await queries.get(session, case.partnership_id, case.id, settlement_id)
    signatories = [UUID(party) for party in settlement.signatories]
    domain.check_signature(settlement.state, settlement.hash, signed_hash, actor.party_id, signatories)
    signed = {signature.party_id for signature in settlement.signatures}
    if actor.party_id in signed:
        return settlement
    now = await partnership_now(session, case.partnership_id)
    terms = _TERMS.validate_python(settlement.terms)
    domain.check_due((term.due_at for term in terms if not isinstance(term, AdjustmentTerm)), now)
    settlement.version += 1
    settlement.signatures.append(
        Signature(party_id=actor.party_id, person_id=actor.person_id, hash=signed_hash, signed_at=now)
    )
    if domain.agreed(signatories, signed | {actor.party_id}):
        await _settle(session, case, settlement, now)
    return settlement


async def _supersede(session: AsyncSession, case: Case) -> int:
    """Put the proposals so far out of force; returns how many there are."""
    earlier = await queries.of_case(session, case.partnership_id, case.id)
    for settlement in earlier:
        if settlement.state is SettlementState.PROPOSED:
            settlement.state = SettlementState.SUPERSEDED
            settlement.version += 1
    return len(earlier)


async def _settle(session: AsyncSession, case: Case, settlement: Settlement, now: datetime) -> None:
    settlement.state = SettlementState.SIGNED
    case.state, case.settled_at = CaseState.SETTLED, now
    await ladder_commands.stop(session, case)
    event = CaseSettled(
        partnership_id=case.partnership_id,
        case_id=case.id,
        settlement_id=settlement.id,
        level=case.level,
        terms=_TERMS.validate_python(settlement.terms),
        settled_at=now,
    )
    case_commands.tell(session, case, event)


async def _signatories(session: AsyncSession, partnership_id: UUID) -> list[UUID]:
    parties = await charter.parties(session, partnership_id)
    if not parties:
        raise Unavailable(
            N_("The partnership's parties are not known here yet; try again in a moment."), headers={"Retry-After": "1"}
        )
    return sorted(party.party_id for party in parties)


def _content(case: Case, number: int, terms: list[Term]) -> dict[str, Any]:
    """What is hashed and signed: the terms, and which proposal of which case they are."""
    return {
        "partnership_id": str(case.partnership_id),
        "case_id": str(case.id),
        "number": number,
        "terms": _TERMS.dump_python(terms, mode="json"),
    }
