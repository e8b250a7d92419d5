"""A1: the deviation state machine. Pure, in event time; times and values are passed in.

References: hysteresis and holds as in Prometheus' `for` and `keep_firing_for`, without grafana/grafana#97731 (a value
between the thresholds must end PENDING) and prometheus#14085 (lost data is no recovery).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ...deviations.domain import Crossing
from ...trajectories.domain import BEGINNING
from .rules import Rule

Point = tuple[datetime, float]
INSTANT = timedelta(microseconds=1)  # the resolution of stored times


class State(StrEnum):
    OK = "ok"
    PENDING = "pending"
    FIRING = "firing"
    RECOVERING = "recovering"
    NO_DATA = "no_data"


_UNHELD = {State.PENDING: State.OK, State.RECOVERING: State.FIRING}


@dataclass(frozen=True, slots=True)
class Machine:
    """`since` is when the state was entered, `until` the last moment that has been evaluated (event time).

    NO_DATA is no state of the machine but lies over it: silence tells nothing about the crossings, so that those that
    stand depend on the samples alone.
    """

    state: State = State.OK
    since: datetime = BEGINNING
    until: datetime = BEGINNING

    @property
    def deviating(self) -> bool:
        return self.state in {State.FIRING, State.RECOVERING}

    def enter(self, state: State, at: datetime) -> "Machine":
        return Machine(state, self.since if state is self.state else at, at)


def step(rule: Rule, machine: Machine, at: datetime, deviation: float, *, fulfilled: bool | None = None) -> Machine:
    """The machine after one more evaluated sample; `fulfilled` says whether a burn rate is (see `Signal`)."""
    if rule.stale_after is not None and at - machine.until > rule.stale_after:
        # Nothing is known of the gap, so that a hold cannot have lasted through it.
        machine = machine.enter(_UNHELD.get(machine.state, machine.state), at)
    fires = deviation <= rule.theta_on if fulfilled is None else fulfilled
    if machine.deviating:
        rest, waiting, then = State.FIRING, State.RECOVERING, State.OK
        beyond, hold = deviation >= rule.theta_off and not fires, rule.keep
    else:
        rest, waiting, then = State.OK, State.PENDING, State.FIRING
        beyond, hold = fires, rule.hold
    if not beyond:
        return machine.enter(rest, at)
    waited = machine.enter(waiting, at)
    return waited if at - waited.since < hold else machine.enter(then, at)


def watermark(rule: Rule, latest_at: datetime) -> datetime:
    """Samples up to here are evaluated; it moves with the samples and never waits for a clock."""
    return latest_at - rule.evaluation_delay


def rewind(
    machine: Machine, standing: Sequence[Crossing], since: datetime, withdrawals: Sequence[datetime] = ()
) -> Machine:
    """The machine as it was just before `since`, or at an earlier moment at which it is known without any sample.

    The samples later than its `until` have to be run again. It is known since it last changed its state (no gap in the
    data can have broken a hold since then), where a standing crossing was opened or closed, and where the KPI lost its
    trajectory; else it starts anew.
    """
    if since > machine.until:
        return machine
    if since > machine.since:
        return replace(machine, until=since - INSTANT)
    known = [Machine(State.OK, moment, moment - INSTANT) for moment in withdrawals]
    for crossing in standing:
        known.append(Machine(State.FIRING, crossing.opened_at, crossing.opened_at))
        if crossing.closed_at:
            known.append(Machine(State.OK, crossing.closed_at, crossing.closed_at))
    return max((each for each in known if each.until < since), key=lambda each: each.until, default=Machine())
