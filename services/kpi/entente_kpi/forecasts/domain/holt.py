"""Holt's method with a damped trend (Gardner and McKenzie 1985, Management Science 31), in error-correction form:

    l' = l + phi b + alpha e,  b' = phi b + alpha beta e,  with e = y - (l + phi b)

The parameters are those of a grid that err least one step ahead, in squares.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_GRID = np.array(list(product((0.1, 0.3, 0.5, 0.7, 0.9), (0.05, 0.2, 0.4, 0.7), (0.8, 0.9, 0.98)))).T


@dataclass(frozen=True, slots=True)
class Fit:
    level: float
    trend: float
    alpha: float
    beta: float
    phi: float
    residuals: Floats

    def ahead(self, steps: Floats) -> Floats:
        """The values so many steps ahead: the level, and the trend as far as it has not been damped."""
        values: Floats = self.level + self.trend * damped(self.phi, steps)
        return values


def damped(phi: float, steps: Floats) -> Floats:
    """The sum phi + phi^2 + ... + phi^steps, also between whole steps."""
    total: Floats = phi * (1 - phi**steps) / (1 - phi)
    return total


def fit(y: Floats) -> Fit:
    """Of at least two values; it begins with the first one and the first difference."""
    alpha, beta, phi = _GRID
    level, trend = np.full(len(alpha), y[0]), np.full(len(alpha), y[1] - y[0])
    residuals = np.empty((len(y) - 1, len(alpha)))
    for index, value in enumerate(y[1:]):
        error = value - (level + phi * trend)
        level, trend = level + phi * trend + alpha * error, phi * trend + alpha * beta * error
        residuals[index] = error
    best = int(np.argmin(np.sum(residuals**2, axis=0)))
    return Fit(
        float(level[best]),
        float(trend[best]),
        float(alpha[best]),
        float(beta[best]),
        float(phi[best]),
        residuals[:, best],
    )


def resampled(y: Floats, steps: float, count: int, chance: np.random.Generator) -> tuple[float, Floats]:
    """The value `steps` ahead, and `count` values that might come instead, by residuals drawn for each step on the way.

    An error moves what comes j steps later by alpha (1 + beta (phi + ... + phi^j)), and its own step wholly.
    """
    found = fit(y)
    value = float(found.ahead(np.array([steps]))[0])
    after = np.arange(max(int(np.ceil(steps)) - 1, 0), 0, -1.0)
    weights = np.append(found.alpha * (1 + found.beta * damped(found.phi, after)), 1.0)
    errors = chance.choice(found.residuals, (count, len(weights)))
    outcomes: Floats = value + errors @ weights
    return value, outcomes
