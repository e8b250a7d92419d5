"""Bodies of stored samples."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import ConfigDict

from entente_shared.web import Strict, Timestamp

From = Annotated[Timestamp | None, Query(alias="from", description="at or after")]
To = Annotated[Timestamp | None, Query(description="before")]
After = Annotated[Timestamp | None, Query(alias="cursor", description="`next_cursor` of the page before")]


class SampleRead(Strict):
    at: datetime
    value: float


class CorrectionRead(Strict):
    """`principal` (an opaque id) replaced the value of the sample at `at`."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    replaced: float
    value: float
    principal: str
    corrected_at: datetime
