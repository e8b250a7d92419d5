"""Where two parties stand far apart, or so near that they can build on it. The thresholds are named and versioned."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

MOST_TOLD = 200  # of a round as events, the clearest; fifty parties may have tens of thousands
RULE_VERSION = "friction-1"


class Nature(StrEnum):
    FRICTION = "friction"
    SYNERGY = "synergy"


class Ground(StrEnum):
    EXPECTATION = "expectation"
    VALUES = "values"
    PRACTICES = "practices"
    PERCEPTION = "perception"


Pair = tuple[UUID, UUID]

# Ratios of the whole scale: three of ten points, thirty of a hundred, four years of ten.
FRICTION: Mapping[str, float] = MappingProxyType(
    {
        "expectation.importance": 0.3,
        "expectation.target": 0.4,
        "expectation.due_at": 0.4,
        "expectation.confidence": 0.4,
        "values.now": 0.3,
        "values.preferred": 0.3,
        "practices.scale": 0.4,
        "perception.gap": 0.3,
    }
)
SYNERGY: Mapping[str, float] = MappingProxyType(
    {
        "expectation.overall": 0.1,
        "values.preferred": 0.1,
        "practices.overall": 0.1,
        "perception.gap": 0.1,
    }
)
_ROUNDING = 1e-9  # 0.7 - 0.4 is less than 0.3


@dataclass(frozen=True)
class Finding:
    """`subject` is what of the ground, e.g. an expectation's key; `aspect` in which respect. Distances are ratios."""

    nature: Nature
    ground: Ground
    subject: str
    aspect: str
    parties: Pair
    distance: float
    threshold: float


def friction(ground: Ground, aspect: str, subject: str, parties: Pair, distance: float) -> Finding | None:
    """A friction where the distance reaches the threshold of the aspect."""
    threshold = FRICTION[f"{ground.value}.{aspect}"]
    if distance < threshold - _ROUNDING:
        return None
    return Finding(Nature.FRICTION, ground, subject, aspect, parties, distance, threshold)


def synergy(ground: Ground, aspect: str, subject: str, parties: Pair, distance: float) -> Finding | None:
    """A synergy where the distance is no larger than the threshold of the aspect."""
    threshold = SYNERGY[f"{ground.value}.{aspect}"]
    if distance > threshold + _ROUNDING:
        return None
    return Finding(Nature.SYNERGY, ground, subject, aspect, parties, distance, threshold)


def clearness(finding: Finding) -> float:
    """How far beyond its threshold a finding lies, of the whole scale."""
    return abs(finding.distance - finding.threshold)
