"""What an adjustment moves, what that is worth, and who would decide on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

Cell = tuple[UUID, UUID, int]
Cells = Mapping[Cell, float]
TIERS = ("automatic", "alliance_managers", "committee", "sponsors")
"""From the lightest to the heaviest."""


@dataclass(frozen=True)
class Move:
    """One cell of the allocation, in units before and after."""

    cell: Cell
    before: float
    after: float


@dataclass(frozen=True)
class Value:
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Lever:
    """`effect` per unit and period, in the KPI's unit."""

    key: str
    resource_id: UUID
    effect: float
    lag: timedelta


@dataclass(frozen=True)
class Mandate:
    """`limit` None: without limit."""

    tier: str
    limit: Value | None


def difference(before: Cells, after: Cells) -> list[Move]:
    """The cells that differ, in one order."""
    cells = sorted({*before, *after}, key=lambda cell: (str(cell[0]), str(cell[1]), cell[2]))
    moves = (Move(cell, before.get(cell, 0.0), after.get(cell, 0.0)) for cell in cells)
    return [move for move in moves if move.before != move.after]


def shifted(cells: Cells, moves: Iterable[Move], *, back: bool = False) -> dict[Cell, float]:
    """`cells` with each move made, or taken back: its change is added to what is there now, whatever happened since."""
    result = dict(cells)
    for move in moves:
        change = move.before - move.after if back else move.after - move.before
        result[move.cell] = round(result.get(move.cell, 0.0) + change, 3)
    return {cell: amount for cell, amount in result.items() if amount != 0}


def value(moves: Iterable[Move], unit_values: Mapping[UUID, Value | None]) -> Value | None:
    """Sum |change| * unit value; None where a moved resource has no value, or where they have several currencies."""
    total, currencies = Decimal(0), set()
    for move in moves:
        unit = unit_values.get(move.cell[1])
        if unit is None:
            return None
        total += abs(Decimal(str(move.after)) - Decimal(str(move.before))) * unit.amount
        currencies.add(unit.currency)
    return Value(_plain(total), currencies.pop()) if len(currencies) == 1 else None


def _plain(amount: Decimal) -> Decimal:
    """Without an exponent and with at least two decimals, as amounts are written."""
    exponent = amount.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "sums of finite amounts are finite"
    return amount.quantize(Decimal(1).scaleb(min(-2, exponent)))


def churn(moves: Iterable[Move]) -> float:
    return round(sum(abs(move.after - move.before) for move in moves), 3)


def levers_of(levers: Sequence[Lever]) -> dict[UUID, Lever]:
    """By resource. Where several tie a resource to the same KPI, the one that promises least is relied on."""
    chosen: dict[UUID, Lever] = {}
    for lever in sorted(levers, key=lambda each: (abs(each.effect), each.key)):
        chosen.setdefault(lever.resource_id, lever)
    return chosen


def effect(moves: Iterable[Move], levers: Mapping[UUID, Lever], needs: set[UUID]) -> float:
    """What the levers promise of `moves`, through those `needs` that work on their KPI."""
    return sum(
        levers[move.cell[1]].effect * (move.after - move.before)
        for move in moves
        if move.cell[0] in needs and move.cell[1] in levers
    )


def used(moves: Iterable[Move], levers: Mapping[UUID, Lever], needs: set[UUID]) -> list[Lever]:
    """The levers that `moves` pull."""
    found = {move.cell[1] for move in moves if move.cell[0] in needs and move.cell[1] in levers}
    return sorted((levers[resource_id] for resource_id in found), key=lambda lever: lever.key)


def horizon(levers: Iterable[Lever]) -> timedelta:
    """The longest lag: before it is over nothing can be said about the effect."""
    return max((lever.lag for lever in levers), default=timedelta())


def tier(mandates: Sequence[Mandate], amount: Value | None) -> str | None:
    """The tier that would decide: the lightest that covers `amount`, and the heaviest where none is known to."""
    ordered = sorted(mandates, key=lambda mandate: TIERS.index(mandate.tier))
    for mandate in ordered:
        limit = mandate.limit
        if amount and limit and limit.currency == amount.currency and amount.amount <= limit.amount:
            return mandate.tier
    return ordered[-1].tier if ordered else None
