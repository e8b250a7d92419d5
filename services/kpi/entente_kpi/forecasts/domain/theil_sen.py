"""The line through the median of all slopes (Sen 1968, Journal of the American Statistical Association 63)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_AT_A_TIME = 100  # rows, which have 1770 pairs for 60 points


@dataclass(frozen=True, slots=True)
class Line:
    slope: float
    intercept: float

    def at(self, t: Floats) -> Floats:
        values: Floats = self.intercept + self.slope * t
        return values

    def residuals(self, t: Floats, y: Floats) -> Floats:
        residuals: Floats = y - self.at(t)
        return residuals


def fit(t: Floats, y: Floats) -> Line:
    """The slope is the median of (yj - yi) / (tj - ti), the intercept that of y - slope t. `t` has no two alike."""
    first, second = np.triu_indices(len(t), 1)
    slope = float(np.median((y[second] - y[first]) / (t[second] - t[first])))
    return Line(slope, float(np.median(y - slope * t)))


def resampled(t: Floats, y: Floats, due: float, count: int, chance: np.random.Generator) -> tuple[float, Floats]:
    """The line's value at `due`, and `count` values that might come instead.

    Each is that of the line through other residuals on the same fit, and one residual more.
    """
    line = fit(t, y)
    residuals = line.residuals(t, y)
    outcomes = np.empty(count)
    for begin in range(0, count, _AT_A_TIME):
        number = min(_AT_A_TIME, count - begin)
        others = line.at(t) + chance.choice(residuals, (number, len(t)))
        outcomes[begin : begin + number] = _through(t, others, due) + chance.choice(residuals, number)
    return float(line.at(np.array([due]))[0]), outcomes


def _through(t: Floats, rows: Floats, due: float) -> Floats:
    """The values at `due` of the lines through each of the rows."""
    first, second = np.triu_indices(len(t), 1)
    slopes = np.median((rows[:, second] - rows[:, first]) / (t[second] - t[first]), axis=1)
    intercepts = np.median(rows - slopes[:, np.newaxis] * t, axis=1)
    values: Floats = intercepts + slopes * due
    return values
