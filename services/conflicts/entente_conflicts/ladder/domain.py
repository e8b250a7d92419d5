"""The escalation ladder (A11, thin): levels with responders and limits, entry, climbing, and the lint of a policy.

Levels count from 1. A level is reachable where somebody holds one of its roles. Moments are those of the partnership
clock and are passed in. A ladder belongs to its case from the opening on, whatever the charter says later.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from entente_shared.errors import N_, Conflict

LEAST_LEVELS = 3


@dataclass(frozen=True)
class Level:
    """`limit` is how long a case may stand here before it climbs on; the last level's limit never runs."""

    name: str
    responders: tuple[str, ...]
    limit: timedelta

    def reachable(self, held: Collection[str]) -> bool:
        return any(role in held for role in self.responders)


@dataclass(frozen=True)
class Standing:
    """Where a case stands: its `step`-th level, number `level` of its ladder, since `reached_at`."""

    step: int
    level: int
    reached_at: datetime
    due_at: datetime | None


class Reason(StrEnum):
    """Why a level was reached."""

    OPENED = "opened"
    LIMIT = "limit"
    REQUEST = "request"


class Defect(StrEnum):
    TOO_SHORT = "too_short"
    NO_NAME = "no_name"
    REPEATED_NAME = "repeated_name"
    NO_RESPONDERS = "no_responders"
    NO_LIMIT = "no_limit"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Finding:
    """A defect of a policy. `level` is None where the ladder as a whole is meant."""

    level: int | None
    defect: Defect


class LastLevelReached(Conflict):
    slug, title = "last-level-reached", N_("The case stands at the last level of its ladder")


class NobodyReachable(Conflict):
    slug, title = "nobody-reachable", N_("No level above has anybody to respond")


# Phases and limits after ISO 32122 and ICSID: negotiation 10 days, then mediation, then those who can bind the parties.
DEFAULT = (
    Level("Negotiation between the alliance managers", ("alliance_manager",), timedelta(days=10)),
    Level("Mediation", ("mediator", "committee_member"), timedelta(days=30)),
    Level("Ruling of the sponsors", ("sponsor",), timedelta(days=60)),
)


def enter(ladder: Sequence[Level], held: Collection[str], at: datetime) -> Standing:
    """The first reachable level; the last one where none is, because a case must stand somewhere."""
    return _stand(ladder, 1, _first_reachable(ladder, 1, held) or len(ladder), at)


def climb_on_limit(ladder: Sequence[Level], standing: Standing, held: Collection[str]) -> Standing | None:
    """One level up, reached at the moment when the limit passed. None where no limit runs.

    Levels that nobody can respond at are skipped; where that leaves none, the last level takes the case all the same.
    """
    if standing.due_at is None:
        return None
    level = _first_reachable(ladder, standing.level + 1, held) or len(ladder)
    return _stand(ladder, standing.step + 1, level, standing.due_at)


def climb_on_request(ladder: Sequence[Level], standing: Standing, held: Collection[str], now: datetime) -> Standing:
    """One reachable level up, now.

    Raises:
        LastLevelReached: there is no level above.
        NobodyReachable: nobody could respond above; the person who asks can mend that, a passed limit cannot.
    """
    if standing.level >= len(ladder):
        raise LastLevelReached(N_("There is no level above this one; settle the case here."))
    level = _first_reachable(ladder, standing.level + 1, held)
    if level is None:
        roles = ", ".join(sorted({role for above in ladder[standing.level :] for role in above.responders}))
        raise NobodyReachable(
            N_("Nobody holds a role that responds above; add a member as {roles} first."), roles=roles
        )
    return _stand(ladder, standing.step + 1, level, now)


def lint(ladder: Sequence[Level], held: Collection[str]) -> list[Finding]:
    """What is wrong with a policy, before a case finds out."""
    findings = [Finding(None, Defect.TOO_SHORT)] if len(ladder) < LEAST_LEVELS else []
    names: set[str] = set()
    for number, level in enumerate(ladder, start=1):
        findings += [Finding(number, defect) for defect in _defects(level, names, held)]
        names.add(level.name)
    return findings


def _defects(level: Level, names_below: Collection[str], held: Collection[str]) -> list[Defect]:
    tests = (
        (Defect.NO_NAME, not level.name.strip()),
        (Defect.REPEATED_NAME, level.name in names_below),
        (Defect.NO_RESPONDERS, not level.responders),
        (Defect.NO_LIMIT, level.limit <= timedelta(0)),
        (Defect.UNREACHABLE, bool(level.responders) and not level.reachable(held)),
    )
    return [defect for defect, found in tests if found]


def _first_reachable(ladder: Sequence[Level], lowest: int, held: Collection[str]) -> int | None:
    return next((number for number in range(lowest, len(ladder) + 1) if ladder[number - 1].reachable(held)), None)


def _stand(ladder: Sequence[Level], step: int, level: int, at: datetime) -> Standing:
    due_at = at + ladder[level - 1].limit if level < len(ladder) else None
    return Standing(step=step, level=level, reached_at=at, due_at=due_at)
