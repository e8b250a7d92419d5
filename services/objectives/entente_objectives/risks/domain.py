"""Risks on fixed scales: probability and impact from 1 to 5, and what their product means (IEC 31010:2019, B.10.3)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from entente_shared.errors import N_, Conflict, Unprocessable

SCALE = range(1, 6)
PROBABILITIES = ("rare", "unlikely", "possible", "likely", "almost_certain")
IMPACTS = ("negligible", "minor", "moderate", "major", "severe")


class RiskLevel(StrEnum):
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    EXTREME = "extreme"


class RiskResponse(StrEnum):
    AVOID = "avoid"
    REDUCE = "reduce"
    TRANSFER = "transfer"
    ACCEPT = "accept"


class RiskStatus(StrEnum):
    """`occurred`: it has come to pass and may again; `closed`: it cannot any more."""

    OPEN = "open"
    OCCURRED = "occurred"
    CLOSED = "closed"


STANDING = (RiskStatus.OPEN, RiskStatus.OCCURRED)


class InvalidRisk(Unprocessable):
    slug, title = "invalid-risk", N_("The risk makes no sense")


class RiskClosed(Conflict):
    slug, title = "risk-closed", N_("The risk is closed")


@dataclass(frozen=True)
class Assessment:
    probability: int
    impact: int

    @property
    def exposure(self) -> int:
        return self.probability * self.impact

    @property
    def level(self) -> RiskLevel:
        """From 15 extreme, from 8 high, from 4 moderate; a severe impact is never less than moderate."""
        if self.exposure >= 15:
            return RiskLevel.EXTREME
        if self.exposure >= 8:
            return RiskLevel.HIGH
        return RiskLevel.MODERATE if self.exposure >= 4 else RiskLevel.LOW


def check_standing(status: RiskStatus) -> None:
    if status not in STANDING:
        raise RiskClosed(N_("The risk is closed; enter a new one where it is there again."))


def check_review(review_due_at: datetime, now: datetime) -> None:
    if review_due_at <= now:
        raise InvalidRisk(
            N_("review_due_at: is not after the present; choose when the risk is looked at next."),
            pointer="/review_due_at",
        )


def matrix(assessments: Iterable[Assessment]) -> list[tuple[Assessment, int]]:
    """How many risks there are in each of the 25 cells, by probability and impact."""
    counts = Counter(assessments)
    return [(cell, counts[cell]) for p in SCALE for i in SCALE for cell in (Assessment(p, i),)]
