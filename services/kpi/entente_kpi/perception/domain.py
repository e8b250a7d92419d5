"""What the answers to a survey say, party by party, without telling what anybody answered.

A group under SMALLEST is hidden, and with it every total that it is part of: whoever subtracts the groups shown from such
a total would have the hidden ones, and a party that puts its own answers together would have the other's. So nothing that
is shown depends on what anybody in a hidden group answered.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, stdev
from uuid import UUID

RULE_VERSION = "survey-results/1"
SMALLEST = 5
Answers = Mapping[str, int]


class Kind(StrEnum):
    """ANCHORED: 0, 25, 50, 75 or 100, each with its meaning. NPS: 0 to 10. SATISFACTION: 0 to 100."""

    ANCHORED = "anchored"
    NPS = "nps"
    SATISFACTION = "satisfaction"


STEPS: Mapping[Kind, Sequence[int]] = {
    Kind.ANCHORED: range(0, 101, 25),
    Kind.NPS: range(11),
    Kind.SATISFACTION: range(101),
}
_BANDS: Mapping[Kind, Sequence[tuple[int, int]]] = {
    Kind.ANCHORED: [(step, step) for step in STEPS[Kind.ANCHORED]],
    Kind.NPS: [(step, step) for step in STEPS[Kind.NPS]],
    Kind.SATISFACTION: [(0, 19), (20, 39), (40, 59), (60, 79), (80, 100)],
}


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    kind: Kind
    weight: float


@dataclass(frozen=True, slots=True)
class Share:
    """`n` answers lie between `lowest` and `highest`, both included."""

    lowest: int
    highest: int
    n: int


@dataclass(frozen=True, slots=True)
class Group:
    """One party's answers to a question, or all together (`party_id` None); a hidden group has no figures.

    `mean` and `sd` (of a sample, n - 1) are on the question's own scale; `nps` is promoters less detractors, -1 to 1.
    """

    party_id: UUID | None
    hidden: bool
    n: int | None = None
    mean: float | None = None
    sd: float | None = None
    distribution: list[Share] | None = None
    agreement: float | None = None
    nps: float | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """The two parties that see a question most differently: `difference` of their means, in points of 100."""

    question: str
    higher: UUID
    lower: UUID
    difference: float
    weight: float


@dataclass(frozen=True, slots=True)
class Finding:
    question: str
    total: Group
    parties: list[Group]


@dataclass(frozen=True, slots=True)
class Results:
    """`gaps` has the largest first. `perception_gap` and `satisfaction` are 0 to 1, None where too little is shown."""

    findings: list[Finding]
    gaps: list[Gap]
    perception_gap: float | None
    satisfaction: float | None
    rule_version: str


def summarise(questions: Sequence[Question], sheets: Sequence[tuple[UUID, Answers]]) -> Results:
    """The results of a closed survey; a sheet is a party and the answers of one of its people, by question.

    `perception_gap` is the mean of the questions' gaps, by their weights, over 100. `satisfaction` is the mean of the
    parties' means, each party counting the same.
    """
    findings = [_finding(question, sheets) for question in questions]
    gaps = [gap for question, found in zip(questions, findings, strict=True) if (gap := _gap(question, found))]
    gaps.sort(key=lambda gap: (-gap.difference, gap.question))
    return Results(
        findings=findings,
        gaps=gaps,
        perception_gap=_weighted([(gap.difference, gap.weight) for gap in gaps]),
        satisfaction=_weighted(
            [
                (fmean(shown.values()), question.weight)
                for question, found in zip(questions, findings, strict=True)
                if question.kind is Kind.SATISFACTION and (shown := _means(found))
            ]
        ),
        rule_version=RULE_VERSION,
    )


def within_group_agreement(kind: Kind, values: Sequence[int]) -> float:
    """r_wg = 1 - s^2 / s_E^2 against a uniform null over the scale's A steps of size d, s_E^2 = d^2 (A^2 - 1) / 12.

    James, Demaree and Wolf (1984); below 0, which is sampling error, it is 0 (LeBreton and Senter 2008). Needs two values.
    """
    steps = STEPS[kind]
    null = (steps[1] - steps[0]) ** 2 * (len(steps) ** 2 - 1) / 12
    return max(0.0, 1 - stdev(values) ** 2 / null)


def net_promoters(values: Sequence[int]) -> float:
    """The share of 9 and 10 less the share of 0 to 6 (Reichheld 2003): -1 to 1."""
    return (sum(value >= 9 for value in values) - sum(value <= 6 for value in values)) / len(values)


def _finding(question: Question, sheets: Sequence[tuple[UUID, Answers]]) -> Finding:
    by_party: dict[UUID, list[int]] = {party: [] for party, _ in sheets}
    for party, answers in sheets:
        if question.key in answers:
            by_party[party].append(answers[question.key])
    everybody = [value for values in by_party.values() for value in values]
    small = any(0 < len(values) < SMALLEST for values in by_party.values())
    return Finding(
        question=question.key,
        total=_group(None, question.kind, [] if small else everybody),
        parties=[_group(party, question.kind, by_party[party]) for party in sorted(by_party)],
    )


def _group(party_id: UUID | None, kind: Kind, values: Sequence[int]) -> Group:
    if len(values) < SMALLEST:
        return Group(party_id, hidden=True)
    counts = Counter(values)
    return Group(
        party_id=party_id,
        hidden=False,
        n=len(values),
        mean=fmean(values),
        sd=stdev(values),
        distribution=[
            Share(lowest, highest, sum(counts[value] for value in range(lowest, highest + 1)))
            for lowest, highest in _BANDS[kind]
        ],
        agreement=within_group_agreement(kind, values),
        nps=net_promoters(values) if kind is Kind.NPS else None,
    )


def _means(finding: Finding) -> dict[UUID, float]:
    """Of the parties that are shown."""
    return {
        group.party_id: group.mean for group in finding.parties if group.party_id is not None and group.mean is not None
    }


def _gap(question: Question, finding: Finding) -> Gap | None:
    means = _means(finding)
    if len(means) < 2:
        return None
    higher, lower = max(means, key=lambda party: means[party]), min(means, key=lambda party: means[party])
    points = 100 / STEPS[question.kind][-1]
    return Gap(question.key, higher, lower, (means[higher] - means[lower]) * points, question.weight)


def _weighted(points: Sequence[tuple[float, float]]) -> float | None:
    """The weighted mean of points of 100, as a ratio."""
    weight = sum(each for _, each in points)
    return sum(value * each for value, each in points) / weight / 100 if points else None
