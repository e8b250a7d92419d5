"""Bodies of verdicts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import LongText, Strict

from .domain import Opinion

Reason = Annotated[LongText, Field(max_length=2_000, description="what it rests on")]


class VerdictCreate(Strict):
    """Your party's opinion, which replaces the one that it gave before."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"opinion": "attested", "reason": "The invoices that we were shown add up to it"}]
        }
    )

    opinion: Opinion
    reason: Reason


class VerdictRead(Strict):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: int
    revision: int
    party_id: UUID
    person_id: UUID
    opinion: Opinion
    reason: str
    at: datetime
