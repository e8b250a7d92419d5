"""What a formula comes to at given times, as columns. It never raises: where there is no value, a fault says why.

The value at a time depends on the samples alone, bit by bit, however a series is cut into pieces to compute it: windows
are summed exactly (a float is a whole multiple of 2^-1074) and rounded once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from . import tree
from .tree import Aggregate, Function, Node

Times = NDArray[np.int64]
Values = NDArray[np.float64]
LARGEST = 1e100
_INSTANT = timedelta(microseconds=1)
_FINEST = 1074


class Fault(StrEnum):
    MISSING = "missing"
    DIVISION_BY_ZERO = "division_by_zero"
    OUTSIDE_DOMAIN = "outside_domain"
    TOO_LARGE = "too_large"


FAULTS = (None, *Fault)  # a fault's code is its place here
_MISSING, _DIVISION, _DOMAIN, _LARGE = range(1, 5)


@dataclass(frozen=True, slots=True)
class Series:
    """An input's samples by rising time (microseconds since 1970 UTC), and how old its last value may be."""

    times: Times
    values: Values
    stale_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A value for each time, and the code of its fault (0: none)."""

    values: Values
    faults: NDArray[np.int8]


def evaluate(root: Node, times: Times, series: Mapping[str, Series]) -> Column:
    """The formula `root`, as `checking.check` gives it, at rising `times`.

    Each input has to have its samples from the last one before the first time on, and those of its windows.
    """
    with np.errstate(all="ignore"):
        return _bounded(_evaluate(root, times, series), LARGEST)


def _evaluate(node: Node, times: Times, series: Mapping[str, Series]) -> Column:
    match node:
        case tree.Number():
            return Column(np.full(len(times), node.value), np.zeros(len(times), np.int8))
        case tree.Latest():
            return _latest(series[node.name], times, node.within)
        case tree.Window():
            return _window(series[node.name], times, node)
    return _apply(node, [_evaluate(child, times, series) for child in tree.children(node)])


def _apply(node: Node, columns: Sequence[Column]) -> Column:
    values, faults = columns[0].values, columns[0].faults
    match node:
        case tree.Scaled():
            return _bounded(Column(values * float(node.factor.numerator) / float(node.factor.denominator), faults))
        case tree.Operation():
            return _operate(node.sign, *columns)
        case tree.Choice():
            return _choose(node.comparison, *columns)
        case tree.Call():
            return _call(node.function, columns)
    return Column(-values, faults)


def _latest(series: Series, times: Times, within: timedelta | None) -> Column:
    index = np.searchsorted(series.times, times, side="right") - 1
    missing, limit = index < 0, within if within is not None else series.stale_after
    if not len(series.times):
        return Column(np.zeros(len(times)), np.full(len(times), _MISSING, np.int8))
    index = np.maximum(index, 0)
    if limit is not None:
        missing |= times - series.times[index] > limit // _INSTANT
    return _faulty(series.values[index], missing, _MISSING)


def _window(series: Series, times: Times, node: tree.Window) -> Column:
    begins = np.searchsorted(series.times, times - node.width // _INSTANT, side="right")
    ends = np.searchsorted(series.times, times, side="right")
    sums = _exact_sums(series.values, begins.tolist(), ends.tolist())
    counts = ends - begins
    if node.aggregate is Aggregate.MEAN:
        sums = sums / np.maximum(counts, 1)
    return _faulty(sums, counts == 0, _MISSING)


def _exact_sums(values: Values, begins: Sequence[int], ends: Sequence[int]) -> Values:
    """Sums of slices whose ends only rise, in one pass."""
    whole = [_whole(value) for value in values[begins[0] : ends[-1]].tolist()] if len(begins) else []
    offset, one = (begins[0] if len(begins) else 0), 1 << _FINEST
    sums, total, first, last = np.zeros(len(begins)), 0, offset, offset
    for n, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        total += sum(whole[last - offset : end - offset]) - sum(whole[first - offset : begin - offset])
        first, last = begin, end
        sums[n] = total / one  # the division of integers is rounded correctly
    return sums


def _whole(value: float) -> int:
    numerator, denominator = value.as_integer_ratio()
    return numerator << (_FINEST + 1 - denominator.bit_length())


def _operate(sign: str, left: Column, right: Column) -> Column:
    faults = _first(left, right)
    a, b = left.values, right.values
    if sign == "/":
        zero = b == 0
        return _bounded(_faulty(a / np.where(zero, 1.0, b), zero, _DIVISION, faults))
    if sign == "^":
        zero = (a == 0) & (b < 0)
        return _bounded(_faulty(np.power(np.where(zero, 1.0, a), b), zero, _DIVISION, faults))
    result = a + b if sign == "+" else a - b if sign == "-" else a * b
    return _bounded(Column(result, faults))


_COMPARISONS: dict[str, Callable[[Values, Values], NDArray[np.bool_]]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
}  # fmt: skip


def _choose(comparison: str, left: Column, right: Column, then: Column, otherwise: Column) -> Column:
    holds = _COMPARISONS[comparison](left.values, right.values)
    asked = _first(left, right)
    chosen = np.where(holds, then.faults, otherwise.faults).astype(np.int8)
    return Column(np.where(holds, then.values, otherwise.values), np.where(asked != 0, asked, chosen).astype(np.int8))


def _call(function: Function, columns: Sequence[Column]) -> Column:
    values, faults = columns[0].values, columns[0].faults
    if function in {Function.MIN, Function.MAX}:
        pick = np.minimum if function is Function.MIN else np.maximum
        return Column(pick.reduce([each.values for each in columns]), _first(*columns))
    if function is Function.LOG:
        outside = values <= 0
        return _faulty(np.log(np.where(outside, 1.0, values)), outside, _DOMAIN, faults)
    if function is Function.SQRT:
        outside = values < 0
        return _faulty(np.sqrt(np.where(outside, 0.0, values)), outside, _DOMAIN, faults)
    if function is Function.EXP:
        return _bounded(Column(np.exp(values), faults))
    return Column(np.abs(values), faults)


def _first(*columns: Column) -> NDArray[np.int8]:
    """The leftmost fault of each time."""
    faults = columns[-1].faults
    for column in reversed(columns[:-1]):
        faults = np.where(column.faults != 0, column.faults, faults).astype(np.int8)
    return faults


def _faulty(values: Values, where: NDArray[np.bool_], code: int, known: NDArray[np.int8] | None = None) -> Column:
    faults = np.where(where, code, 0).astype(np.int8)
    return Column(values, faults if known is None else np.where(known != 0, known, faults).astype(np.int8))


def _bounded(column: Column, largest: float = float(np.finfo(np.float64).max)) -> Column:
    """What overflowed or has no real value is at fault, and goes on as 0, so that no NaN travels."""
    undefined, large = np.isnan(column.values), ~(np.abs(column.values) <= largest)
    found = np.where(undefined, _DOMAIN, np.where(large, _LARGE, 0))
    faults = np.where(column.faults != 0, column.faults, found).astype(np.int8)
    return Column(np.where(faults != 0, 0.0, column.values), faults)
