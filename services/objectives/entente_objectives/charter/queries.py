"""Reads of the charter: the line of versions, and the one in force."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.terms.domain import Terms
from entente_shared.errors import N_
from entente_shared.web import paginate

from . import domain
from .canonical import Text
from .domain import Withdrawable
from .models import Charter, CharterSignature, CharterVersion, CharterWithdrawal


@dataclass(frozen=True)
class SignedVersion:
    """A version with its signatures, as it is shown."""

    id: UUID
    version: int
    based_on: int | None
    hash: str
    content: dict[str, Any]
    party_id: UUID
    person_id: UUID
    proposed_at: datetime
    note: str | None
    signatures: tuple[CharterSignature, ...]
    withdrawals: tuple[CharterWithdrawal, ...]
    agreed: bool

    @property
    def withdrawn(self) -> bool:
        return any(row.what is Withdrawable.PROPOSAL for row in self.withdrawals)

    @property
    def acts(self) -> int:
        """How often it was signed or withdrawn: it only rises. A signature that was withdrawn is two acts, and one row."""
        signatures = sum(row.what is Withdrawable.SIGNATURE for row in self.withdrawals)
        return len(self.signatures) + len(self.withdrawals) + signatures

    @property
    def terms(self) -> Terms:
        return Text.of(self.content).terms


async def signatures_of(
    session: AsyncSession, partnership_id: UUID, numbers: Sequence[int]
) -> dict[int, list[CharterSignature]]:
    rows = await session.execute(
        select(CharterSignature)
        .where(CharterSignature.partnership_id == partnership_id, CharterSignature.number.in_(numbers))
        .order_by(CharterSignature.signed_at, CharterSignature.party_id)
    )
    found = defaultdict[int, list[CharterSignature]](list)
    for signature in rows.scalars():
        found[signature.number].append(signature)
    return found


async def withdrawals_of(
    session: AsyncSession, partnership_id: UUID, numbers: Sequence[int]
) -> dict[int, list[CharterWithdrawal]]:
    rows = await session.execute(
        select(CharterWithdrawal)
        .where(CharterWithdrawal.partnership_id == partnership_id, CharterWithdrawal.number.in_(numbers))
        .order_by(CharterWithdrawal.withdrawn_at, CharterWithdrawal.id)
    )
    found = defaultdict[int, list[CharterWithdrawal]](list)
    for withdrawal in rows.scalars():
        found[withdrawal.number].append(withdrawal)
    return found


async def _signed(session: AsyncSession, partnership_id: UUID, rows: Sequence[CharterVersion]) -> list[SignedVersion]:
    numbers = [row.number for row in rows]
    signatures = await signatures_of(session, partnership_id, numbers)
    withdrawals = await withdrawals_of(session, partnership_id, numbers)
    parties = {row.number: {party["party_id"] for party in Text(row.canonical).document["parties"]} for row in rows}
    return [
        SignedVersion(
            id=row.id,
            version=row.number,
            based_on=row.based_on,
            hash=row.hash,
            content=Text(row.canonical).document,
            party_id=row.party_id,
            person_id=row.person_id,
            proposed_at=row.proposed_at,
            note=row.note,
            signatures=tuple(signatures[row.number]),
            withdrawals=tuple(withdrawals[row.number]),
            agreed={str(signature.party_id) for signature in signatures[row.number]} >= parties[row.number],
        )
        for row in rows
    ]


async def list_versions(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(CharterVersion).where(CharterVersion.partnership_id == partnership_id)
    rows, next_cursor = await paginate(session, statement, CharterVersion.id, cursor, limit)
    return await _signed(session, partnership_id, rows), next_cursor


async def find_version(session: AsyncSession, partnership_id: UUID, number: int) -> CharterVersion | None:
    return (
        await session.execute(
            select(CharterVersion).where(
                CharterVersion.partnership_id == partnership_id, CharterVersion.number == number
            )
        )
    ).scalar_one_or_none()


async def load_version(session: AsyncSession, partnership_id: UUID, number: int) -> SignedVersion:
    row = await find_version(session, partnership_id, number)
    if row is None:
        raise domain.NoSuchVersion(N_("There is no such version; GET .../charter/versions lists them."))
    return (await _signed(session, partnership_id, [row]))[0]


async def load_agreed(session: AsyncSession, partnership_id: UUID) -> SignedVersion:
    """The charter in force."""
    charter = await session.get(Charter, partnership_id)
    if charter is None or charter.agreed is None:
        raise domain.NoCharter(
            N_("No version of the charter was signed by every party; propose one, or sign the newest.")
        )
    return await load_version(session, partnership_id, charter.agreed)
