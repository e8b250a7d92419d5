"""When a path may be asked to move."""

from dataclasses import dataclass
from datetime import datetime

from entente_objectives.mandates.domain import Tier
from entente_objectives.objectives.domain import InvalidPath, ObjectiveRetired, Path, check_path
from entente_shared.errors import N_, Conflict

RATCHET_VERSION = "goal-ratchet/1"
ONE_TIER, TWO_TIERS = 0.10, 0.25
"""A goal that has moved by more than this share makes the decision heavier by one tier, or by two."""
FARTHEST = 1e6  # shares of a way that is next to nothing are infinite, which JSON is not


class AlreadyBeingDecided(Conflict):
    slug, title = "already-being-decided", N_("Another path for this objective is being decided")


def check_request(*, active: bool, pending: bool) -> None:
    if not active:
        raise ObjectiveRetired(N_("This objective has left the charter; amend the charter to bring it back."))
    if pending:
        raise AlreadyBeingDecided(N_("Wait for the decision on the path that was asked for before, or veto it."))


def check_path_after(path: Path, expires_at: datetime) -> None:
    """The path must still lie ahead when the decision is taken at the very last."""
    check_path(path)
    if path.due_at <= expires_at:
        raise InvalidPath(
            N_("due_at: the decision may take until {expires_at}; choose a later due date."),
            pointer="/due_at",
            expires_at=expires_at.isoformat(),
        )


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a goal is from where it first stood, all moves together: ratios, 0 for not at all.

    `target`: |sum of the target's moves| / |first target - first baseline|. `due`: |sum of the due date's moves| / first duration.
    A move back counts against the moves before it; several small ones count like one large one.
    """

    target: float
    due: float

    @property
    def tiers(self) -> int:
        """By how many tiers the decision on it is heavier."""
        farthest = max(self.target, self.due)
        return 2 if farthest > TWO_TIERS else 1 if farthest > ONE_TIER else 0


def shift(first: Path, asked: Path) -> Shift:
    """From the objective's first path to the one that is asked for, whatever lay between. Into a band the way is at least
    as long as the band is wide.
    """
    way = abs(first.target - first.baseline)
    if first.band is not None:
        way = max(way, first.band.high - first.band.low)
    target = abs(asked.target - first.target) / way
    due = abs((asked.due_at - first.due_at) / (first.due_at - first.starts_at))
    return Shift(min(target, FARTHEST), min(due, FARTHEST))


def raised(tier: Tier, tiers: int) -> Tier:
    """The tier that is heavier by `tiers`, or the heaviest."""
    return list(Tier)[min(tier.rank + tiers, Tier.SPONSORS.rank)]
