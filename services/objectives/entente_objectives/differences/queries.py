"""Reads of what changed between versions of the charter."""

from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.charter import queries as charter
from entente_objectives.charter.canonical import Text
from entente_objectives.charter.models import CharterVersion
from entente_objectives.charter.queries import SignedVersion

from . import domain

# Over a longer way it is not said which version brought a change: each version on the way has to be read for it.
FARTHEST = 50


@dataclass(frozen=True)
class TracedChange:
    """`version` is the one that brought the change, and `party_id` who proposed it."""

    change: domain.Change
    version: int | None
    party_id: UUID | None


@dataclass(frozen=True)
class Comparison:
    before: SignedVersion
    after: SignedVersion
    changes: tuple[TracedChange, ...]


async def compare(session: AsyncSession, partnership_id: UUID, before: int, after: int) -> Comparison:
    """Raises NoSuchVersion."""
    ours = await charter.load_version(session, partnership_id, before)
    theirs = await charter.load_version(session, partnership_id, after)
    changes = domain.differences(domain.without_head(ours.content), domain.without_head(theirs.content))
    between = await _versions(session, partnership_id, min(before, after), max(before, after))
    steps = {newer.number: domain.differences(_terms(older), _terms(newer)) for older, newer in pairwise(between)}
    proposers = {row.number: row.party_id for row in between}
    origins = domain.origins(changes, steps)
    traced = [
        TracedChange(change, origin, proposers[origin] if origin else None)
        for change, origin in zip(changes, origins, strict=True)
    ]
    return Comparison(ours, theirs, tuple(traced))


def _terms(row: CharterVersion) -> dict[str, object]:
    return domain.without_head(Text(row.canonical).document)


async def _versions(session: AsyncSession, partnership_id: UUID, first: int, last: int) -> list[CharterVersion]:
    """The versions from `first` to `last`; none where they are too far apart."""
    if last - first > FARTHEST:
        return []
    statement = select(CharterVersion).where(
        CharterVersion.partnership_id == partnership_id, CharterVersion.number.between(first, last)
    )
    return list((await session.execute(statement.order_by(CharterVersion.number))).scalars())
