"""What may stand in a roadmap, and how actions and milestones go on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Conflict, Forbidden, Unprocessable

MOST_ACTIONS, MOST_DEPENDENCIES, MOST_MILESTONES, MOST_CALENDARS = 2000, 8000, 500, 100


class ActionKind(StrEnum):
    WORK = "work"
    MEETING = "meeting"
    PROCESS_CHANGE = "process_change"


class ActionStatus(StrEnum):
    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


class MilestoneStatus(StrEnum):
    PLANNED = "planned"
    REACHED = "reached"
    DROPPED = "dropped"


class InvalidAction(Unprocessable):
    slug, title = "invalid-action", N_("The action cannot stand in the roadmap like this")


class InvalidReport(Unprocessable):
    slug, title = "invalid-report", N_("The report does not fit the action")


class InvalidMilestone(Unprocessable):
    slug, title = "invalid-milestone", N_("The milestone cannot stand in the roadmap like this")


class DependencyCycle(Conflict):
    slug, title = "dependency-cycle", N_("The actions would wait for each other")


class DependencyKnown(Conflict):
    slug, title = "dependency-known", N_("The action depends on the other already")


class RoadmapFull(Conflict):
    slug, title = "roadmap-full", N_("The roadmap is full")


class ActionEnded(Conflict):
    slug, title = "action-ended", N_("The action has ended")


class MilestoneEnded(Conflict):
    slug, title = "milestone-ended", N_("The milestone has ended")


class ActionsOpen(Conflict):
    slug, title = "actions-open", N_("Actions of this milestone are not done")


class NotYourAction(Forbidden):
    slug, title = "not-your-action", N_("Each party answers for its own actions")


@dataclass(frozen=True)
class Report:
    """How an action stands. Days that are None stay what they are."""

    status: ActionStatus
    progress: float
    began_on: date | None
    finished_on: date | None


def check_action(
    kind: ActionKind, before: str | None, after: str | None, earliest: date | None, deadline: date | None
) -> None:
    """A process change says what it replaces by what; nothing else does."""
    if kind is ActionKind.PROCESS_CHANGE and (before is None or after is None):
        raise InvalidAction(
            N_("process_before, process_after: a process change says how it is done before and after; add both."),
            pointer="/process_after" if before else "/process_before",
        )
    if kind is not ActionKind.PROCESS_CHANGE and (before is not None or after is not None):
        raise InvalidAction(
            N_("process_before, process_after: only a process change has them; leave them out or choose that kind."),
            pointer="/kind",
        )
    if earliest is not None and deadline is not None and deadline < earliest:
        raise InvalidAction(
            N_("deadline_on: is before earliest_on; choose a later deadline or an earlier start."),
            pointer="/deadline_on",
        )


def check_room(present: int, most: int) -> None:
    if present >= most:
        raise RoadmapFull(N_("There are {most} already; drop some, or divide the roadmap."), most=most)


def check_dependency(pairs: Iterable[tuple[UUID, UUID]], before: UUID, after: UUID) -> None:
    """Raises DependencyCycle where `after` would, through others, wait for itself, and DependencyKnown."""
    following: dict[UUID, list[UUID]] = {}
    for first, then in pairs:
        following.setdefault(first, []).append(then)
    if after in following.get(before, ()):
        raise DependencyKnown(N_("Remove the dependency first to give it another lag."))
    seen, waiting = {after}, [after]
    while waiting:
        for then in following.get(waiting.pop(), ()):
            if then not in seen:
                seen.add(then)
                waiting.append(then)
    if before in seen:
        raise DependencyCycle(
            N_("before_id: already waits for after_id, directly or through others; turn round or remove one of these."),
            pointer="/before_id",
        )


def check_report(standing: ActionStatus, began: date | None, report: Report, today: date) -> Report:
    """The report with its days filled in: what begins or ends without a day does so today."""
    if standing in {ActionStatus.DONE, ActionStatus.DROPPED}:
        raise ActionEnded(N_("It is done or dropped, and its days are kept; add another action for what is left."))
    started = report.began_on or began
    if report.status is ActionStatus.PLANNED and (started or report.progress):
        raise InvalidReport(N_("status: what has begun is under way; send under_way."), pointer="/status")
    if report.status in {ActionStatus.UNDER_WAY, ActionStatus.DONE}:
        started = started or report.finished_on or today
    ended = (report.finished_on or today) if report.status is ActionStatus.DONE else None
    if report.finished_on is not None and ended is None:
        raise InvalidReport(
            N_("finished_on: only what is done has finished; send status: done."), pointer="/finished_on"
        )
    for day, pointer in ((started, "/began_on"), (ended, "/finished_on")):
        if day is not None and day > today:
            raise InvalidReport(N_("This day has not come yet; report it when it has."), pointer=pointer)
    if started is not None and ended is not None and ended < started:
        raise InvalidReport(N_("finished_on: is before began_on; correct one of them."), pointer="/finished_on")
    if report.status is not ActionStatus.DONE and report.progress >= 1:
        raise InvalidReport(
            N_("progress: all of it is only behind what is done; send status: done."), pointer="/progress"
        )
    progress = 1.0 if report.status is ActionStatus.DONE else report.progress
    return Report(report.status, progress, started, ended)


def check_reached(
    standing: MilestoneStatus, actions: Collection[ActionStatus], ended: Iterable[date | None], on: date, today: date
) -> None:
    """A milestone is reached when all its actions are done, not before the last of them, and not tomorrow."""
    if standing is not MilestoneStatus.PLANNED:
        raise MilestoneEnded(N_("It was reached or dropped already."))
    left = sum(status not in {ActionStatus.DONE, ActionStatus.DROPPED} for status in actions)
    if left:
        raise ActionsOpen(N_("{count} of its actions are not done; report them done or drop them first."), count=left)
    if on > today:
        raise InvalidMilestone(N_("reached_on: has not come yet; report it when it has."), pointer="/reached_on")
    if any(day is not None and day > on for day in ended):
        raise InvalidMilestone(
            N_("reached_on: is before the end of one of its actions; choose a later day."), pointer="/reached_on"
        )
