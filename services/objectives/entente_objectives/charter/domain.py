"""Negotiation of the charter: one line of proposals, agreed when every party signed the newest."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Conflict, Forbidden, NotFound


class Withdrawable(StrEnum):
    SIGNATURE = "signature"
    PROPOSAL = "proposal"


class NotTheNewest(Conflict):
    slug, title = "not-the-newest", N_("There is a newer version of the charter")


class NoSuchVersion(NotFound):
    slug, title = "no-such-version", N_("There is no such version of the charter")


class OtherText(Conflict):
    slug, title = "other-text", N_("That is not the text of this version")


class NoCharter(NotFound):
    slug, title = "no-charter", N_("The parties have not agreed on a charter yet")


class Withdrawn(Conflict):
    slug, title = "version-withdrawn", N_("This version of the charter was withdrawn")


class InForce(Conflict):
    slug, title = "version-in-force", N_("This version of the charter is agreed")


class NotSigned(Conflict):
    slug, title = "not-signed", N_("Your party's signature is not on this version")


class NotYours(Forbidden):
    slug, title = "not-your-proposal", N_("Each party withdraws its own proposals")


@dataclass(frozen=True)
class Negotiation:
    """Where it stands: the newest version, its hash, who proposed it, who signed it, whether it was withdrawn, and the
    version in force (None before).
    """

    newest: int = 0
    hash: str = ""
    signed: frozenset[UUID] = field(default_factory=frozenset)
    agreed: int | None = None
    proposer: UUID | None = None
    withdrawn: bool = False


def propose(negotiation: Negotiation, based_on: int | None, text_hash: str, party: UUID | None = None) -> Negotiation:
    """Put a new version on top of the newest. It voids the signatures of the one before, unless that was agreed.

    A version that was withdrawn stays the newest until then: who proposes shows that they have seen it go.
    """
    if (based_on or 0) != negotiation.newest:
        raise NotTheNewest(
            N_("based_on: the newest version is {newest}; read it, and base your proposal on it."),
            pointer="/based_on",
            newest=negotiation.newest or "null",
        )
    return Negotiation(negotiation.newest + 1, text_hash, frozenset(), negotiation.agreed, party)


def sign(negotiation: Negotiation, version: int, text_hash: str, party: UUID, parties: Collection[UUID]) -> Negotiation:
    """`party` signs exactly this text. Signing again changes nothing."""
    _check_newest(
        negotiation, version, N_("This version has been replaced; the newest is {newest}, which is the one to sign.")
    )
    if text_hash != negotiation.hash:
        raise OtherText(
            N_("hash: is not this version's; read the version again, and sign its hash."),
            pointer="/hash",
        )
    signed = negotiation.signed | {party}
    return replace(negotiation, signed=signed, agreed=version if signed >= set(parties) else negotiation.agreed)


def withdraw_signature(negotiation: Negotiation, version: int, party: UUID) -> Negotiation:
    """`party` takes its signature back, as long as not all have signed. It may sign again."""
    _check_open(negotiation, version)
    if party not in negotiation.signed:
        raise NotSigned(N_("There is no signature of your party on this version; there is nothing to withdraw."))
    return replace(negotiation, signed=negotiation.signed - {party})


def withdraw_proposal(negotiation: Negotiation, version: int, party: UUID) -> Negotiation:
    """The proposer takes the newest version back. The one before does not stand again: a new proposal is due.

    A counter-proposal rejects what it answers, so that its withdrawal revives nothing (Hyde v Wrench, 1840). Otherwise a
    signature that a proposal had voided would bind again, without a new act of the party that gave it.
    """
    _check_open(negotiation, version)
    if party != negotiation.proposer:
        raise NotYours(N_("Another party proposed this version; sign it, propose another, or ask them to withdraw it."))
    return replace(negotiation, withdrawn=True)


def _check_open(negotiation: Negotiation, version: int) -> None:
    _check_newest(
        negotiation,
        version,
        N_("This version has been replaced; the newest is {newest}, and only that can be withdrawn."),
    )
    if negotiation.agreed == version:
        raise InForce(N_("Every party signed this version, and it holds; propose an amendment instead."))


def _check_newest(negotiation: Negotiation, version: int, replaced: str) -> None:
    if not 1 <= version <= negotiation.newest:
        raise NoSuchVersion(
            N_("There is no such version; the newest is {newest}."),
            newest=negotiation.newest or "null",
        )
    if version != negotiation.newest:
        raise NotTheNewest(replaced, newest=negotiation.newest)
    if negotiation.withdrawn:
        raise Withdrawn(N_("This version was withdrawn; make a new proposal with based_on: {newest}."), newest=version)
