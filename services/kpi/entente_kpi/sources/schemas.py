"""Bodies of what is told about foreign series."""

from datetime import datetime

from pydantic import BaseModel

from .models import CounterStart


class CounterStartRead(BaseModel):
    name: str
    labels: dict[str, str]
    started_at: datetime
    received_at: datetime

    @classmethod
    def of(cls, row: CounterStart) -> "CounterStartRead":
        return cls(name=row.name, labels=row.labels, started_at=row.started_at, received_at=row.received_at)


class CounterStarts(BaseModel):
    """The latest 1,000, the newest first."""

    items: list[CounterStartRead]
