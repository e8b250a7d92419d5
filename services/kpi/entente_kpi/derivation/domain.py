"""Stretches of time that have to be computed again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """since <= t < until (None: to the end)."""

    since: datetime
    until: datetime | None


def affected(since: datetime, last: datetime, following: datetime | None, width: timedelta | None) -> Span:
    """What an input's samples from `since` to `last` change: up to the sample that follows them, and as far as a window
    over the input still holds the last of them. Without a later sample they count to the end.
    """
    if following is None:
        return Span(since, None)
    return Span(since, following if width is None else max(following, last + width))


def merge(spans: Iterable[Span]) -> list[Span]:
    """The same times, by rising time and apart from one another."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda each: each.since):
        before = merged[-1] if merged else None
        if before is None or (before.until is not None and before.until < span.since):
            merged.append(span)
        elif before.until is not None and (span.until is None or span.until > before.until):
            merged[-1] = Span(before.since, span.until)
    return merged
