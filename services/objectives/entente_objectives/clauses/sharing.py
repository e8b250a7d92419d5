"""Bands by which the parties share gain and pain."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from entente_shared.errors import N_

from .domain import WHOLE, twice, unknown


@dataclass(frozen=True, kw_only=True)
class PartyShare:
    party_id: UUID
    share: Decimal


@dataclass(frozen=True, kw_only=True)
class Band:
    """Of the part of the joint result from `above` up to `up_to`, in money, each party has its share (0 if not named)."""

    key: str
    above: Decimal | None
    up_to: Decimal | None
    shares: tuple[PartyShare, ...]


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """Bands of gain and pain (NEC4 option C, clause 54), which cover every result once."""

    currency: str
    bands: tuple[Band, ...]


def check_sharing(sharing: Sharing | None, parties: Collection[UUID]) -> Iterator[tuple[str, str]]:
    if sharing is None:
        return
    bands = sharing.bands
    yield from twice("/shares/bands", "key", [band.key for band in bands])
    for index, band in enumerate(bands):
        yield from _check_band(band, f"/shares/bands/{index}", parties)
    for index, (before, band) in enumerate(pairwise(bands), start=1):
        if before.up_to is None or band.above != before.up_to:
            yield (
                f"/shares/bands/{index}/above",
                N_("above: must be where the band before ends, so that every result falls into one band."),
            )
    if bands[0].above is not None:
        yield "/shares/bands/0/above", N_("above: the first band has no lower end; make it null.")
    if bands[-1].up_to is not None:
        yield f"/shares/bands/{len(bands) - 1}/up_to", N_("up_to: the last band has no upper end; make it null.")


def _check_band(band: Band, pointer: str, parties: Collection[UUID]) -> Iterator[tuple[str, str]]:
    if band.above is not None and band.up_to is not None and band.above >= band.up_to:
        yield f"{pointer}/up_to", N_("up_to: must be greater than above.")
    named = [share.party_id for share in band.shares]
    yield from twice(f"{pointer}/shares", "party_id", named)
    yield from unknown(f"{pointer}/shares", "/party_id", named, parties)
    if sum(share.share for share in band.shares) != WHOLE:
        yield f"{pointer}/shares", N_("shares: do not add up to exactly 1; correct them.")
