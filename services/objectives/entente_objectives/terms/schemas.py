"""Bodies of a charter's terms. What makes sense together is for `domain.check` to say."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from entente_objectives.bodies import Key, Moment, Span
from entente_objectives.clauses.schemas import (
    CommunicationTermBody,
    ConfidentialityTermBody,
    EquityTermBody,
    IntellectualPropertyTermBody,
    SharingBody,
)
from entente_objectives.mandates.domain import Domain, Tier
from entente_objectives.objectives.domain import Curve
from entente_objectives.partnerships.domain import Role
from entente_shared.web import Amount, Strict, Text

Value = Annotated[float, Field(ge=-1e15, le=1e15, description="in the KPI's unit", examples=[100.0])]
Ratio = Annotated[float, Field(ge=0, le=1)]
Whole = Annotated[int, Field(ge=0, le=1_000_000)]


def _empty(clause: Any) -> bool:
    return not clause


def _unsaid(value: Any) -> bool:
    return value is None


class StepBody(Strict):
    """From `elapsed` of the time on, `planned` of the way is planned to be behind."""

    elapsed: Ratio
    planned: Ratio


class BandBody(Strict):
    low: Value
    high: Value


class ObjectiveTermBody(Strict):
    """A path from `baseline` at `starts_at` to `target` at `due_at`, rising or falling, or into a `band` round the target.

    The plan follows `curve`; `steps` belong to the curve `steps`.
    """

    key: Key
    title: Text
    kpi_id: UUID
    baseline: Value
    target: Value
    starts_at: Moment
    due_at: Moment
    curve: Curve = Curve.LINEAR
    steps: Annotated[list[StepBody], Field(max_length=100, default_factory=list)]
    band: BandBody | None = None


class LeverTermBody(Strict):
    """What one more unit of a resource for one period does to the KPI, with the interval that its source gives."""

    key: Key
    resource_id: UUID
    kpi_id: UUID
    effect: Value
    effect_low: Value
    effect_high: Value
    lag: Span
    source: Text
    version: Whole = 1


class VetoBody(Strict):
    """With `deemed_after` (working days), a party's window runs from its own receipt of the outcome, or from when it counts as told.

    Without, every window runs from the opening of the decision.
    """

    grounds: Annotated[list[Text], Field(max_length=50)]
    window: Span
    deemed_after: Annotated[Span | None, Field(exclude_if=_unsaid)] = None


class MandateBody(Strict):
    """Who decides up to `max_amount`. Passed above `support`, from `quorum` and `approval`, by weight and by party.

    `committee`: the key of the committee that decides at the tier committee; without it, all committee members. The party
    whose breach, default or exit is decided on votes unless `concerned_votes` is false.
    """

    key: Key
    domain: Domain
    tier: Tier
    max_amount: Amount | None = None
    support: Ratio
    quorum: Ratio
    approval: Ratio
    expires_after: Span
    veto: VetoBody | None = None
    committee: Annotated[Key | None, Field(exclude_if=_unsaid)] = None
    concerned_votes: Annotated[bool, Field(exclude_if=bool)] = True


class LevelBody(Strict):
    name: Text
    responders: Annotated[list[Role], Field(max_length=10)]
    limit: Span


class FloorTermBody(Strict):
    """What a party is guaranteed of its weighted needs, as a ratio."""

    party_id: UUID
    share: Ratio


class PolicyBody(Strict):
    """`verify_samples` after a lever's lag verify an adjustment; the rest damps automatic ones."""

    churn_budget: Annotated[float, Field(ge=0, le=1e15)]
    rollback_on_failure: bool
    verify_samples: Whole
    damping_half_life: Span
    cap_per_period: Whole
    review_period: Span
    cool_down: Span


class TermsBody(Strict):
    """A clause that is empty, or as it is where nothing is said, is not written at all: a charter without it keeps the text, and so
    the hash, that it had.
    """

    objectives: Annotated[list[ObjectiveTermBody], Field(max_length=500)]
    levers: Annotated[list[LeverTermBody], Field(max_length=500)]
    mandates: Annotated[list[MandateBody], Field(max_length=50)]
    ladder: Annotated[list[LevelBody], Field(max_length=20)]
    floors: Annotated[list[FloorTermBody], Field(max_length=50)]
    policy: PolicyBody
    equity: Annotated[list[EquityTermBody], Field(max_length=20, default_factory=list, exclude_if=_empty)]
    shares: Annotated[SharingBody | None, Field(exclude_if=_empty)] = None
    confidentiality: Annotated[
        list[ConfidentialityTermBody], Field(max_length=20, default_factory=list, exclude_if=_empty)
    ]
    intellectual_property: Annotated[
        list[IntellectualPropertyTermBody], Field(max_length=200, default_factory=list, exclude_if=_empty)
    ]
    communication: Annotated[list[CommunicationTermBody], Field(max_length=20, default_factory=list, exclude_if=_empty)]


def document(terms: TermsBody) -> dict[str, Any]:
    """The terms as the JSON that is hashed and signed."""
    written = terms.model_dump(mode="json")
    return {name: written[name] for name in TermsBody.model_fields if name in written}
