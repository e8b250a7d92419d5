"""What is published beside an allocation, so that it can be contested. `certify` computes it, `checker` verifies it."""

from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from .result import Round, Row


@dataclass(frozen=True)
class PartyShare:
    """`utility` is the priority-weighted fulfilled share of the party's needs (0 to 1), `weighted` that over its weight."""

    party_id: UUID
    weight: float
    floor: float
    utility_before: float
    utility: float
    weighted: float


@dataclass(frozen=True)
class Binding:
    """A constraint that holds with equality. `price` says how much the level of `round` would rise for one unit more slack."""

    constraint: Row
    subject_id: UUID | None
    period: int | None
    price: float
    round: int | None


@dataclass(frozen=True)
class Certificate:
    """`envy[p][q]` is above 0 where p might prefer q's bundle to its own (see `envy`). `effect` is the levers' expected one."""

    rule_version: str
    method: str
    solver_gap: float
    rounds: tuple[Round, ...]
    parties: tuple[PartyShare, ...]
    jain: float
    envy: tuple[tuple[float, ...], ...]
    churn: float
    churn_budget: float | None
    gap: float | None
    effect: float | None
    binding: tuple[Binding, ...]
    binding_count: int

    def as_json(self) -> dict[str, Any]:
        """Plain JSON; the rounds' prices stay out, which the binding constraints show."""
        plain = asdict(replace(self, rounds=()))
        plain["rounds"] = [
            {"level": one.level, "parties": [str(party) for party in one.parties]} for one in self.rounds
        ]
        for part in (*plain["parties"], *plain["binding"]):
            part.update({key: str(value) for key, value in part.items() if isinstance(value, UUID)})
        plain["envy"] = [list(row) for row in self.envy]
        plain["parties"], plain["binding"] = list(plain["parties"]), list(plain["binding"])
        return plain
