"""Bodies of the diagnosis: every number with its parts."""

from typing import Any
from uuid import UUID

from entente_objectives.bodies import Record
from entente_objectives.frictions import domain as frictions

from .domain import Diagnosis


class ComponentRead(Record):
    """A distance on one scale, 0 to 1, null where a party said nothing; then it does not count."""

    name: str
    distance: float | None
    weight: float


class DistanceRead(Record):
    """Of two parties, 0 to 1, with what it is made of."""

    parties: tuple[UUID, UUID]
    distance: float
    components: list[ComponentRead]


class AlignmentRead(Record):
    """Of one expectation: 1 less the mean distance of the pairs. `weight` is its mean importance, 0 to 1."""

    key: str
    alignment: float
    weight: float
    pairs: list[DistanceRead]


class RankAgreementRead(Record):
    """`kendall_w` (corrected for ties) for three parties or more, `spearman_rho` for two; null where undefined.

    `ranks` are each party's by importance, 1 for the least, in the order of the round's expectations.
    """

    measure: str
    value: float | None
    ranks: dict[UUID, list[float]]


class CompatibilityRead(Record):
    """The least of all pairs', which `deciding` names. A pair's is 1 less its distance."""

    compatibility: float
    deciding: tuple[UUID, UUID]
    pairs: list[DistanceRead]


class DiagnosisRead(Record):
    """What the revealed profiles say of one another.

    `alignment` is the mean of the expectations' by their weights. `frictions` and `synergies` are the thresholds that
    friction zones and synergies are named by, as ratios of the whole scale; GET .../frictions lists what was found.
    """

    round_id: UUID
    alignment: float
    expectations: list[AlignmentRead]
    rank_agreement: RankAgreementRead
    values_now: CompatibilityRead
    values_preferred: CompatibilityRead
    practices: CompatibilityRead
    rule_version: str
    frictions: dict[str, float]
    synergies: dict[str, float]
    friction_rule_version: str

    @classmethod
    def of(cls, round_id: UUID, diagnosis: Diagnosis) -> "DiagnosisRead":
        parts: dict[str, Any] = {name: getattr(diagnosis, name) for name in vars(diagnosis)}
        return cls.model_validate(
            {
                **parts,
                "round_id": round_id,
                "frictions": dict(frictions.FRICTION),
                "synergies": dict(frictions.SYNERGY),
                "friction_rule_version": frictions.RULE_VERSION,
            }
        )
