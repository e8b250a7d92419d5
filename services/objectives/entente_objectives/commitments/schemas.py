"""Bodies of commitments."""

from datetime import datetime
from uuid import UUID

from entente_objectives.bodies import Record


class CommitmentRead(Record):
    """What a party will do by when, and the settled case that it comes from."""

    id: UUID
    party_id: UUID
    case_id: UUID
    settlement_id: UUID
    what: str
    due_at: datetime
    made_at: datetime
