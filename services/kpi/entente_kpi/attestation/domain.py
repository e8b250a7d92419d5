"""What one party claims, another attests or disputes: what stands, and who may say so."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Conflict, Forbidden


class Opinion(StrEnum):
    ATTESTED = "attested"
    DISPUTED = "disputed"


class Standing(StrEnum):
    """CLAIMED: no other party has said anything of it yet."""

    CLAIMED = "claimed"
    ATTESTED = "attested"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"


class Visibility(StrEnum):
    """SHARED: all parties see it. PARTY: only the party that recorded it does."""

    SHARED = "shared"
    PARTY = "party"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person says for their party of another's claim."""

    party_id: UUID
    person_id: UUID
    opinion: Opinion
    reason: str


class OwnClaim(Forbidden):
    slug = "own-claim"
    title = N_("A party does not attest or dispute its own claim")


class NotYourRecord(Forbidden):
    slug = "not-your-record"
    title = N_("Only the party that recorded it may do this")


class ClaimState(Conflict):
    slug = "claim-state"
    title = N_("What has become of the claim does not allow this")


def standing(opinions: Iterable[tuple[UUID, Opinion]]) -> Standing:
    """By the last opinion of each party, given in their order: one dispute outweighs all attestations."""
    last = set(dict(opinions).values())
    if Opinion.DISPUTED in last:
        return Standing.DISPUTED
    return Standing.ATTESTED if last else Standing.CLAIMED


def check_judge(claimed_by: UUID, party_id: UUID) -> None:
    if party_id == claimed_by:
        raise OwnClaim(N_("Another party has to say whether it holds."))


def check_owner(recorded_by: UUID, party_id: UUID) -> None:
    if party_id != recorded_by:
        raise NotYourRecord(N_("Ask the party that recorded it; `claimed_by` names it."))


def require_standing(present: Standing) -> None:
    if present is Standing.WITHDRAWN:
        raise ClaimState(N_("It was withdrawn."))
