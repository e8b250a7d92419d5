"""A4: where a KPI will stand at its due date, how sure that is, and how likely it meets what is to be reached.

Two methods: the line of Theil and Sen (Sen 1968), which outliers do not move, and Holt's damped trend (Gardner and McKenzie
1985) for series of at least 12 points without outliers. What errs less on the series' own past is taken (rolling origin,
mean absolute error; Tashman 2000). The interval and the chance come from resampled residuals with a given seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from entente_shared.errors import N_, Conflict

from . import holt, theil_sen
from .holt import Floats

RULE_VERSION = "A4/1"
LEAST, MOST = 3, 60  # points
_LEAST_FOR_HOLT = 12
_ORIGINS = 12
_FARTHEST = 1000  # steps; a damped trend has ended long before
_RESAMPLES = 1000
COVERAGE = 0.9


class Method(StrEnum):
    THEIL_SEN = "theil_sen"
    DAMPED_HOLT = "damped_holt"


class NoForecast(Conflict):
    slug = "no-forecast"
    title = N_("There is nothing to forecast from")


class Reached(Protocol):
    def __call__(self, values: Floats, /) -> NDArray[np.bool_]: ...


@dataclass(frozen=True, slots=True)
class Forecast:
    """Values in the KPI's unit; the interval holds the due value with a chance of 90 %, if the past is a guide.

    `errors` are the mean absolute errors of the methods that were tried.
    """

    method: Method
    value: float
    low: float
    high: float
    chance: float
    errors: dict[Method, float]
    resamples: int


def forecast(times: Sequence[float], values: Sequence[float], due: float, reached: Reached, seed: int) -> Forecast:
    """`times` rise and lie before `due`, in one unit, whichever. Raises NoForecast for fewer than three points."""
    if len(times) < LEAST:
        raise NoForecast(N_("A forecast needs at least three samples; push more."))
    t, y = np.array(times, dtype=np.float64), np.array(values, dtype=np.float64)
    errors = {method: _error(method, t, y, due) for method in _candidates(t, y, due)}
    method = min(errors, key=lambda each: errors[each])
    chance = np.random.default_rng(seed)
    if method is Method.THEIL_SEN:
        value, outcomes = theil_sen.resampled(t, y, due, _RESAMPLES, chance)
    else:
        value, outcomes = holt.resampled(y, _steps(t, due), _RESAMPLES, chance)
    low, high = np.quantile(outcomes, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return Forecast(
        method=method,
        value=value,
        low=float(min(low, value)),
        high=float(max(high, value)),
        chance=float(np.mean(reached(outcomes))),
        errors=errors,
        resamples=_RESAMPLES,
    )


def _candidates(t: Floats, y: Floats, due: float) -> list[Method]:
    if len(t) < _LEAST_FOR_HOLT or _steps(t, due) > _FARTHEST or has_outliers(t, y):
        return [Method.THEIL_SEN]
    return [Method.THEIL_SEN, Method.DAMPED_HOLT]


def has_outliers(t: Floats, y: Floats) -> bool:
    """Whether a point lies 3.5 robust standard deviations (Iglewicz and Hoaglin 1993) off the line through its neighbours.

    At the ends that is the line through the two nearest ones, from which mere noise lies twice as far.
    """
    inner = y[1:-1] - (y[:-2] + (y[2:] - y[:-2]) * (t[1:-1] - t[:-2]) / (t[2:] - t[:-2]))
    first = y[0] - (y[1] + (y[2] - y[1]) * (t[0] - t[1]) / (t[2] - t[1]))
    last = y[-1] - (y[-2] + (y[-2] - y[-3]) * (t[-1] - t[-2]) / (t[-2] - t[-3]))
    off = np.abs(np.array([first / 2, *inner, last / 2]))
    spread = max(float(np.median(off)), 1e-9 * float(np.ptp(y)))
    return spread > 0 and bool(np.any(0.6745 * off / spread > 3.5))


def _steps(t: Floats, due: float) -> float:
    """How far the due date lies ahead, in usual distances between two points."""
    return float((due - t[-1]) / np.median(np.diff(t)))


def _error(method: Method, t: Floats, y: Floats, due: float) -> float:
    """Mean absolute error over the last origins, each looking ahead at most as far as the due date lies."""
    n = len(t)
    ahead = max(1, min(int(np.ceil(_steps(t, due))), _ORIGINS))
    errors: list[float] = []
    for origin in range(max(2, n - _ORIGINS), n):
        last = min(origin + ahead, n)
        if method is Method.THEIL_SEN:
            predicted = theil_sen.fit(t[:origin], y[:origin]).at(t[origin:last])
        else:
            predicted = holt.fit(y[:origin]).ahead(np.arange(1.0, last - origin + 1))
        errors.extend(np.abs(y[origin:last] - predicted).tolist())
    return float(np.mean(errors))


def condense(times: Sequence[float], values: Sequence[float], most: int = MOST) -> tuple[list[float], list[float]]:
    """At most `most` points: the means over stretches of equal length."""
    if len(times) <= most:
        return list(times), list(values)
    t, y = np.array(times), np.array(values)
    place = np.minimum(((t - t[0]) / (t[-1] - t[0]) * most).astype(np.int64), most - 1)
    counts = np.bincount(place, minlength=most)
    filled = counts > 0
    means = [np.bincount(place, weights=each, minlength=most)[filled] / counts[filled] for each in (t, y)]
    return means[0].tolist(), means[1].tolist()
