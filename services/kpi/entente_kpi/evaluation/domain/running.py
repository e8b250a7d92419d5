"""Evaluate a series: which crossings it has, and how little of it a late sample makes anew."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ...deviations.domain import Crossing, Span, open_crossing
from ...trajectories.domain import Assessment, Path
from .machine import Machine, Point, State, step
from .rules import Rule, Signal


@dataclass(frozen=True, slots=True)
class Before:
    """What an earlier evaluation had come to, of which nothing has changed later than `changed_until`."""

    machine: Machine
    standing: Sequence[Crossing]
    changed_until: datetime


class Run:
    """An evaluation from a known machine on, fed with samples by rising time.

    `opened_at` is when the crossing was opened that the machine stands in. Samples that the machine has seen already only
    fill a burn rate's windows. With `before` it may meet the earlier evaluation: at `met` both were OK, so that
    everything later is as it was.
    """

    def __init__(
        self, rule: Rule, path: Path, machine: Machine, opened_at: datetime | None = None, before: Before | None = None
    ) -> None:
        self.machine = machine
        self.met: datetime | None = None
        self._rule, self._path, self._before = rule, path, before
        self._signal = Signal(rule)
        self._spans = [Span(opened_at)] if machine.deviating and opened_at else []
        self._withdrawals = path.withdrawals(machine.until)
        self._begins = machine.until
        self._latest: Assessment | None = None

    def feed(self, points: Iterable[Point]) -> None:
        for at, value in points:
            if self.met:
                return
            while self._withdrawals and self._withdrawals[0] <= at:
                self._withdraw(self._withdrawals.pop(0))
            self._take(at, self._path.assess(at, value))

    def finish(self) -> tuple[Machine, list[Span]]:
        """The machine and the crossings seen.

        A crossing that is cut off because the KPI lost its trajectory does not stand, and is not among them.
        """
        if self.met and self._before:
            old = self._before.machine
            return (old if old.since > self.met else replace(self.machine, until=old.until)), self._spans
        for moment in self._withdrawals:
            self._withdraw(moment)
        if self.machine.deviating and self._spans:
            self._spans[-1] = replace(self._spans[-1], latest=self._latest)
        return self.machine, self._spans

    def _take(self, at: datetime, assessment: Assessment | None) -> None:
        fulfilled = assessment is not None and self._signal.fulfilled(at, assessment.deviation)
        if at <= self._begins:
            return
        if assessment is None:
            self.machine = replace(self.machine, until=at)
            return
        before = self.machine
        self.machine = step(self._rule, before, at, assessment.deviation, fulfilled=fulfilled)
        self._latest = assessment
        if self.machine.deviating and not before.deviating:
            self._spans.append(Span(at, opened=assessment))
        elif before.deviating and not self.machine.deviating:
            self._spans[-1] = replace(self._spans[-1], closed=assessment)
        if self._before and self.machine.state is State.OK and self._meets(self._before, at):
            self.met = at

    def _meets(self, before: Before, at: datetime) -> bool:
        """An unfulfilled rule outside every crossing: the earlier machine was OK too.

        Or it was in a crossing that a withdrawal cut off later, of which no record is kept. None that this run would
        still open could recover before the earlier one would have, so that it would be cut off like that.
        """
        return (
            before.changed_until + self._rule.reach < at <= before.machine.until
            and open_crossing(before.standing, at) is None
        )

    def _withdraw(self, moment: datetime) -> None:
        if self.machine.deviating:
            self._spans.pop()
        self.machine = Machine(State.OK, moment, moment)


def run(
    rule: Rule, path: Path, machine: Machine, opened_at: datetime | None, points: Iterable[Point]
) -> tuple[Machine, list[Span]]:
    """Evaluate `points` from `machine` on, or from `Machine()` a whole history."""
    running = Run(rule, path, machine, opened_at)
    running.feed(points)
    return running.finish()


def undisturbed(rule: Rule, path: Path, machine: Machine, points: Sequence[Point]) -> bool:
    """Whether new values of a time in which the KPI has been OK all along leave everything as it is.

    They do where they do not fulfil a threshold rule, which looks at each sample alone. What follows the machine's `until`
    is evaluated as ever.
    """
    if rule.burn or rule.evaluation_delay or machine.state is not State.OK or not points:
        return False
    seen = (path.assess(at, value) for at, value in points if at <= machine.until)
    return machine.since < points[0][0] and all(each is None or each.deviation > rule.theta_on for each in seen)


def quiet(
    rule: Rule, path: Path, standing: Sequence[Crossing], points: Iterable[Point], since: datetime
) -> Machine | None:
    """The machine at the last of `points` at which it must have been OK: the rule unfulfilled, outside every crossing.

    `points` are all samples from `since` on up to some moment, before which nothing has changed. Where a withdrawal
    follows, crossings that it cut off are unknown, so that nothing is sure.
    """
    signal, found = Signal(rule), None
    for at, value in points:
        assessment = path.assess(at, value)
        if assessment is None or signal.fulfilled(at, assessment.deviation) or at - rule.reach < since:
            continue
        if open_crossing(standing, at) is None and not path.withdrawals(at):
            found = Machine(State.OK, at, at)
    return found
