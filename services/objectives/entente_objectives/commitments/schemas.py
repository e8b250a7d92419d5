"""Bodies of commitments."""

from datetime import datetime
from uuid import UUID

from entente_objectives.bodies import Record


class CommitmentRead(Record):
    """What a party will do by when, and the settled case or the variance review that it comes from.

    `owner_member_id` is who of the party answers for it; `kpi_id` and `objective_id` say for the sake of what.
    """

    id: UUID
    party_id: UUID
    case_id: UUID | None
    settlement_id: UUID | None
    review_id: UUID | None
    owner_member_id: UUID | None
    kpi_id: UUID | None
    objective_id: UUID | None
    what: str
    due_at: datetime
    made_at: datetime
