"""Which distances of a diagnosis are friction zones, and which closeness is a synergy."""

from collections.abc import Iterator

from entente_objectives.frictions.domain import Finding, Ground, friction, synergy
from entente_objectives.profiles.domain import POINTS

from .domain import Diagnosis, Profiles


def findings(diagnosis: Diagnosis, profiles: Profiles) -> list[Finding]:
    """Every friction zone and every synergy of every pair."""
    found = [*_in_expectations(diagnosis, profiles), *_in_values(diagnosis), *_in_practices(diagnosis)]
    return [each for each in found if each is not None]


def _in_expectations(diagnosis: Diagnosis, profiles: Profiles) -> Iterator[Finding | None]:
    fair = POINTS / len(diagnosis.expectations)
    for each in diagnosis.expectations:
        for pair in each.pairs:
            for part in pair.components:
                if part.distance is not None:
                    yield friction(Ground.EXPECTATION, part.name, each.key, pair.parties, part.distance)
            if all(profiles[party].expected[each.key].importance >= fair for party in pair.parties):
                yield synergy(Ground.EXPECTATION, "overall", each.key, pair.parties, pair.distance)


def _in_values(diagnosis: Diagnosis) -> Iterator[Finding | None]:
    for aspect, compatibility in (("now", diagnosis.values_now), ("preferred", diagnosis.values_preferred)):
        for pair in compatibility.pairs:
            yield friction(Ground.VALUES, aspect, "culture", pair.parties, pair.distance)
    for pair in diagnosis.values_preferred.pairs:
        yield synergy(Ground.VALUES, "preferred", "culture", pair.parties, pair.distance)


def _in_practices(diagnosis: Diagnosis) -> Iterator[Finding | None]:
    for pair in diagnosis.practices.pairs:
        for part in pair.components:
            yield friction(Ground.PRACTICES, "scale", part.name, pair.parties, part.distance or 0.0)
        yield synergy(Ground.PRACTICES, "overall", "practices", pair.parties, pair.distance)
