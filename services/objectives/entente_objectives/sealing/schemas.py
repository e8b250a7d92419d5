"""What rounds of any kind have in common over HTTP."""

from datetime import datetime
from uuid import UUID

from entente_objectives.bodies import Record

from .models import Declaration, Round


class RoundRecord(Record):
    """`declared` and `awaited` are parties. Nothing of what they declared shows before `revealed_at` is set.

    In a round that was withdrawn it never does.
    """

    id: UUID
    number: int
    party_id: UUID
    opened_at: datetime
    revealed_at: datetime | None
    withdrawn_at: datetime | None
    declared: list[UUID]
    awaited: list[UUID]


class DeclarationReceipt(Record):
    """It does not repeat what was declared, as answers to requests may be kept to be sent again."""

    round_id: UUID
    party_id: UUID
    declared_at: datetime
    version: int
    revealed: bool

    @classmethod
    def of(cls, declared: Declaration, found: Round) -> "DeclarationReceipt":
        return cls(
            round_id=found.id,
            party_id=declared.party_id,
            declared_at=declared.declared_at,
            version=declared.version,
            revealed=found.revealed_at is not None,
        )
