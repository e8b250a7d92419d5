"""A1: when a KPI leaves its path, and when it is back."""

from .machine import INSTANT, Machine, Point, State, rewind, step, watermark
from .rules import BurnRate, BurnWindow, Rule, RuleKind, Signal, usual_windows
from .running import Before, Run, quiet, run, undisturbed

__all__ = [
    "INSTANT", "Before", "BurnRate", "BurnWindow", "Machine", "Point", "Rule", "RuleKind", "Run", "Signal", "State", "quiet",
    "rewind", "run", "step", "undisturbed", "usual_windows", "watermark",
]  # fmt: skip
