"""Whether a goal can be measured, and whether what it is measured by says that it can be achieved."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from entente_shared.errors import N_

from .attainability import pace
from .findings import Found, Surroundings, advice, refusal
from .goals import SCORES, Draft, Level, Measure

FAST = 2.0
"""How many times the pace so far a goal may ask for before we advise against it."""


def measurable(draft: Draft, around: Surroundings) -> Iterator[Found]:
    if draft.measure is None:
        yield refusal("/measure", N_("measure: missing; choose quantitative, qualitative or children."))
        return
    if draft.measure is Measure.QUANTITATIVE:
        yield from _objective(draft.objective_id, around)
    elif draft.objective_id is not None:
        yield refusal(
            "/objective_id", N_("objective_id: belongs to quantitative goals; leave it out or change the measure.")
        )
    if draft.measure is Measure.QUALITATIVE:
        yield from _rubric(draft.anchors)
    elif draft.anchors:
        yield refusal("/anchors", N_("anchors: belong to qualitative goals; leave them out or change the measure."))
    if draft.measure is Measure.CHILDREN and draft.level is Level.OPERATIONAL:
        yield refusal(
            "/measure", N_("measure: an operational goal needs one of its own; choose quantitative or qualitative.")
        )
    elif draft.measure is Measure.CHILDREN and not around.children:
        yield advice(
            "/measure", N_("measure: nothing measures this goal until goals below it do; add some, or a measure.")
        )


def _objective(objective_id: UUID | None, around: Surroundings) -> Iterator[Found]:
    if objective_id is None:
        yield refusal(
            "/objective_id", N_("objective_id: missing; name the charter's objective whose KPI measures this goal.")
        )
    elif objective_id not in around.objectives:
        yield refusal(
            "/objective_id", N_("objective_id: no objective of the present charter; GET .../objectives lists them.")
        )
    elif objective_id in around.measured:
        yield refusal(
            "/objective_id",
            N_(
                "objective_id: measures another goal already; give that goal a second parent instead of counting it twice."
            ),
        )


def _rubric(anchors: Mapping[int, str]) -> Iterator[Found]:
    missing = [str(score) for score in SCORES if not anchors.get(score, "").strip()]
    if missing:
        yield refusal(
            "/anchors",
            N_("anchors: {missing} not written out; say for each of 0, 25, 50, 75 and 100 what one would see."),
            missing=", ".join(missing),
        )
    elif len({text.strip().casefold() for text in anchors.values()}) < len(SCORES):
        yield refusal(
            "/anchors", N_("anchors: two of them read alike; word them so that each score can be told apart.")
        )


def achievable(draft: Draft, around: Surroundings) -> Iterator[Found]:
    record = around.objectives.get(draft.objective_id) if draft.objective_id else None
    if draft.measure is not Measure.QUANTITATIVE or record is None:
        return
    judged = pace(record, around.now)
    if judged is None:
        yield advice(
            "/objective_id",
            N_(
                "objective_id: nothing is measured yet, so that nobody can tell whether this can be reached; measure first."
            ),
        )
    elif judged.ratio > FAST:
        yield advice(
            "/objective_id",
            N_(
                "objective_id: the best value known is {best}; to reach {target} in time takes more than {fast} times the pace so"
                " far: choose a nearer target, a later due date, or say what will make the difference."
            ),
            best=f"{judged.best:g}",
            target=f"{record.target:g}",
            fast=f"{FAST:g}",
        )
