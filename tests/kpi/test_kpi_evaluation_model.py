"""The incremental evaluation against the reference model, whatever the order of samples, corrections and trajectories."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from kpi import kpi_reference as reference

from entente_kpi.deviations.domain import Crossing, match, open_crossing, unsettled
from entente_kpi.evaluation.domain import Machine, Rule, rewind, run, watermark
from entente_kpi.trajectories.domain import Path, Trajectory, extend

START = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = st.integers(0, 30)
HOLDS = st.sampled_from([0, 1, 3]).map(lambda hours: timedelta(hours=hours))


def moment(hour):
    return START + timedelta(hours=hour)


rules = st.builds(
    Rule,
    theta_on=st.just(-0.25),
    theta_off=st.just(-0.1),
    hold=HOLDS,
    keep=HOLDS,
    stale_after=st.sampled_from([None, timedelta(hours=2), timedelta(hours=4)]),
    evaluation_delay=st.sampled_from([timedelta(0), timedelta(0), timedelta(hours=2)]),
)
trajectories = st.builds(
    Trajectory,
    objective_id=st.just(UUID(int=1)),
    revision=st.integers(1, 9),
    baseline=st.just(0.0),
    target=st.sampled_from([1.0, -1.0]),
    starts_at=st.sampled_from([moment(-10), moment(0)]),
    due_at=st.sampled_from([moment(40), moment(4000)]),
)
values = st.sampled_from([-0.5, -0.25, -0.2, -0.1, 0.0, 0.1, 0.25, 0.5])
batches = st.dictionaries(HOURS, values, min_size=1, max_size=5)
steps = st.lists(
    st.one_of(batches, batches, batches, st.tuples(st.integers(0, 10), st.none() | trajectories)), max_size=12
)


class Kpi:
    """What the commands do with the pure functions, in memory."""

    def __init__(self, rule):
        self.rule, self.samples, self.path, self.machine, self.alerts, self.now = rule, {}, Path(), Machine(), {}, 0

    def push(self, batch):
        points = sorted((moment(hour), value) for hour, value in batch.items())
        self.samples |= dict(points)
        self.evaluate(points[0][0])

    def agree(self, later, trajectory):
        self.now += later
        segment = extend(self.path, trajectory, moment(self.now))
        if segment:
            self.path = Path([*self.path.segments, segment])
            self.evaluate(segment.effective_from)

    def evaluate(self, since):
        if not self.path:
            return
        standing = sorted(self.standing, key=lambda each: each.opened_at)
        start = rewind(self.machine, standing, since)
        limit = watermark(self.rule, max(self.samples)) if self.samples else START
        points = [(at, value) for at, value in sorted(self.samples.items()) if start.until < at <= limit]
        inside = open_crossing(standing, start.until)
        self.machine, spans = run(self.rule, self.path, start, inside and inside.opened_at, points)
        for known, span in match(unsettled(standing, start.until), spans):
            number = known.number if known else len(self.alerts) + 1
            closed_at = span and span.closed and span.closed.at
            self.alerts[number] = [number, span.opened_at if span else known.opened_at, closed_at, span is None]
            if span is None:
                self.alerts[number][2] = known.closed_at

    @property
    def standing(self):
        return [Crossing(*alert[:3]) for alert in self.alerts.values() if not alert[3]]


@settings(max_examples=300, deadline=None)
@given(rules, steps)
def test_alerts_raised_and_standing_are_those_of_the_reference_model(rule, steps):
    kpi, ledger = Kpi(rule), reference.Ledger()
    for step in steps:
        if isinstance(step, dict):
            kpi.push(step)
        else:
            kpi.agree(*step)
        path = [(segment.effective_from, segment.trajectory) for segment in kpi.path.segments]
        crossings = reference.standing_crossings(rule, path, kpi.samples)
        ledger.update(crossings)
        assert spans(kpi) == crossings
        assert list(kpi.alerts.values()) == ledger.raised


def spans(kpi):
    return sorted((each.opened_at, each.closed_at) for each in kpi.standing)


@settings(max_examples=200, deadline=None)
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
