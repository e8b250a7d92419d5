"""What has to hold before each stage, read from the facts; what does not hold is said in words."""

from collections.abc import Callable, Collection, Iterator

from entente_objectives.partnerships.domain import Role, Stage
from entente_shared.errors import N_

from .domain import Condition, ConditionKey, Facts

NAMED = 5  # how many parties or objectives a sentence names


def required(stage: Stage, facts: Facts) -> list[Condition]:
    """What has to hold before `stage` is entered, met or not. `facts.open` leaves out what a signed settlement settles."""
    return [_CHECKS[key](facts) for key in _REQUIRED[stage]]


def _listed(names: Collection[str]) -> str:
    shown = sorted(names)[:NAMED]
    return ", ".join(shown) + (", ..." if len(names) > NAMED else "")


def _without(facts: Facts, role: Role) -> list[str]:
    return [name for name, roles in facts.roles.items() if role not in roles]


def _sponsors(facts: Facts) -> Iterator[Condition]:
    names = _without(facts, Role.SPONSOR)
    if names:
        yield Condition(
            ConditionKey.SPONSORS,
            N_("every party needs a sponsor, and there is none for {parties}"),
            {"parties": _listed(names)},
        )


def _managers(facts: Facts) -> Iterator[Condition]:
    names = _without(facts, Role.ALLIANCE_MANAGER)
    if names:
        yield Condition(
            ConditionKey.ALLIANCE_MANAGERS,
            N_("every party needs an alliance manager, and there is none for {parties}"),
            {"parties": _listed(names)},
        )


def _charter(facts: Facts) -> Iterator[Condition]:
    if not facts.charter_signed:
        yield Condition(ConditionKey.CHARTER_SIGNED, N_("every party has to sign the same version of the charter"))


def _measured(facts: Facts) -> Iterator[Condition]:
    if not facts.objectives:
        yield Condition(
            ConditionKey.OBJECTIVES_MEASURED, N_("the charter has to name an objective whose progress is measured")
        )
    elif facts.unmeasured:
        yield Condition(
            ConditionKey.OBJECTIVES_MEASURED,
            N_("every objective needs a first measured progress, and there is none of {objectives}"),
            {"objectives": _listed(facts.unmeasured)},
        )


def _reviewed(facts: Facts) -> Iterator[Condition]:
    if not facts.reviews_held:
        yield Condition(
            ConditionKey.REVIEW_HELD, N_("a review has to be held, and its minutes confirmed by every party")
        )


def _resolved(facts: Facts) -> Iterator[Condition]:
    if facts.overdue_commitments:
        yield Condition(
            ConditionKey.COMMITMENTS_RESOLVED,
            N_("commitments past their due date have to be resolved: {count}"),
            {"count": facts.overdue_commitments},
        )


def _decisions(facts: Facts) -> Iterator[Condition]:
    if facts.open.decisions:
        yield Condition(
            ConditionKey.NO_OPEN_DECISIONS,
            N_("decisions have to be taken, or settled by a text that every party signs: {count} open"),
            {"count": len(facts.open.decisions)},
        )


def _commitments(facts: Facts) -> Iterator[Condition]:
    if facts.open.commitments:
        yield Condition(
            ConditionKey.NO_OPEN_COMMITMENTS,
            N_("commitments have to be resolved, or settled by a text that every party signs: {count} open"),
            {"count": len(facts.open.commitments)},
        )


def _cases(facts: Facts) -> Iterator[Condition]:
    if facts.open.cases:
        yield Condition(
            ConditionKey.NO_OPEN_CASES,
            N_("cases have to be closed, or settled by a text that every party signs: {count} open"),
            {"count": len(facts.open.cases)},
        )


def _check(key: ConditionKey, unmet: Callable[[Facts], Iterator[Condition]]) -> Callable[[Facts], Condition]:
    return lambda facts: next(unmet(facts), Condition(key))


_CHECKS = {
    key: _check(key, unmet)
    for key, unmet in {
        ConditionKey.SPONSORS: _sponsors,
        ConditionKey.ALLIANCE_MANAGERS: _managers,
        ConditionKey.CHARTER_SIGNED: _charter,
        ConditionKey.OBJECTIVES_MEASURED: _measured,
        ConditionKey.REVIEW_HELD: _reviewed,
        ConditionKey.COMMITMENTS_RESOLVED: _resolved,
        ConditionKey.NO_OPEN_DECISIONS: _decisions,
        ConditionKey.NO_OPEN_COMMITMENTS: _commitments,
        ConditionKey.NO_OPEN_CASES: _cases,
    }.items()
}
_STAFFED = (ConditionKey.SPONSORS, ConditionKey.ALLIANCE_MANAGERS)
_REQUIRED: dict[Stage, tuple[ConditionKey, ...]] = {
    Stage.AWARENESS: (),
    Stage.KNOWLEDGE: (ConditionKey.SPONSORS,),
    Stage.INTERNAL_ASSESSMENT: _STAFFED,
    Stage.PARTNER_SELECTION: _STAFFED,
    Stage.WORKING_TOGETHER: (*_STAFFED, ConditionKey.CHARTER_SIGNED),
    Stage.VALUE_CREATION: (ConditionKey.CHARTER_SIGNED, ConditionKey.OBJECTIVES_MEASURED),
    Stage.STAYING_TOGETHER: (
        ConditionKey.OBJECTIVES_MEASURED,
        ConditionKey.REVIEW_HELD,
        ConditionKey.COMMITMENTS_RESOLVED,
        ConditionKey.NO_OPEN_CASES,
    ),
    Stage.EXIT: (ConditionKey.NO_OPEN_DECISIONS, ConditionKey.NO_OPEN_COMMITMENTS, ConditionKey.NO_OPEN_CASES),
}
