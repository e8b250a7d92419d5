"""A14: what the partnership's benefits return on its costs, jointly and for each party. Money only, currency by currency."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from ..attestation.domain import Standing

RULE_VERSION = "returns/1"
_DECIMALS = 6
SMALLEST_UNIT = Decimal(1).scaleb(-_DECIMALS)
_PRECISION = (
    130  # digits: 12 of an amount, 2 ** 300 for three centuries at the highest rate, and 6 decimals; so sums are exact
)
_YEAR, _INSTANT = timedelta(days=365), timedelta(microseconds=1)


class Side(StrEnum):
    BENEFIT = "benefit"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Line:
    """An amount that was had or spent, or is expected to be; `shares` are the parties', which add up to 1."""

    side: Side
    id: UUID
    title: str
    at: datetime
    amount: Decimal
    currency: str
    standing: Standing
    shares: Mapping[UUID, Decimal]


@dataclass(frozen=True, slots=True)
class Valued:
    """A line with its present value, and what of it is each party's."""

    line: Line
    present_value: Decimal
    parts: Mapping[UUID, Decimal]


@dataclass(slots=True)
class Figures:
    """Sums of present values. What is disputed stands apart and counts in no return."""

    costs: Decimal = Decimal(0)
    attested: Decimal = Decimal(0)
    claimed: Decimal = Decimal(0)
    disputed_benefits: Decimal = Decimal(0)
    disputed_costs: Decimal = Decimal(0)

    def add(self, side: Side, standing: Standing, value: Decimal) -> None:
        if side is Side.COST:
            name = "disputed_costs" if standing is Standing.DISPUTED else "costs"
        else:
            name = "disputed_benefits" if standing is Standing.DISPUTED else standing.value
        with localcontext(prec=_PRECISION):
            setattr(self, name, getattr(self, name) + value)

    @property
    def return_attested(self) -> float | None:
        """Of what another party attested alone."""
        return rate_of_return(self.attested, self.costs)

    @property
    def return_with_claimed(self) -> float | None:
        """Of what was attested and what nobody has said anything of."""
        with localcontext(prec=_PRECISION):
            return rate_of_return(self.attested + self.claimed, self.costs)


@dataclass(slots=True)
class InCurrency:
    currency: str
    joint: Figures = field(default_factory=Figures)
    parties: dict[UUID, Figures] = field(default_factory=lambda: defaultdict(Figures))


def rate_of_return(benefits: Decimal, costs: Decimal) -> float | None:
    """(B - C) / C; None where nothing was spent."""
    with localcontext(prec=_PRECISION):
        return float((benefits - costs) / costs) if costs else None


def present_value(amount: Decimal, at: datetime, reference: datetime, rate: Decimal) -> Decimal:
    """Discounted: amount / (1 + rate) ** t, t in years of 365 days from `reference` (ACT/365 fixed), to six decimals, half even."""
    with localcontext(prec=_PRECISION):
        years = Decimal((at - reference) // _INSTANT) / (_YEAR // _INSTANT)
        discounted = amount * (-years * _logarithm(1 + rate)).exp() if rate and years else amount
        return discounted.quantize(SMALLEST_UNIT, ROUND_HALF_EVEN)


@lru_cache(maxsize=16)
def _logarithm(number: Decimal) -> Decimal:
    """As all lines of an answer have it: a power by itself costs six times as much."""
    with localcontext(prec=_PRECISION):
        return number.ln()


def split(total: Decimal, shares: Mapping[UUID, Decimal]) -> dict[UUID, Decimal]:
    """`total` by shares of whole millionths that add up to 1: whole smallest units that add up to it.

    What is left goes to the largest remainders, then to the lowest ids.
    """
    with localcontext(prec=_PRECISION):
        units = int(total.scaleb(_DECIMALS))
        divided = {party: divmod(units * int(share.scaleb(6)), 10**6) for party, share in sorted(shares.items())}
        left = units - sum(whole for whole, _ in divided.values())
        lucky = set(sorted(divided, key=lambda party: (-divided[party][1], party))[:left])
        return {party: Decimal(whole + (party in lucky)).scaleb(-_DECIMALS) for party, (whole, _) in divided.items()}


def value(lines: Iterable[Line], rate: Decimal, reference: datetime) -> list[Valued]:
    """Each line's present value at `reference`, discounted at `rate` a year (a ratio)."""
    valued = []
    for line in lines:
        worth = present_value(line.amount, line.at, reference, rate)
        valued.append(Valued(line, worth, split(worth, line.shares)))
    return valued


def returns(valued: Sequence[Valued]) -> list[InCurrency]:
    """By currency, which are never added to one another."""
    found: dict[str, InCurrency] = {}
    for each in valued:
        line = each.line
        in_currency = found.setdefault(line.currency, InCurrency(line.currency))
        in_currency.joint.add(line.side, line.standing, each.present_value)
        for party, part in each.parts.items():
            in_currency.parties[party].add(line.side, line.standing, part)
    return [found[currency] for currency in sorted(found)]
