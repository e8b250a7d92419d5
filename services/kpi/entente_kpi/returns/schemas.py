"""Bodies of returns."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import PlainSerializer, WithJsonSchema

from entente_shared.web import Strict

from ..attestation.domain import Standing
from ..benefits.domain import Kind
from ..costs.domain import Basis
from . import domain
from .queries import Scored

Exact = Annotated[
    Decimal,
    PlainSerializer(lambda value: format(value, "f"), return_type=str),
    WithJsonSchema({"type": "string", "examples": ["12.500000"]}),
]


class FiguresRead(Strict):
    """Sums of present values, as exact decimals, and (benefits - costs) / costs, null without costs.

    `return_attested` counts the benefits that another party attested; `return_with_claimed` also those that nobody has said
    anything of. What is disputed is counted in neither. Costs count unless they are disputed.
    """

    costs: Exact
    attested: Exact
    claimed: Exact
    disputed_benefits: Exact
    disputed_costs: Exact
    return_attested: float | None
    return_with_claimed: float | None

    @classmethod
    def of(cls, figures: domain.Figures) -> "FiguresRead":
        return cls(
            costs=figures.costs,
            attested=figures.attested,
            claimed=figures.claimed,
            disputed_benefits=figures.disputed_benefits,
            disputed_costs=figures.disputed_costs,
            return_attested=figures.return_attested,
            return_with_claimed=figures.return_with_claimed,
        )


class PartyReturn(Strict):
    party_id: UUID
    figures: FiguresRead


class CurrencyReturn(Strict):
    currency: str
    joint: FiguresRead
    parties: list[PartyReturn]

    @classmethod
    def of(cls, found: domain.InCurrency) -> "CurrencyReturn":
        return cls(
            currency=found.currency,
            joint=FiguresRead.of(found.joint),
            parties=[
                PartyReturn(party_id=party, figures=FiguresRead.of(figures))
                for party, figures in sorted(found.parties.items())
            ],
        )


class PartRead(Strict):
    party_id: UUID
    present_value: Exact


class InputRead(Strict):
    """`id` is the realisation's, the benefit's or the cost's."""

    side: domain.Side
    id: UUID
    title: str
    at: datetime
    amount: Exact
    currency: str
    standing: Standing
    present_value: Exact
    parts: list[PartRead]

    @classmethod
    def of(cls, valued: domain.Valued) -> "InputRead":
        line = valued.line
        return cls(
            side=line.side,
            id=line.id,
            title=line.title,
            at=line.at,
            amount=line.amount,
            currency=line.currency,
            standing=line.standing,
            present_value=valued.present_value,
            parts=[PartRead(party_id=party, present_value=part) for party, part in valued.parts.items()],
        )


class RubricRead(Strict):
    """A benefit that is no money: scores of 0 to 100, which no return counts."""

    benefit_id: UUID
    title: str
    kind: Kind
    expected: int
    realised: int | None
    standing: Standing

    @classmethod
    def of(cls, scored: Scored) -> "RubricRead":
        return cls(
            benefit_id=scored.benefit_id,
            title=scored.title,
            kind=Kind(scored.kind),
            expected=scored.expected,
            realised=scored.realised,
            standing=scored.standing,
        )


class ReturnsRead(Strict):
    """By currency, with all that it was computed from: each input's `present_value` is `amount / (1 + rate) ** t`, t in years
    of 365 days from `reference_at`, to six decimals, half to even; a part's is by its share, largest remainder first.
    """

    basis: Basis
    rate: Exact
    reference_at: datetime
    rule_version: str
    items: list[CurrencyReturn]
    rubrics: list[RubricRead]
    inputs: list[InputRead]
