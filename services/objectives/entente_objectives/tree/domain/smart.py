"""Whether a goal is specific, measurable, achievable, relevant and time-bound, and what to change where it is not."""

from collections.abc import Iterator

from entente_shared.errors import N_

from .findings import Criterion, Finding, Found, Surroundings, advice, refusal
from .goals import Draft, Level, shortened
from .measures import achievable, measurable

FEWEST_WORDS, MOST_LETTERS = 3, 200


def findings(draft: Draft, around: Surroundings) -> list[Finding]:
    """All that there is to change, refusals and advice, in the order of the word."""
    judged: list[tuple[Criterion, Iterator[Found]]] = [
        (Criterion.SPECIFIC, _specific(draft, around)),
        (Criterion.MEASURABLE, measurable(draft, around)),
        (Criterion.ACHIEVABLE, achievable(draft, around)),
        (Criterion.RELEVANT, _relevant(draft, around)),
        (Criterion.TIME_BOUND, _time_bound(draft, around)),
    ]
    return [
        Finding(criterion, severity, pointer, detail, params)
        for criterion, found in judged
        for severity, pointer, detail, params in found
    ]


def _specific(draft: Draft, around: Surroundings) -> Iterator[Found]:
    words = (draft.statement or "").split()
    if len(words) < FEWEST_WORDS:
        yield refusal(
            "/statement",
            N_(
                "statement: too short to be understood alone; say what is to change and for whom, in {words} words or more."
            ),
            words=FEWEST_WORDS,
        )
    if len(draft.statement or "") > MOST_LETTERS:
        yield advice(
            "/statement", N_("statement: long; is this more than one goal? Divide it, or say it in one sentence.")
        )
    if draft.owner_member_id is None:
        yield refusal("/owner_member_id", N_("owner_member_id: nobody; name the one member who answers for the goal."))
    elif draft.owner_member_id not in around.owners:
        yield refusal(
            "/owner_member_id", N_("owner_member_id: no active member of this partnership; GET .../members lists them.")
        )


def _relevant(draft: Draft, around: Surroundings) -> Iterator[Found]:
    if draft.level is None:
        yield refusal("/level", N_("level: missing; choose strategic, tactical or operational."))
    elif not draft.parents and draft.level is not Level.STRATEGIC:
        yield refusal("/parents", N_("parents: none; name the goal that this one serves, or make it strategic."))
    for index, parent in enumerate(draft.parents):
        pointer = f"/parents/{index}/goal_id"
        kin = around.parents.get(parent.goal_id) if parent.goal_id else None
        if kin is None:
            yield refusal(pointer, N_("goal_id: no goal that stands in the tree; GET .../goals lists them."))
        elif parent.goal_id in [other.goal_id for other in draft.parents[:index]]:
            yield refusal(pointer, N_("goal_id: stands here twice; name each parent once."))
        elif draft.level is not None and draft.level.rank < kin.level.rank:
            yield refusal(
                "/level",
                N_(
                    "level: {level} is above its parent “{parent}”, which is {above}; lower this goal or choose another parent."
                ),
                level=draft.level.value,
                parent=shortened(kin.statement),
                above=kin.level.value,
            )
    for child in around.children:
        if draft.level is not None and child.level.rank < draft.level.rank:
            yield refusal(
                "/level",
                N_("level: {level} is below its child “{child}”, which is {below}; lower that one first."),
                level=draft.level.value,
                child=shortened(child.statement),
                below=child.level.value,
            )


def _time_bound(draft: Draft, around: Surroundings) -> Iterator[Found]:
    due_at = draft.due_at
    if due_at is None:
        yield refusal("/due_at", N_("due_at: missing; say by when the goal is to be reached."))
        return
    if due_at <= around.now and due_at != around.standing_due_at:
        yield refusal("/due_at", N_("due_at: has passed; choose a time to come."))
    for parent in (around.parents[goal_id] for goal_id in draft.served if goal_id in around.parents):
        if due_at > parent.due_at:
            yield refusal(
                "/due_at",
                N_("due_at: after that of its parent “{parent}”, {due}; what serves a goal must be done by then."),
                parent=shortened(parent.statement),
                due=parent.due_at.isoformat(),
            )
    late = max(around.children, key=lambda child: child.due_at, default=None)
    if late is not None and late.due_at > due_at:
        yield refusal(
            "/due_at",
            N_("due_at: before that of its child “{child}”, {due}; move that one first."),
            child=shortened(late.statement),
            due=late.due_at.isoformat(),
        )
    record = around.objectives.get(draft.objective_id) if draft.objective_id else None
    if record is not None and record.due_at != due_at:
        yield advice(
            "/due_at",
            N_("due_at: its objective is due at {due}; use the same date, or people will work towards two."),
            due=record.due_at.isoformat(),
        )
