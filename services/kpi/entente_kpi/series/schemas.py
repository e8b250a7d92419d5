"""Bodies of stored samples."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import ConfigDict

from entente_shared.web import Strict, Timestamp

From = Annotated[Timestamp | None, Query(alias="from", description="at or after")]
To = Annotated[Timestamp | None, Query(description="before")]
Points = Annotated[int, Query(ge=1, le=5000, description="at most so many buckets")]
After = Annotated[Timestamp | None, Query(alias="cursor", description="`next_cursor` of the page before")]


class SampleRead(Strict):
    at: datetime
    value: float


class ChartRead(Strict):
    """A series in buckets of the width `bucket` (ISO 8601), as columns: the n-th of each list belongs to the bucket from `at[n]`.

    Buckets without samples are left out. All buckets are whole, even where they reach beyond `from` or `to`.
    """

    bucket: str
    at: list[datetime]
    count: list[int]
    mean: list[float]
    sum: list[float]
    min: list[float]
    max: list[float]
    first: list[float]
    last: list[float]


class CorrectionRead(Strict):
    """`principal` (an opaque id) replaced the value of the sample at `at`."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    replaced: float
    value: float
    principal: str
    corrected_at: datetime
