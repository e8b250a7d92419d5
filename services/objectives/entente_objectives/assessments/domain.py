"""Self and cross assessment: each party rates itself and every other one on the same dimensions, 0 to 10."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from entente_objectives.frictions.domain import Finding, Ground, friction, synergy
from entente_shared.errors import N_, Unprocessable

RULE_VERSION = "perception-1"
LARGEST = 10.0
_STRONG = 7.0


class InvalidAssessment(Unprocessable):
    slug, title = "invalid-assessment", N_("The assessment makes no sense")


Ratings = Mapping[tuple[UUID, str], float]
"""What one party gives, by who is rated and the dimension's key."""


@dataclass(frozen=True)
class Gap:
    """How a party sees itself on a dimension, and how each other one does. `gap` is self less the others' mean."""

    party_id: UUID
    dimension: str
    own: float
    others: Mapping[UUID, float]
    others_mean: float
    gap: float


def check_dimensions(keys: Sequence[str]) -> None:
    for index, key in enumerate(keys):
        if key in keys[:index]:
            raise InvalidAssessment(
                N_("key: stands here twice; give each dimension a key of its own."),
                pointer=f"/dimensions/{index}/key",
            )


def check_ratings(given: Sequence[tuple[UUID, str]], parties: Collection[UUID], dimensions: Collection[str]) -> None:
    """Each party, the own one too, is rated once on each dimension."""
    for index, (party, dimension) in enumerate(given):
        if party not in parties:
            raise InvalidAssessment(
                N_("party_id: is no party of the partnership; rate those that are."),
                pointer=f"/ratings/{index}/party_id",
            )
        if dimension not in dimensions:
            raise InvalidAssessment(
                N_("dimension: the round asks for no such dimension; its list names those that it asks for."),
                pointer=f"/ratings/{index}/dimension",
            )
        if (party, dimension) in given[:index]:
            raise InvalidAssessment(
                N_("This party is rated twice on this dimension; rate it once."), pointer=f"/ratings/{index}"
            )
    if len(given) < len(parties) * len(dimensions):
        raise InvalidAssessment(
            N_("ratings: {missing} are missing; rate every party, your own too, on every dimension."),
            pointer="/ratings",
            missing=len(parties) * len(dimensions) - len(given),
        )


def gaps(ratings: Mapping[UUID, Ratings], dimensions: Sequence[str]) -> list[Gap]:
    """By party and dimension. Who joined after a rating was given is rated by those who did."""
    found = []
    for party in sorted(ratings):
        for dimension in dimensions:
            rated = (party, dimension)
            others = {
                rater: ratings[rater][rated] for rater in sorted(ratings) if rater != party and rated in ratings[rater]
            }
            if not others:
                continue
            own, mean = ratings[party][rated], sum(others.values()) / len(others)
            found.append(Gap(party, dimension, own, others, mean, own - mean))
    return found


def findings(gaps: Sequence[Gap]) -> list[Finding]:
    """A friction where a party sees itself far otherwise than another one does; a synergy where both see it strong.

    The party that is rated comes first.
    """
    return [each for each in _each(gaps) if each is not None]


def _each(gaps: Sequence[Gap]) -> Iterator[Finding | None]:
    for each in gaps:
        for rater, score in each.others.items():
            parties, distance = (each.party_id, rater), abs(each.own - score) / LARGEST
            yield friction(Ground.PERCEPTION, "gap", each.dimension, parties, distance)
            if min(each.own, score) >= _STRONG:
                yield synergy(Ground.PERCEPTION, "gap", each.dimension, parties, distance)
