"""A1: the deviation state machine. Pure, in event time; times and values are passed in.

References: hysteresis and holds as in Prometheus' `for` and `keep_firing_for`, without grafana/grafana#97731 (a value
between the thresholds must end PENDING) and prometheus#14085 (lost data is no recovery).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ..deviations.domain import Crossing, Span
from ..trajectories.domain import BEGINNING, Assessment, Path

Point = tuple[datetime, float]
_INSTANT = timedelta(microseconds=1)  # the resolution of stored times


class State(StrEnum):
    OK = "ok"
    PENDING = "pending"
    FIRING = "firing"
    RECOVERING = "recovering"
    NO_DATA = "no_data"


_UNHELD = {State.PENDING: State.OK, State.RECOVERING: State.FIRING}


@dataclass(frozen=True, slots=True)
class Rule:
    """Fires when `e <= theta_on` has held for `hold`; recovers when `e >= theta_off` has held for `keep`."""

    theta_on: float
    theta_off: float
    hold: timedelta
    keep: timedelta
    stale_after: timedelta | None
    evaluation_delay: timedelta


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


def step(rule: Rule, machine: Machine, at: datetime, deviation: float) -> Machine:
    """The machine after one more evaluated sample."""
    if rule.stale_after is not None and at - machine.until > rule.stale_after:
        # Nothing is known of the gap, so that a hold cannot have lasted through it.
        machine = machine.enter(_UNHELD.get(machine.state, machine.state), at)
    if machine.deviating:
        rest, waiting, then = State.FIRING, State.RECOVERING, State.OK
        beyond, hold = deviation >= rule.theta_off, rule.keep
    else:
        rest, waiting, then = State.OK, State.PENDING, State.FIRING
        beyond, hold = deviation <= rule.theta_on, rule.hold
    if not beyond:
        return machine.enter(rest, at)
    waited = machine.enter(waiting, at)
    return waited if at - waited.since < hold else machine.enter(then, at)


def watermark(rule: Rule, latest_at: datetime) -> datetime:
    """Samples up to here are evaluated; it moves with the samples and never waits for a clock."""
    return latest_at - rule.evaluation_delay


def rewind(machine: Machine, standing: Sequence[Crossing], since: datetime) -> Machine:
    """The machine as it was just before `since`, or at an earlier moment at which it is known.

    The samples later than its `until` have to be run again. It is known since it last changed its state (no gap in the
    data can have broken a hold since then), and where a standing crossing was opened or closed; else it starts anew.
    """
    if since > machine.until:
        return machine
    if since > machine.since:
        return replace(machine, until=since - _INSTANT)
    known: list[Machine] = []
    for crossing in standing:
        known.append(Machine(State.FIRING, crossing.opened_at, crossing.opened_at))
        if crossing.closed_at:
            known.append(Machine(State.OK, crossing.closed_at, crossing.closed_at))
    return max((each for each in known if each.until < since), key=lambda each: each.until, default=Machine())


def run(
    rule: Rule, path: Path, machine: Machine, opened_at: datetime | None, points: Iterable[Point]
) -> tuple[Machine, list[Span]]:
    """Evaluate `points` (rising times, all later than `machine.until`); returns the machine and the crossings seen.

    `opened_at` is when the crossing was opened that `machine` stands in. A crossing that is cut off because the KPI
    lost its trajectory does not stand, and is not among the spans.
    """
    spans = [Span(opened_at)] if machine.deviating and opened_at else []
    withdrawals = path.withdrawals(machine.until)
    for at, value in points:
        while withdrawals and withdrawals[0] <= at:
            machine = _withdraw(machine, spans, withdrawals.pop(0))
        assessment = path.assess(at, value)
        if assessment is None:
            machine = replace(machine, until=at)
            continue
        before, machine = machine, step(rule, machine, at, assessment.deviation)
        _record(spans, before, machine, assessment)
    for moment in withdrawals:
        machine = _withdraw(machine, spans, moment)
    return machine, spans


def _record(spans: list[Span], before: Machine, after: Machine, assessment: Assessment) -> None:
    if after.deviating and not before.deviating:
        spans.append(Span(assessment.at, opened=assessment))
    elif before.deviating and not after.deviating:
        spans[-1] = replace(spans[-1], closed=assessment)


def _withdraw(machine: Machine, spans: list[Span], moment: datetime) -> Machine:
    if machine.deviating:
        spans.pop()
    return Machine(State.OK, moment, moment)
