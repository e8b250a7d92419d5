"""The incremental evaluation against the reference model, whatever the order of samples, corrections and trajectories."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from kpi import kpi_reference as reference

from entente_kpi.deviations.domain import Crossing, match, open_crossing, unsettled
from entente_kpi.evaluation.domain import (
    INSTANT,
    Before,
    BurnRate,
    BurnWindow,
    Machine,
    Rule,
    Run,
    State,
    quiet,
    rewind,
    undisturbed,
    watermark,
)
from entente_kpi.trajectories.domain import BEGINNING, Band, Curve, Path, Step, Trajectory, extend

START = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = st.integers(0, 30)
HOLDS = st.sampled_from([0, 1, 3]).map(lambda hours: timedelta(hours=hours))
NOTHING_LIES_BEFORE = 99


def moment(hour):
    return START + timedelta(hours=hour)


def window(factor, long, short):
    return BurnWindow(factor, timedelta(hours=long), timedelta(hours=short))


rules = st.builds(
    Rule,
    theta_on=st.just(-0.25),
    theta_off=st.just(-0.1),
    hold=HOLDS,
    keep=HOLDS,
    stale_after=st.sampled_from([None, timedelta(hours=2), timedelta(hours=4)]),
    evaluation_delay=st.sampled_from([timedelta(0), timedelta(0), timedelta(hours=2)]),
    burn=st.sampled_from(
        [None, None, BurnRate(0.2, (window(2.0, 6, 2),)), BurnRate(0.25, (window(3.0, 3, 1), window(1.5, 12, 4)))]
    ),
)
shapes = st.sampled_from(
    [
        {}, {}, {"curve": Curve.S_CURVE}, {"curve": Curve.STEPS, "steps": (Step(0.2, 0.1), Step(0.7, 0.4))},
        {"band": Band(-0.05, 0.3)}, {"baseline": -0.4, "band": Band(0.1, 0.6), "curve": Curve.S_CURVE},
    ]
)  # fmt: skip
trajectories = st.builds(
    lambda revision, target, starts_at, due_at, shape: Trajectory(
        UUID(int=1),
        revision,
        **{"baseline": 0.0, "target": target, "starts_at": starts_at, "due_at": due_at, **shape},
    ),
    st.integers(1, 9),
    st.sampled_from([1.0, -1.0]),
    st.sampled_from([moment(-10), moment(0)]),
    st.sampled_from([moment(40), moment(4000)]),
    shapes,
)
values = st.sampled_from([-0.5, -0.25, -0.2, -0.1, 0.0, 0.1, 0.25, 0.5])
batches = st.dictionaries(HOURS, values, min_size=1, max_size=5)
steps = st.lists(
    st.one_of(batches, batches, batches, st.tuples(st.integers(0, 10), st.none() | trajectories)), max_size=12
)


class Kpi:
    """What the commands do with the pure functions, in memory. `looks_back` is how far they look for a known moment."""

    def __init__(self, rule, looks_back=5):
        self.rule, self.samples, self.path, self.machine, self.alerts, self.now = rule, {}, Path(), Machine(), {}, 0
        self.reopened, self.looks_back = [], looks_back

    def push(self, batch):
        points = sorted((moment(hour), value) for hour, value in batch.items())
        self.samples |= dict(points)
        if self.path and points[0][0] <= self.machine.until and undisturbed(self.rule, self.path, self.machine, points):
            run = Run(self.rule, self.path, self.machine)
            run.feed(points)
            self.machine, spans = run.finish()
            for known, span in match([], spans):
                self.note(known, span)
        else:
            self.evaluate(points[0][0], points[-1][0])

    def agree(self, later, trajectory):
        self.now += later
        segment = extend(self.path, trajectory, moment(self.now))
        if segment:
            self.path = Path([*self.path.segments, segment])
            self.evaluate(segment.effective_from, None)

    def evaluate(self, since, changed_until):
        if not self.path:
            return
        standing = sorted(self.standing, key=lambda each: each.opened_at)
        start = self.known_before(standing, since)
        limit = watermark(self.rule, max(self.samples)) if self.samples else START
        inside = open_crossing(standing, start.until)
        before = changed_until and Before(self.machine, standing, changed_until)
        run = Run(self.rule, self.path, start, inside and inside.opened_at, before)
        for point in self.between(start.until + INSTANT - self.rule.reach, limit + INSTANT):
            run.feed([point])
        self.machine, spans = run.finish()
        touched = [each for each in unsettled(standing, start.until) if not run.met or each.opened_at <= run.met]
        for known, span in match(touched, spans):
            self.note(known, span)

    def anew(self):
        run = Run(self.rule, self.path, Machine())
        run.feed(self.between(BEGINNING, watermark(self.rule, max(self.samples, default=START)) + INSTANT))
        return run.finish()[0]

    def known_before(self, standing, since):
        known = rewind(self.machine, standing, since, self.path.withdrawals(BEGINNING))
        begin = since - timedelta(hours=self.looks_back) - self.rule.reach
        if since > self.machine.until or begin <= known.until:
            return known
        return quiet(self.rule, self.path, standing, self.between(begin, since), begin) or known

    def between(self, since, until):
        return [(at, value) for at, value in sorted(self.samples.items()) if since <= at < until]

    def note(self, known, span):
        number = known.number if known else len(self.alerts) + 1
        closed_at = span and span.closed and span.closed.at
        if known and span and known.closed_at and not closed_at:
            assert span.latest is not None
            self.reopened.append(number)
        self.alerts[number] = [number, span.opened_at if span else known.opened_at, closed_at, span is None]
        if span is None:
            self.alerts[number][2] = known.closed_at

    @property
    def standing(self):
        return [Crossing(*alert[:3]) for alert in self.alerts.values() if not alert[3]]


def written_out(trajectory):
    if trajectory is None:
        return None
    names = ("baseline", "target", "starts_at", "due_at")
    return SimpleNamespace(
        **{name: getattr(trajectory, name) for name in names},
        curve=trajectory.curve.value,
        steps=[(step.elapsed, step.planned) for step in trajectory.steps],
        band=trajectory.band and (trajectory.band.low, trajectory.band.high),
    )


@settings(max_examples=500)
@given(rules, steps, st.sampled_from([2, 5, NOTHING_LIES_BEFORE]))
def test_alerts_raised_and_standing_are_those_of_the_reference_model(rule, steps, looks_back):
    kpi, ledger = Kpi(rule, looks_back), reference.Ledger()
    for step in steps:
        if isinstance(step, dict):
            kpi.push(step)
        else:
            kpi.agree(*step)
        check(kpi, ledger)


def check(kpi, ledger):
    path = [(segment.effective_from, written_out(segment.trajectory)) for segment in kpi.path.segments]
    crossings = reference.standing_crossings(kpi.rule, path, kpi.samples)
    ledger.update(crossings)
    assert spans(kpi) == crossings
    assert list(kpi.alerts.values()) == ledger.raised
    assert kpi.reopened == ledger.reopened
    if kpi.path:
        assert known(kpi.machine) == known(kpi.anew())


def spans(kpi):
    return sorted((each.opened_at, each.closed_at) for each in kpi.standing)


def known(machine):
    """Since when it has been OK is nothing that a hold depends on."""
    return machine.state, machine.until, None if machine.state is State.OK else machine.since


histories = st.lists(values, min_size=25, max_size=45)
corrections = st.lists(st.tuples(st.integers(0, 44), values), min_size=1, max_size=6)
withdrawn = st.none() | st.tuples(st.integers(1, 40), st.integers(0, 8))


@settings(max_examples=500)
@given(rules, histories, corrections, withdrawn, st.sampled_from([2, 5]))
def test_a_correction_deep_in_a_history_comes_to_what_the_whole_history_would(
    rule, history, corrections, withdrawn, looks_back
):
    """A withdrawal at an hour, and the same path again some hours later, cut a crossing off that no record keeps."""
    kpi, ledger = Kpi(rule, looks_back), reference.Ledger()
    path = Trajectory(UUID(int=1), 1, 0.0, 1.0, moment(0), moment(4000))
    kpi.agree(0, path)
    for hour in range(0, len(history), 10):
        kpi.push({hour + index: value for index, value in enumerate(history[hour : hour + 10])})
        check(kpi, ledger)
    for later, agreed in zip(withdrawn or (), (None, path), strict=False):
        kpi.agree(later, agreed)
        check(kpi, ledger)
    for hour, value in corrections:
        kpi.push({hour % len(history): value})
        check(kpi, ledger)


@settings(max_examples=200)
@given(rules, trajectories, st.dictionaries(HOURS, values, min_size=1), st.data())
def test_alerts_standing_depend_on_the_samples_and_not_on_their_order(rule, trajectory, samples, data):
    in_order, shuffled = Kpi(rule), Kpi(rule)
    for kpi, items in (
        (in_order, sorted(samples.items())),
        (shuffled, data.draw(st.permutations(list(samples.items())))),
    ):
        kpi.agree(0, trajectory)
        for hour, value in items:
            kpi.push({hour: value})

    assert spans(shuffled) == spans(in_order)
