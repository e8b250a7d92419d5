"""Moments as microseconds since 1970 UTC, the form in which samples are kept."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)  # the resolution of stored times
FIRST, LAST = -(2**62), 2**62  # before and after any sample


def to_us(moment: datetime) -> int:
    gap = moment - EPOCH
    return (gap.days * 86_400 + gap.seconds) * 1_000_000 + gap.microseconds


def from_us(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)
