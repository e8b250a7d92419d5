"""Proposals, signatures and withdrawals. Each locks the partnership's charter row first, so that they come one after the other."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.objectives import commands as objectives
from entente_objectives.partnerships import commands as partnerships
from entente_objectives.partnerships.queries import parties_of
from entente_objectives.terms import domain as terms
from entente_shared.events.objectives import CharterSigned
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from . import domain, queries
from .canonical import Text
from .domain import Negotiation, Withdrawable
from .models import Charter, CharterSignature, CharterVersion, CharterWithdrawal


async def propose(
    session: AsyncSession,
    partnership_id: UUID,
    party_id: UUID,
    person_id: UUID,
    *,
    based_on: int | None,
    document: dict[str, Any],
    note: str | None = None,
) -> int:
    """Propose `document` (the terms as JSON) as the next version, and return its number. `note` says why."""
    charter, before = await _lock(session, partnership_id)
    parties = (await parties_of(session, [partnership_id]))[partnership_id]
    names = [{"party_id": p.id, "organisation_id": p.organisation_id, "weight": p.weight} for p in parties]
    text = Text.of(
        {
            **document,
            "partnership_id": str(partnership_id),
            "version": before.newest + 1,
            "based_on": based_on,
            "parties": [{name: str(value) for name, value in party.items()} for party in names],
        }
    )
    after = domain.propose(before, based_on, text.hash, party_id)
    terms.check(text.terms, {party.id for party in parties})
    session.add(
        CharterVersion(
            partnership_id=partnership_id,
            id=new_id(),
            number=after.newest,
            based_on=based_on,
            canonical=text.canonical,
            hash=text.hash,
            party_id=party_id,
            person_id=person_id,
            proposed_at=await partnership_now(session, partnership_id),
            note=note,
        )
    )
    charter.newest = after.newest
    await session.flush()
    return after.newest


async def sign(
    session: AsyncSession, partnership_id: UUID, party_id: UUID, person_id: UUID, *, number: int, text_hash: str
) -> None:
    """Sign version `number` for a party. The last party's signature puts it into force."""
    charter, before = await _lock(session, partnership_id)
    parties = {party.id for party in (await parties_of(session, [partnership_id]))[partnership_id]}
    after = domain.sign(before, number, text_hash, party_id, parties)
    if after.signed != before.signed:
        session.add(
            CharterSignature(
                partnership_id=partnership_id,
                number=number,
                party_id=party_id,
                person_id=person_id,
                hash=text_hash,
                signed_at=await partnership_now(session, partnership_id),
            )
        )
    if after.agreed != before.agreed:
        charter.agreed = after.agreed
        await _put_into_force(session, partnership_id, number, before.agreed)


async def withdraw(
    session: AsyncSession,
    partnership_id: UUID,
    party_id: UUID,
    person_id: UUID,
    what: Withdrawable,
    number: int,
    reason: str,
) -> None:
    """Take back a party's own signature or proposal. What was signed and withdrawn stays on record with its reason."""
    _, before = await _lock(session, partnership_id)
    decide = domain.withdraw_signature if what is Withdrawable.SIGNATURE else domain.withdraw_proposal
    decide(before, number, party_id)
    if what is Withdrawable.SIGNATURE:
        await session.delete(await session.get_one(CharterSignature, (partnership_id, number, party_id)))
    session.add(
        CharterWithdrawal(
            partnership_id=partnership_id,
            id=new_id(),
            number=number,
            what=what,
            party_id=party_id,
            person_id=person_id,
            reason=reason,
            withdrawn_at=await partnership_now(session, partnership_id),
        )
    )
    await session.flush()


async def _put_into_force(session: AsyncSession, partnership_id: UUID, number: int, previous: int | None) -> None:
    await session.flush()
    agreed = await queries.load_version(session, partnership_id, number)
    publish(session, CharterSigned.model_validate({**agreed.content, "hash": agreed.hash}))
    replaced = (await queries.load_version(session, partnership_id, previous)).terms if previous else None
    await objectives.follow_charter(
        session, partnership_id, number, agreed.terms.objectives, replaced.objectives if replaced else ()
    )
    await partnerships.begin_work(session, partnership_id)


async def _lock(session: AsyncSession, partnership_id: UUID) -> tuple[Charter, Negotiation]:
    """The charter's row under lock (made when it is first needed), and where the negotiation stands."""
    await session.execute(
        insert(Charter).values(partnership_id=partnership_id, newest=0, agreed=None).on_conflict_do_nothing()
    )
    locked = select(Charter).where(Charter.partnership_id == partnership_id).with_for_update()
    charter = (await session.execute(locked)).scalar_one()
    if charter.newest == 0:
        return charter, Negotiation()
    newest = await queries.load_version(session, partnership_id, charter.newest)
    signed = frozenset(signature.party_id for signature in newest.signatures)
    return charter, Negotiation(charter.newest, newest.hash, signed, charter.agreed, newest.party_id, newest.withdrawn)
