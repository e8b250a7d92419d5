"""Bodies of friction zones and synergies."""

from datetime import datetime
from uuid import UUID

from entente_objectives.bodies import Record

from .domain import Ground, Nature


class FrictionRead(Record):
    """`subject` is what of the ground, e.g. an expectation's key; `aspect` in which respect.

    `distance` and `threshold` are ratios of the whole scale, by the rule that `rule_version` names.
    """

    id: UUID
    round_id: UUID
    nature: Nature
    ground: Ground
    subject: str
    aspect: str
    parties: tuple[UUID, UUID]
    distance: float
    threshold: float
    rule_version: str
    found_at: datetime
