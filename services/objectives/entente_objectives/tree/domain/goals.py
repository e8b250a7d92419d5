"""The words of goals, and the shape that they must have together: no circle, and no level above its parent's."""

import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import Any
from uuid import UUID

from entente_shared.errors import N_, Conflict, NotFound, Unprocessable

SCORES = (0, 25, 50, 75, 100)
MOST_GOALS = 20_000  # of a partnership, archived ones too: the whole tree is read at once


class Level(StrEnum):
    """From the highest to the lowest."""

    STRATEGIC = "strategic"
    TACTICAL = "tactical"
    OPERATIONAL = "operational"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


class Measure(StrEnum):
    """By what a goal's progress is known: an objective of the charter with its KPI, a rubric, or its children alone."""

    QUANTITATIVE = "quantitative"
    QUALITATIVE = "qualitative"
    CHILDREN = "children"


class TooManyGoals(Conflict):
    slug, title = "too-many-goals", N_("The partnership has as many goals as it can have")


class NoGoal(NotFound):
    slug, title = "no-goal", N_("There is no such goal")


class NoRevision(NotFound):
    slug, title = "no-revision", N_("The goal has no such revision")


class InvalidGoal(Unprocessable):
    slug, title = "invalid-goal", N_("The goal is not SMART yet")


class GoalCircle(Conflict):
    slug, title = "goal-circle", N_("A goal cannot serve itself")


class GoalArchived(Conflict):
    slug, title = "goal-archived", N_("The goal is archived")


class GoalHasChildren(Conflict):
    slug, title = "goal-has-children", N_("Other goals still serve this one")


@dataclass(frozen=True, slots=True)
class Parent:
    """The goal that is served, and with which weight against its other children. `goal_id` None: there is no such goal."""

    goal_id: UUID | None
    weight: float


@dataclass(frozen=True, slots=True)
class Draft:
    """A goal as somebody would have it; what is None has not been said. `anchors`: score -> what it looks like."""

    statement: str | None
    level: Level | None
    measure: Measure | None
    objective_id: UUID | None
    anchors: Mapping[int, str]
    owner_member_id: UUID | None
    due_at: datetime | None
    parents: tuple[Parent, ...]

    @property
    def served(self) -> set[UUID]:
        """The goals that it names as its parents."""
        return {parent.goal_id for parent in self.parents if parent.goal_id is not None}

    def content(self) -> dict[str, Any]:
        """What a revision keeps, as JSON."""
        return {
            "statement": self.statement,
            "level": self.level,
            "measure": self.measure,
            "objective_id": self.objective_id and str(self.objective_id),
            "anchors": {str(score): self.anchors[score] for score in sorted(self.anchors)},
            "owner_member_id": str(self.owner_member_id),
            "due_at": self.due_at and self.due_at.isoformat(),
            "parents": sorted(
                ({"goal_id": str(parent.goal_id), "weight": parent.weight} for parent in self.parents),
                key=lambda parent: str(parent["goal_id"]),
            ),
            "archived": False,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    field: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Field by field, those that are not alike, in the order of the revision's fields."""
    return [
        Difference(field, before.get(field), after.get(field))
        for field in {**before, **after}
        if before.get(field) != after.get(field)
    ]


def shortened(statement: str) -> str:
    """As much of it as tells one goal from another."""
    return textwrap.shorten(statement, 80, placeholder="…")


def find_circle(parents: Mapping[UUID, Collection[UUID]]) -> Sequence[UUID]:
    """The goals of one circle in the graph goal -> its parents, each served by the next; none: empty."""
    try:
        TopologicalSorter(parents).prepare()
    except CycleError as error:
        circle: Sequence[UUID] = error.args[1]
        return circle
    return ()


def check_no_circle(parents: Mapping[UUID, Collection[UUID]], statements: Mapping[UUID, str], pointer: str) -> None:
    circle = find_circle(parents)
    if circle:
        raise GoalCircle(
            N_("parents: these goals would serve one another in a circle: {circle}; leave one of the edges out."),
            pointer=pointer,
            circle=" > ".join(f"“{shortened(statements.get(goal, str(goal)))}”" for goal in circle),
        )


def check_room(present: int, added: int) -> None:
    if present + added > MOST_GOALS:
        raise TooManyGoals(
            N_(
                "There are {present} goals, archived ones too, and at most {most} can be kept; leave out what is not steered by."
            ),
            present=present,
            most=MOST_GOALS,
        )
