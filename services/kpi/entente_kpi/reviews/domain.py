"""A variance review: what the KPIs of a period came to, why, and who does what about it by when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Conflict, NotFound, Unprocessable

from ..ingest.domain import EARLIEST, LATEST
from ..trajectories.domain import Path

MOST_KPIS = 500
MOST_ACTIONS = 200


class ReviewState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class ReviewNotFound(NotFound):
    slug = "variance-review-not-found"
    title = N_("There is no such variance review")


class FindingNotFound(NotFound):
    slug = "finding-not-found"
    title = N_("The review does not look at this KPI")


class ActionNotFound(NotFound):
    slug = "action-not-found"
    title = N_("The review has no such action")


class InvalidReview(Unprocessable):
    slug = "invalid-review"
    title = N_("The review makes no sense")


class InvalidAction(Unprocessable):
    slug = "invalid-action"
    title = N_("The action makes no sense")


class ReviewClosed(Conflict):
    slug = "review-closed"
    title = N_("The review is closed")


class CausesMissing(Conflict):
    slug = "causes-missing"
    title = N_("Not every deviation is explained yet")


@dataclass(frozen=True, slots=True)
class Figures:
    """A KPI at the end of a period: its last sample in it. `change` is the progress made since the last one before it."""

    at: datetime
    value: float
    progress: float | None
    planned: float | None
    deviation: float | None
    change: float | None


def check_period(since: datetime, until: datetime, now: datetime) -> None:
    """Raises InvalidReview."""
    for pointer, moment in (("/from", since), ("/to", until)):
        if not EARLIEST <= moment < LATEST:
            raise InvalidReview(N_("The time must lie between the years 1900 and 2199."), pointer=pointer)
    if since >= until:
        raise InvalidReview(N_("The period must end after it begins."), pointer="/to")
    if since > now:
        raise InvalidReview(N_("The period must have begun."), pointer="/from")


def measure(
    path: Path, since: datetime, last: tuple[datetime, float] | None, before: tuple[datetime, float] | None
) -> Figures | None:
    """`last` is the newest sample before the period's end, `before` that before its beginning. None: the period has none."""
    if last is None or last[0] < since:
        return None
    found, then = path.assess(*last), path.assess(*before) if before else None
    change = found.progress - then.progress if found and then else None
    if found is None:
        return Figures(*last, None, None, None, None)
    return Figures(*last, found.progress, found.planned, found.deviation, change)


def check_open(state: ReviewState) -> None:
    if state is not ReviewState.OPEN:
        raise ReviewClosed(N_("A closed review is kept as it is; open another one for the period."))


def check_due(due_at: datetime, now: datetime) -> None:
    if not now < due_at < LATEST:
        raise InvalidAction(
            N_("due_at must lie in the partnership's future, and before the year 2200."), pointer="/due_at"
        )


def check_explained(findings: Iterable[tuple[UUID, bool, str | None]]) -> None:
    """(KPI, whether it deviated in the period, the cause). Raises CausesMissing."""
    missing = sum(1 for _, deviated, cause in findings if deviated and cause is None)
    if missing:
        raise CausesMissing(
            N_("{missing} of the KPIs deviated in the period and have no cause; give each one, then close."),
            missing=missing,
        )
