"""Negotiation of the charter: one line of proposals, agreed when every party signed the newest."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from uuid import UUID

from entente_shared.errors import N_, Conflict, NotFound


class NotTheNewest(Conflict):
    slug, title = "not-the-newest", N_("There is a newer version of the charter")


class NoSuchVersion(NotFound):
    slug, title = "no-such-version", N_("There is no such version of the charter")


class OtherText(Conflict):
    slug, title = "other-text", N_("That is not the text of this version")


class NoCharter(NotFound):
    slug, title = "no-charter", N_("The parties have not agreed on a charter yet")


@dataclass(frozen=True)
class Negotiation:
    """Where it stands: the newest version, its hash, who signed it, and the version in force (None before)."""

    newest: int = 0
    hash: str = ""
    signed: frozenset[UUID] = field(default_factory=frozenset)
    agreed: int | None = None


def propose(negotiation: Negotiation, based_on: int | None, text_hash: str) -> Negotiation:
    """Put a new version on top of the newest. It voids the signatures of the one before, unless that was agreed."""
    if (based_on or 0) != negotiation.newest:
        raise NotTheNewest(
            N_("based_on: the newest version is {newest}; read it, and base your proposal on it."),
            pointer="/based_on",
            newest=negotiation.newest or "null",
        )
    return replace(negotiation, newest=negotiation.newest + 1, hash=text_hash, signed=frozenset())


def sign(negotiation: Negotiation, version: int, text_hash: str, party: UUID, parties: Collection[UUID]) -> Negotiation:
    """`party` signs exactly this text. Signing again changes nothing."""
    if not 1 <= version <= negotiation.newest:
        raise NoSuchVersion(
            N_("There is no such version; the newest is {newest}."),
            newest=negotiation.newest or "null",
        )
    if version != negotiation.newest:
        raise NotTheNewest(
            N_("This version has been replaced; the newest is {newest}, which is the one to sign."),
            newest=negotiation.newest,
        )
    if text_hash != negotiation.hash:
        raise OtherText(
            N_("hash: is not this version's; read the version again, and sign its hash."),
            pointer="/hash",
        )
    signed = negotiation.signed | {party}
    return replace(negotiation, signed=signed, agreed=version if signed >= set(parties) else negotiation.agreed)
