"""The life of an adjustment."""

from enum import StrEnum


class State(StrEnum):
    """PROPOSED waits for a decision, CONTESTED until samples of its KPI are disputed no longer, AWAITING_CHARTER until the
    charter is known: it is signed before a KPI can deviate, but the news of it comes from another producer.

    LAPSED: the KPI recovered, or a newer deviation took its place, before a decision was taken. FAILED: it was applied, its
    effect did not come, and the charter has it stay.
    """

    PROPOSED = "proposed"
    CONTESTED = "contested"
    AWAITING_CHARTER = "awaiting_charter"
    SUPPRESSED = "suppressed"
    INFEASIBLE = "infeasible"
    REFUSED = "refused"
    LAPSED = "lapsed"
    APPLIED = "applied"
    VERIFIED = "verified"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"


UNDECIDED = (State.PROPOSED, State.CONTESTED, State.AWAITING_CHARTER)


class Precedence(StrEnum):
    """How a deviation stands to the KPI's undecided proposal."""

    FREE = "free"
    SUPERSEDES = "supersedes"
    OVERTAKEN = "overtaken"


def precedence(crossing: int, undecided_crossing: int | None) -> Precedence:
    """One adjustment is in flight per KPI: the newer crossing takes the place of an undecided proposal.

    It measures the gap anew, and the older deviation must have closed before the KPI could cross again, even where news of
    that is still on its way. A deviation that arrives late, behind one that is already proposed for, gets no proposal.
    """
    if undecided_crossing is None:
        return Precedence.FREE
    return Precedence.SUPERSEDES if crossing > undecided_crossing else Precedence.OVERTAKEN
