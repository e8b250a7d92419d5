"""A13 from its problem to its outcome."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from entente_shared.errors import N_, Conflict, Unprocessable

from . import conflict, earliest, stating
from .problem import Problem
from .timetable import Timetable


class NoSchedule(Conflict):
    slug, title = "no-schedule", N_("There is nothing in this schedule to accept")


class ScheduleOutOfDate(Conflict):
    slug, title = "schedule-out-of-date", N_("The roadmap has changed since the schedule was computed")


class InvalidHorizon(Unprocessable):
    slug, title = "invalid-horizon", N_("The schedule cannot begin there")


def solve(problem: Problem) -> tuple[bool, dict[str, Any]]:
    """Whether there is a schedule, and its days, or the conflicts beside the earliest days that there are."""
    timetable = Timetable(problem)
    slots: Mapping[UUID, earliest.Slot] = earliest.forward(problem, timetable)
    conflicts, missed = conflict.explain(problem, timetable, slots)
    return missed == 0, stating.outcome(problem, timetable, slots, conflicts, missed)


def check_acceptable(*, feasible: bool, computed_from: int, revision: int, accepted: bool) -> None:
    """A schedule is accepted once, and only while what it was computed from still holds."""
    if not feasible:
        raise NoSchedule(N_("It says which constraints are in conflict; relax one of them and compute another."))
    if accepted:
        raise NoSchedule(N_("It was accepted already."))
    if computed_from != revision:
        raise ScheduleOutOfDate(N_("Compute another schedule, and accept that one."))
