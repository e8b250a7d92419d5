"""Bodies of benefits."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, PlainSerializer, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

from entente_shared.web import Amount, LongText, Strict, Text, Timestamp

from ..attestation.domain import Standing, Visibility
from ..attestation.schemas import VerdictCreate
from . import domain
from .models import Benefit, Realisation

Score = Literal[0, 25, 50, 75, 100]
Ratio = Annotated[
    Decimal,
    Field(gt=0, le=1, max_digits=7, decimal_places=6, allow_inf_nan=False),
    PlainSerializer(lambda value: format(value, "f"), return_type=str),
    WithJsonSchema({"type": "string", "examples": ["0.4"], "description": "a decimal above 0 and up to 1, as text"}),
]


class ValueBody(Strict):
    """Either an amount of money or a score by the rubric 0, 25, 50, 75, 100, which is never turned into money."""

    money: Amount | None = None
    score: Score | None = None

    def value(self) -> domain.Value:
        if self.money is None:
            return domain.Value(score=self.score)
        return domain.Value(self.money.amount, self.money.currency, self.score)

    @classmethod
    def of(cls, amount: Decimal | None, currency: str | None, score: int | None) -> "ValueBody":
        money = None if amount is None or currency is None else Amount(amount=amount, currency=currency)
        return cls.model_validate({"money": money, "score": score})


class Beneficiary(Strict):
    model_config = ConfigDict(from_attributes=True)

    party_id: UUID
    share: Ratio


class BenefitCreate(Strict):
    """It is claimed by the caller's party. The beneficiaries' shares add up to 1."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "One tender for both fleets",
                    "kind": "economies_of_scale",
                    "expected": {"money": {"amount": "120000.00", "currency": "EUR"}},
                    "expected_at": "2026-12-31T00:00:00Z",
                    "beneficiaries": [
                        {"party_id": "01939f60-1c01-7b21-9d01-6f104b8c2001", "share": "0.6"},
                        {"party_id": "01939f60-1c01-7b22-9d02-6f104b8c2002", "share": "0.4"},
                    ],
                }
            ]
        }
    )

    title: Text
    description: LongText | None = None
    kind: domain.Kind
    visibility: Visibility = Visibility.SHARED
    expected: ValueBody
    expected_at: Timestamp = Field(description="when it is expected to be had")
    beneficiaries: list[Beneficiary] = Field(min_length=1, max_length=50)
    kpi_id: UUID | None = None
    objective_id: UUID | None = None

    @field_validator("beneficiaries")
    @classmethod
    def _once_each(cls, beneficiaries: list[Beneficiary]) -> list[Beneficiary]:
        if len({each.party_id for each in beneficiaries}) < len(beneficiaries):
            raise PydanticCustomError("beneficiaries", "each party stands here once")
        return beneficiaries

    def draft(self) -> domain.Draft:
        return domain.Draft(
            title=self.title,
            description=self.description or "",
            kind=self.kind,
            visibility=self.visibility,
            expected=self.expected.value(),
            expected_at=self.expected_at,
            shares={each.party_id: each.share for each in self.beneficiaries},
            kpi_id=self.kpi_id,
            objective_id=self.objective_id,
        )


class BenefitRead(Strict):
    """`standing` is what the other parties say of what it expects; each realisation has its own."""

    id: UUID
    claimed_by: UUID
    title: str
    description: str
    kind: domain.Kind
    visibility: Visibility
    expected: ValueBody
    expected_at: datetime
    beneficiaries: list[Beneficiary]
    kpi_id: UUID | None
    objective_id: UUID | None
    standing: Standing
    revision: int
    created_at: datetime
    version: int

    @classmethod
    def of(cls, benefit: Benefit) -> "BenefitRead":
        return cls(
            id=benefit.id,
            claimed_by=benefit.party_id,
            title=benefit.title,
            description=benefit.description,
            kind=benefit.kind,
            visibility=benefit.visibility,
            expected=ValueBody.of(benefit.expected_amount, benefit.currency, benefit.expected_score),
            expected_at=benefit.expected_at,
            beneficiaries=[Beneficiary.model_validate(share) for share in benefit.shares],
            kpi_id=benefit.kpi_id,
            objective_id=benefit.objective_id,
            standing=benefit.standing,
            revision=benefit.revision,
            created_at=benefit.created_at,
            version=benefit.version,
        )


class BenefitVerdictCreate(VerdictCreate):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"opinion": "disputed", "reason": "Half of it was agreed before the partnership", "revision": 1}
            ]
        }
    )

    revision: int = Field(ge=1, description="the `revision` of the benefit that you judge; an older one is refused")


class RealisationCreate(Strict):
    """A part of the amount that was had at a time, or where the benefit stands by the rubric."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "at": "2026-06-30T00:00:00Z",
                    "value": {"money": {"amount": "40000.00", "currency": "EUR"}},
                    "note": "The first lot was ordered",
                }
            ]
        }
    )

    at: Timestamp
    value: ValueBody
    note: LongText | None = Field(None, description="what shows it")


class RealisationRead(Strict):
    id: UUID
    benefit_id: UUID
    at: datetime
    value: ValueBody
    note: str
    standing: Standing
    recorded_at: datetime
    version: int

    @classmethod
    def of(cls, benefit: Benefit, realisation: Realisation) -> "RealisationRead":
        return cls(
            id=realisation.id,
            benefit_id=benefit.id,
            at=realisation.at,
            value=ValueBody.of(realisation.amount, benefit.currency, realisation.score),
            note=realisation.note,
            standing=realisation.standing,
            recorded_at=realisation.recorded_at,
            version=realisation.version,
        )
