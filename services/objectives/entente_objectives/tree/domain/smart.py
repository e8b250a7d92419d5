"""Whether a goal is specific, measurable, achievable, relevant and time-bound, and what to change where it is not.

After G. T. Doran, There's a S.M.A.R.T. way to write management's goals and objectives, Management Review 70 (1981).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from entente_shared.errors import N_

from .attainability import Record, pace
from .goals import SCORES, Draft, Level, Measure

FEWEST_WORDS, MOST_LETTERS = 3, 200
FAST = 2.0
"""How many times the pace so far a goal may ask for before we advise against it."""


class Criterion(StrEnum):
    SPECIFIC = "specific"
    MEASURABLE = "measurable"
    ACHIEVABLE = "achievable"
    RELEVANT = "relevant"
    TIME_BOUND = "time_bound"


class Severity(StrEnum):
    """A goal with a refusal is not taken; advice is for people to weigh."""

    REFUSAL = "refusal"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """`pointer` is the field's in the goal; `detail` says what to change, to be filled with `params`."""

    criterion: Criterion
    severity: Severity
    pointer: str
    detail: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kin:
    """A parent or a child, as far as it bounds a goal."""

    statement: str
    level: Level
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a goal is judged against.

    `parents`: those that there are among the draft's, by id. `owners`: active members. `objectives`: those in the charter,
    with their record. `measured`: objectives that other goals are measured by. `standing_due_at`: the goal's due date so far.
    """

    now: datetime
    parents: Mapping[UUID, Kin]
    children: Sequence[Kin]
    owners: Collection[UUID]
    objectives: Mapping[UUID, Record]
    measured: Collection[UUID]
    standing_due_at: datetime | None = None


def findings(draft: Draft, around: Surroundings) -> list[Finding]:
    """All that there is to change, refusals and advice, in the order of the word."""
    judged: list[tuple[Criterion, Iterator[_Found]]] = [
        (Criterion.SPECIFIC, _specific(draft, around)),
        (Criterion.MEASURABLE, _measurable(draft, around)),
        (Criterion.ACHIEVABLE, _achievable(draft, around)),
        (Criterion.RELEVANT, _relevant(draft, around)),
        (Criterion.TIME_BOUND, _time_bound(draft, around)),
    ]
    return [
        Finding(criterion, severity, pointer, detail, params)
        for criterion, found in judged
        for severity, pointer, detail, params in found
    ]


_Found = tuple[Severity, str, str, Mapping[str, Any]]


def _refusal(pointer: str, detail: str, **params: Any) -> _Found:
    return Severity.REFUSAL, pointer, detail, params


def _advice(pointer: str, detail: str, **params: Any) -> _Found:
    return Severity.ADVICE, pointer, detail, params


def _specific(draft: Draft, around: Surroundings) -> Iterator[_Found]:
    words = (draft.statement or "").split()
    if len(words) < FEWEST_WORDS:
        yield _refusal(
            "/statement",
            N_(
                "statement: too short to be understood alone; say what is to change and for whom, in {words} words or more."
            ),
            words=FEWEST_WORDS,
        )
    if len(draft.statement or "") > MOST_LETTERS:
        yield _advice(
            "/statement", N_("statement: long; is this more than one goal? Divide it, or say it in one sentence.")
        )
    if draft.owner_member_id is None:
        yield _refusal("/owner_member_id", N_("owner_member_id: nobody; name the one member who answers for the goal."))
    elif draft.owner_member_id not in around.owners:
        yield _refusal(
            "/owner_member_id", N_("owner_member_id: no active member of this partnership; GET .../members lists them.")
        )


def _measurable(draft: Draft, around: Surroundings) -> Iterator[_Found]:
    if draft.measure is None:
        yield _refusal("/measure", N_("measure: missing; choose quantitative, qualitative or children."))
        return
    if draft.measure is Measure.QUANTITATIVE:
        yield from _objective(draft.objective_id, around)
    elif draft.objective_id is not None:
        yield _refusal(
            "/objective_id", N_("objective_id: belongs to quantitative goals; leave it out or change the measure.")
        )
    if draft.measure is Measure.QUALITATIVE:
        yield from _rubric(draft.anchors)
    elif draft.anchors:
        yield _refusal("/anchors", N_("anchors: belong to qualitative goals; leave them out or change the measure."))
    if draft.measure is Measure.CHILDREN and draft.level is Level.OPERATIONAL:
        yield _refusal(
            "/measure", N_("measure: an operational goal needs one of its own; choose quantitative or qualitative.")
        )
    elif draft.measure is Measure.CHILDREN and not around.children:
        yield _advice(
            "/measure", N_("measure: nothing measures this goal until goals below it do; add some, or a measure.")
        )


def _objective(objective_id: UUID | None, around: Surroundings) -> Iterator[_Found]:
    if objective_id is None:
        yield _refusal(
            "/objective_id", N_("objective_id: missing; name the charter's objective whose KPI measures this goal.")
        )
    elif objective_id not in around.objectives:
        yield _refusal(
            "/objective_id", N_("objective_id: no objective of the present charter; GET .../objectives lists them.")
        )
    elif objective_id in around.measured:
        yield _refusal(
            "/objective_id",
            N_(
                "objective_id: measures another goal already; give that goal a second parent instead of counting it twice."
            ),
        )


def _rubric(anchors: Mapping[int, str]) -> Iterator[_Found]:
    missing = [str(score) for score in SCORES if not anchors.get(score, "").strip()]
    if missing:
        yield _refusal(
            "/anchors",
            N_("anchors: {missing} not written out; say for each of 0, 25, 50, 75 and 100 what one would see."),
            missing=", ".join(missing),
        )
    elif len({text.strip().casefold() for text in anchors.values()}) < len(SCORES):
        yield _refusal(
            "/anchors", N_("anchors: two of them read alike; word them so that each score can be told apart.")
        )


def _achievable(draft: Draft, around: Surroundings) -> Iterator[_Found]:
    record = around.objectives.get(draft.objective_id) if draft.objective_id else None
    if draft.measure is not Measure.QUANTITATIVE or record is None:
        return
    judged = pace(record, around.now)
    if judged is None:
        yield _advice(
            "/objective_id",
            N_(
                "objective_id: nothing is measured yet, so that nobody can tell whether this can be reached; measure first."
            ),
        )
    elif judged.ratio > FAST:
        yield _advice(
            "/objective_id",
            N_(
                "objective_id: the best value known is {best}; to reach {target} in time takes more than {fast} times the pace so"
                " far: choose a nearer target, a later due date, or say what will make the difference."
            ),
            best=f"{judged.best:g}",
            target=f"{record.target:g}",
            fast=f"{FAST:g}",
        )


def _relevant(draft: Draft, around: Surroundings) -> Iterator[_Found]:
    if draft.level is None:
        yield _refusal("/level", N_("level: missing; choose strategic, tactical or operational."))
    elif not draft.parents and draft.level is not Level.STRATEGIC:
        yield _refusal("/parents", N_("parents: none; name the goal that this one serves, or make it strategic."))
    for index, parent in enumerate(draft.parents):
        pointer = f"/parents/{index}/goal_id"
        kin = around.parents.get(parent.goal_id) if parent.goal_id else None
        if kin is None:
            yield _refusal(pointer, N_("goal_id: no goal that stands in the tree; GET .../goals lists them."))
        elif parent.goal_id in [other.goal_id for other in draft.parents[:index]]:
            yield _refusal(pointer, N_("goal_id: stands here twice; name each parent once."))
        elif draft.level is not None and draft.level.rank < kin.level.rank:
            yield _refusal(
                "/level",
                N_(
                    "level: {level} is above its parent “{parent}”, which is {above}; lower this goal or choose another parent."
                ),
                level=draft.level.value,
                parent=kin.statement,
                above=kin.level.value,
            )
    for child in around.children:
        if draft.level is not None and child.level.rank < draft.level.rank:
            yield _refusal(
                "/level",
                N_("level: {level} is below its child “{child}”, which is {below}; lower that one first."),
                level=draft.level.value,
                child=child.statement,
                below=child.level.value,
            )


def _time_bound(draft: Draft, around: Surroundings) -> Iterator[_Found]:
    due_at = draft.due_at
    if due_at is None:
        yield _refusal("/due_at", N_("due_at: missing; say by when the goal is to be reached."))
        return
    if due_at <= around.now and due_at != around.standing_due_at:
        yield _refusal("/due_at", N_("due_at: has passed; choose a time to come."))
    for parent in (around.parents[goal_id] for goal_id in draft.served if goal_id in around.parents):
        if due_at > parent.due_at:
            yield _refusal(
                "/due_at",
                N_("due_at: after that of its parent “{parent}”, {due}; what serves a goal must be done by then."),
                parent=parent.statement,
                due=parent.due_at.isoformat(),
            )
    late = max(around.children, key=lambda child: child.due_at, default=None)
    if late is not None and late.due_at > due_at:
        yield _refusal(
            "/due_at",
            N_("due_at: before that of its child “{child}”, {due}; move that one first."),
            child=late.statement,
            due=late.due_at.isoformat(),
        )
    record = around.objectives.get(draft.objective_id) if draft.objective_id else None
    if record is not None and record.due_at != due_at:
        yield _advice(
            "/due_at",
            N_("due_at: its objective is due at {due}; use the same date, or people will work towards two."),
            due=record.due_at.isoformat(),
        )
