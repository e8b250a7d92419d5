"""A3: where a KPI stands between its baseline and its target, and where it was planned to stand by then."""

from .curves import Curve, Step
from .path import BEGINNING, Path, Segment, extend, governing
from .trajectory import Assessment, Band, InvalidTrajectory, Trajectory

__all__ = [
    "BEGINNING", "Assessment", "Band", "Curve", "InvalidTrajectory", "Path", "Segment", "Step", "Trajectory", "extend", "governing",
]  # fmt: skip
