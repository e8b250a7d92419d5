"""Which stage follows which, and what has to hold before a stage is entered (ISO 44001:2017, clause 8).

Forward one stage at a time; those who stay together may turn to new value; everybody may leave from anywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from entente_objectives.partnerships.domain import Role, Stage
from entente_shared.errors import N_, Conflict


class ConditionKey(StrEnum):
    SPONSORS = "sponsors"
    ALLIANCE_MANAGERS = "alliance_managers"
    CHARTER_SIGNED = "charter_signed"
    OBJECTIVES_MEASURED = "objectives_measured"
    REVIEW_HELD = "review_held"
    COMMITMENTS_RESOLVED = "commitments_resolved"
    NO_OPEN_DECISIONS = "no_open_decisions"
    NO_OPEN_COMMITMENTS = "no_open_commitments"
    NO_OPEN_CASES = "no_open_cases"


class ConditionsMissing(Conflict):
    slug, title = "stage-conditions-missing", N_("The partnership is not ready for this stage")


class WrongStage(Conflict):
    slug, title = "wrong-stage", N_("This stage does not follow the present one")


class PartnershipEnded(Conflict):
    slug, title = "partnership-ended", N_("The partnership has ended")


@dataclass(frozen=True)
class OpenMatters:
    """What has not come to an end yet, by id."""

    decisions: frozenset[UUID] = frozenset()
    commitments: frozenset[UUID] = frozenset()
    cases: frozenset[UUID] = frozenset()

    def without(self, settled: "OpenMatters") -> "OpenMatters":
        return OpenMatters(
            self.decisions - settled.decisions,
            self.commitments - settled.commitments,
            self.cases - settled.cases,
        )


def unchanged(before: Mapping[UUID, int], now: Mapping[UUID, int]) -> frozenset[UUID]:
    """Those whose version is the one that was signed; what has none there was never bound to one."""
    return frozenset(each for each, version in now.items() if before.get(each) == version)


@dataclass(frozen=True)
class Facts:
    """What is known of a partnership. `unmeasured` are the titles of active objectives that have no progress yet."""

    roles: dict[str, frozenset[Role]]  # by the party's name
    charter_signed: bool = False
    objectives: int = 0
    unmeasured: tuple[str, ...] = ()
    reviews_held: int = 0
    overdue_commitments: int = 0
    open: OpenMatters = field(default_factory=OpenMatters)


@dataclass(frozen=True)
class Condition:
    """`missing` says in words what has to be done (None: it is met); `params` fill it after translation."""

    key: ConditionKey
    missing: str | None = None
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return self.missing is None

    def in_words(self, say: Callable[[str], str]) -> str | None:
        return None if self.missing is None else say(self.missing).format(**self.params)


_FOLLOWING = {
    Stage.AWARENESS: (Stage.KNOWLEDGE,),
    Stage.KNOWLEDGE: (Stage.INTERNAL_ASSESSMENT,),
    Stage.INTERNAL_ASSESSMENT: (Stage.PARTNER_SELECTION,),
    Stage.PARTNER_SELECTION: (Stage.WORKING_TOGETHER,),
    Stage.WORKING_TOGETHER: (Stage.VALUE_CREATION,),
    Stage.VALUE_CREATION: (Stage.STAYING_TOGETHER,),
    Stage.STAYING_TOGETHER: (Stage.VALUE_CREATION,),
}


def following(stage: Stage) -> tuple[Stage, ...]:
    """The stages that can be entered from `stage`; none after the exit."""
    return (*_FOLLOWING[stage], Stage.EXIT) if stage is not Stage.EXIT else ()


def check_transition(present: Stage, wanted: Stage) -> None:
    if wanted not in following(present):
        raise WrongStage(
            N_("stage: {wanted} does not follow {present}; choose one of: {following}."),
            pointer="/stage",
            wanted=wanted.value,
            present=present.value,
            following=", ".join(stage.value for stage in following(present)),
        )


def check_conditions(found: Sequence[Condition], say: Callable[[str], str]) -> None:
    """Raises ConditionsMissing, which names all that is missing at once."""
    sentence = explain(found, say)
    if sentence is not None:
        raise ConditionsMissing(N_("{sentence}"), pointer="/stage", sentence=sentence)


def check_open(stage: Stage) -> None:
    """The one rule by which a partnership that has ended is only read."""
    if stage is Stage.EXIT:
        raise PartnershipEnded(
            N_("The partnership has ended: all of it can be read, and nothing changed; form a new one to go on.")
        )


_SENTENCES = {
    1: N_("one condition is missing: {missing}"),
    2: N_("two conditions are missing: {missing}"),
    3: N_("three conditions are missing: {missing}"),
    4: N_("four conditions are missing: {missing}"),
    5: N_("five conditions are missing: {missing}"),
}


def explain(found: Sequence[Condition], say: Callable[[str], str]) -> str | None:
    """All that is missing in one sentence, through the translation `say`; None where nothing is."""
    words = [text for text in (condition.in_words(say) for condition in found) if text is not None]
    return say(_SENTENCES[len(words)]).format(missing="; ".join(words)) if words else None
