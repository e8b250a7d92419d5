"""Votes A15: passed if yes/(yes+no) > s and (yes+no+abstain)/N >= q and yes/N >= a, by weight and by party.

Counts are exact fractions: a third of a party's weight, three times, is that weight again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from entente_objectives.mandates.domain import Mandate

RULE_VERSION = "A15/1"


class Choice(StrEnum):
    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class Verdict(StrEnum):
    """EXPIRED: time ran out before enough had voted."""

    PASSED = "passed"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Elector:
    """A member who may vote. The electors of a party share its weight, and its one vote among the parties, equally.

    Another member of the party casts the vote where there is a `delegate_id`.
    """

    member_id: UUID
    party_id: UUID
    person_id: UUID
    party_weight: Decimal
    delegate_id: UUID | None = None

    @property
    def voter_id(self) -> UUID:
        """The one person who casts this vote."""
        return self.delegate_id or self.person_id


@dataclass(frozen=True)
class Count:
    yes: Fraction
    no: Fraction
    abstain: Fraction
    electorate: Fraction

    def supported(self, threshold: Fraction) -> bool:
        return self.yes > threshold * (self.yes + self.no)

    def quorate(self, threshold: Fraction) -> bool:
        return self.yes + self.no + self.abstain >= threshold * self.electorate

    def approved(self, threshold: Fraction) -> bool:
        return self.yes >= threshold * self.electorate

    def completed(self, choice: Choice) -> "Count":
        """The count if all who have not voted chose alike."""
        rest = self.electorate - self.yes - self.no - self.abstain
        return Count(
            yes=self.yes + (rest if choice is Choice.YES else 0),
            no=self.no + (rest if choice is Choice.NO else 0),
            abstain=self.abstain + (rest if choice is Choice.ABSTAIN else 0),
            electorate=self.electorate,
        )


@dataclass(frozen=True)
class Tally:
    weight: Count
    party: Count

    @property
    def counts(self) -> tuple[Count, Count]:
        return self.weight, self.party


def member_weights(electorate: Sequence[Elector]) -> dict[UUID, Fraction]:
    """Each elector's weight by person: the party's, divided by the number of its electors."""
    colleagues = [elector.party_id for elector in electorate]
    return {e.person_id: Fraction(e.party_weight) / colleagues.count(e.party_id) for e in electorate}


def delegated(electorate: Sequence[Elector], delegates: Mapping[UUID, UUID]) -> list[Elector]:
    """The same electorate, with who casts whose vote (by person). The votes, and what they weigh, stay the same."""
    return [replace(elector, delegate_id=delegates.get(elector.person_id)) for elector in electorate]


def tally(electorate: Sequence[Elector], votes: Mapping[UUID, Choice]) -> Tally:
    """Count `votes` (by person) against the frozen electorate."""
    weights = member_weights(electorate)
    shares = {elector.person_id: weights[elector.person_id] / Fraction(elector.party_weight) for elector in electorate}
    return Tally(weight=_count(weights, votes), party=_count(shares, votes))


def _count(shares: Mapping[UUID, Fraction], votes: Mapping[UUID, Choice]) -> Count:
    def total(choice: Choice) -> Fraction:
        return sum((shares[person] for person, chosen in votes.items() if chosen is choice), Fraction())

    return Count(total(Choice.YES), total(Choice.NO), total(Choice.ABSTAIN), sum(shares.values(), Fraction()))


def _passes(mandate: Mandate, count: Count) -> bool:
    return (
        count.supported(_exact(mandate.support))
        and count.quorate(_exact(mandate.quorum))
        and count.approved(_exact(mandate.approval))
    )


def _exact(threshold: float) -> Fraction:
    """The decimal that was written: 0.6 means 3/5, not the binary number next to it."""
    return Fraction(repr(threshold))


def conclude(mandate: Mandate, result: Tally) -> Verdict | None:
    """PASSED or REFUSED once no vote still to come can change it, else None.

    Best for passing is that all others say yes. Each threshold has its own worst: they all say no (support), or stay
    silent (quorum, approval).
    """
    if not all(_passes(mandate, count.completed(Choice.YES)) for count in result.counts):
        return Verdict.REFUSED
    certain = all(
        _passes(mandate, count) and count.completed(Choice.NO).supported(_exact(mandate.support))
        for count in result.counts
    )
    return Verdict.PASSED if certain else None


def conclude_at_expiry(mandate: Mandate, result: Tally) -> Verdict:
    """PASSED, REFUSED, or EXPIRED where too few voted."""
    if all(_passes(mandate, count) for count in result.counts):
        return Verdict.PASSED
    voted = any(count.yes + count.no + count.abstain > 0 for count in result.counts)
    quorate = all(count.quorate(_exact(mandate.quorum)) for count in result.counts)
    return Verdict.REFUSED if voted and quorate else Verdict.EXPIRED
