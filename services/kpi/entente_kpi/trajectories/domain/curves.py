"""How much of the way is planned to be behind after how much of the time; both are ratios from 0 to 1."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_STEEPNESS = 10.0  # A3's k


class Curve(StrEnum):
    """LINEAR rises evenly; S_CURVE slowly, fast and slowly again; STEPS at agreed moments only."""

    LINEAR = "linear"
    S_CURVE = "s_curve"
    STEPS = "steps"


@dataclass(frozen=True, slots=True)
class Step:
    """From `elapsed` of the time on, `planned` of the way is planned to be behind."""

    elapsed: float
    planned: float


def in_order(steps: Sequence[Step]) -> bool:
    """Whether the steps rise in time, never fall, and lie within the path."""
    before = Step(0.0, 0.0)
    for step in steps:
        if not before.elapsed < step.elapsed <= 1 or not before.planned <= step.planned <= 1:
            return False
        before = step
    return bool(steps)


def share(curve: Curve, steps: Sequence[Step], elapsed: float) -> float:
    """The planned share for `elapsed` in [0, 1]. At the due date it is 1 on every curve."""
    if curve is Curve.S_CURVE:  # the same code as for arrays, whose exponential may differ from math's in the last bit
        return float(_s_curve(np.array([elapsed]))[0])
    if curve is Curve.LINEAR or elapsed >= 1:
        return elapsed
    reached = bisect_right(steps, elapsed, key=lambda step: step.elapsed)
    return steps[reached - 1].planned if reached else 0.0


def shares(curve: Curve, steps: Sequence[Step], elapsed: Floats) -> Floats:
    """`share` for each of the given moments, to the last bit."""
    if curve is Curve.LINEAR:
        return elapsed
    if curve is Curve.S_CURVE:
        return _s_curve(elapsed)
    reached = np.searchsorted([step.elapsed for step in steps], elapsed, side="right")
    planned: Floats = np.array([0.0, *(step.planned for step in steps)])[reached]
    return np.where(elapsed >= 1, 1.0, planned)


def _s_curve(elapsed: Floats) -> Floats:
    """(s(k(t - 1/2)) - s(-k/2)) / (s(k/2) - s(-k/2)) with the logistic function s: exactly 0 at 0 and 1 at 1."""
    low, high = _logistic(np.array([-_STEEPNESS / 2, _STEEPNESS / 2]))
    risen: Floats = (_logistic(_STEEPNESS * (elapsed - 0.5)) - low) / (high - low)
    return risen


def _logistic(x: Floats) -> Floats:
    logistic: Floats = 1.0 / (1.0 + np.exp(-x))
    return logistic
