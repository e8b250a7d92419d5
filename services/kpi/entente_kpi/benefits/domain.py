"""What a benefit is: in money or by a rubric, never both, and never the one turned into the other."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, PreconditionFailed, Unprocessable

from ..attestation.domain import ClaimState, Standing, Visibility
from ..moments import storable


class Kind(StrEnum):
    SYNERGY = "synergy"
    ECONOMIES_OF_SCALE = "economies_of_scale"
    CREDIBILITY = "credibility"
    NEW_COMPETENCES = "new_competences"
    MARKET_ACCESS = "market_access"
    OTHER = "other"


class InvalidBenefit(Unprocessable):
    slug = "invalid-benefit"
    title = N_("The benefit makes no sense")


@dataclass(frozen=True, slots=True)
class Value:
    """An `amount` of a `currency`, or a `score` of 0, 25, 50, 75 or 100: the one or the other."""

    amount: Decimal | None = None
    currency: str | None = None
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What is claimed. `shares` are the beneficiaries', which add up to 1."""

    title: str
    description: str
    kind: Kind
    visibility: Visibility
    expected: Value
    expected_at: datetime
    shares: Mapping[UUID, Decimal]
    kpi_id: UUID | None
    objective_id: UUID | None


def check_draft(draft: Draft, parties: Collection[UUID]) -> None:
    check_value(draft.expected, "/expected")
    check_moment(draft.expected_at, "/expected_at")
    for number, party in enumerate(draft.shares):
        if party not in parties:
            raise InvalidBenefit(
                N_("No party of the partnership has this id."), pointer=f"/beneficiaries/{number}/party_id"
            )
    if sum(draft.shares.values()) != 1:
        raise InvalidBenefit(N_("The shares of the beneficiaries must add up to exactly 1."), pointer="/beneficiaries")


def check_value(value: Value, pointer: str) -> None:
    if (value.amount is None) == (value.score is None):
        raise InvalidBenefit(N_("Give either an amount of money or a score by the rubric, not both."), pointer=pointer)


def check_realised(expected: Value, realised: Value, at: datetime, now: datetime) -> None:
    """What is realised is of the benefit's own measure, and is not in the future."""
    check_value(realised, "/value")
    check_moment(at, "/at")
    if (realised.score is None) != (expected.score is None) or realised.currency != expected.currency:
        raise InvalidBenefit(
            N_("It is measured as the benefit is: in the same currency, or by the rubric."), pointer="/value"
        )
    if at > now:
        raise InvalidBenefit(N_("What is still to come is expected, not realised."), pointer="/at")


def check_moment(at: datetime, pointer: str) -> None:
    if not storable(at):
        raise InvalidBenefit(N_("The time must lie between the years 1900 and 2199."), pointer=pointer)


def require_changeable(standing: Standing, realisations: int, before: Visibility, after: Visibility) -> None:
    """What another party attested, or was told of as realised, is withdrawn and claimed anew rather than rewritten."""
    if standing not in (Standing.CLAIMED, Standing.DISPUTED) or realisations:
        raise ClaimState(N_("It was attested, realised or withdrawn: withdraw it and claim another instead."))
    if before is Visibility.SHARED and after is not Visibility.SHARED:
        raise ClaimState(N_("What the other parties have seen stays shared; withdraw it instead."))


def check_revision(judged: int, present: int) -> None:
    if judged != present:
        raise PreconditionFailed(
            N_("The claim is not the one that you judged any more: read it again, then repeat your verdict.")
        )
