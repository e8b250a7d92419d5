"""The moments that people may name: the ends of the calendar cannot be stored as what they are."""

from datetime import UTC, datetime

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def storable(at: datetime) -> bool:
    return EARLIEST <= at < LATEST
