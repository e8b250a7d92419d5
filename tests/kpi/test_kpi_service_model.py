"""The service against the reference model: the alerts that it raised and those that stand, over random histories."""

import random
from datetime import timedelta
from types import SimpleNamespace

import pytest
from kpi import kpi_reference as reference
from kpi.kpi_world import START, day

from entente_kpi.evaluation import replay
from entente_kpi.evaluation.domain import BurnRate, BurnWindow, Rule

VALUES = [-0.5, -0.25, -0.2, -0.1, 0.0, 0.25]
STEPS = [{"elapsed": 0.1, "planned": 0.05}, {"elapsed": 0.3, "planned": 0.25}]
SHAPES = [
    {},
    {"curve": "s_curve"},
    {"curve": "steps", "steps": STEPS},
    {"band": {"low": -0.05, "high": 0.15}, "target": 0.0, "baseline": 0.0},
    {"band": {"low": 0.2, "high": 0.4}, "target": 0.3, "baseline": -0.4, "curve": "s_curve"},
]
BURNS = [
    None,
    {"allowed": 0.2, "windows": [{"factor": 2.0, "long": "P6D", "short": "P2D"}]},
    {"allowed": 0.25, "windows": [{"factor": 3.0, "long": "P3D", "short": "P1D"}, {"factor": 1.5, "long": "P9D", "short": "P4D"}]},
]  # fmt: skip


def drawn_rule(chance):
    """As it is defined over HTTP, and as the reference model knows it."""
    hold, keep = chance.choice([0, 1, 2]), chance.choice([0, 1, 2])
    stale, delay, burn = chance.choice([None, 2]), chance.choice([0, 0, 2]), chance.choice(BURNS)
    body = {
        "for": f"P{hold}D",
        "keep": f"P{keep}D",
        "evaluation_delay": f"P{delay}D",
        "stale_after": stale and f"P{stale}D",
    }
    days = [timedelta(days=each) for each in (hold, keep)]
    rule = Rule(-0.25, -0.1, *days, stale and timedelta(days=stale), timedelta(days=delay), burn and _burn(burn))
    return {**body, **({"kind": "burn_rate", "burn": burn} if burn else {})}, rule


def _burn(body):
    def days(text):
        return timedelta(days=int(text[1:-1]))

    windows = [BurnWindow(each["factor"], days(each["long"]), days(each["short"])) for each in body["windows"]]
    return BurnRate(body["allowed"], tuple(windows))


def drawn_path(chance):
    """As objectives tells it, and as the reference model knows it."""
    baseline = chance.choice([0.0, -0.3])
    told = {"baseline": baseline, "target": baseline + 1, "due": 60, **chance.choice(SHAPES)}
    band = told.get("band")
    return told, SimpleNamespace(
        baseline=told["baseline"],
        target=told["target"],
        starts_at=START,
        due_at=day(60),
        curve=told.get("curve", "linear"),
        steps=[(step["elapsed"], step["planned"]) for step in told.get("steps", ())],
        band=band and (band["low"], band["high"]),
    )


class History:
    """What happens to one KPI, told to the service and to the reference model."""

    def __init__(self, kpis, kpi, rule, chance):
        self.kpis, self.kpi, self.rule, self.chance = kpis, kpi, rule, chance
        self.samples, self.path, self.ledger = {}, [], reference.Ledger()

    async def agree(self, step):
        now = day(max(step, 1))
        await self.kpis.advance(now)
        told, agreed = drawn_path(self.chance)
        await self.kpi.agree(**told, revision=step)
        if not self.path or self.path[-1][1] != agreed:
            self.path.append((now if self.path else day(-999), agreed))
        self.update()

    async def push(self, batch):
        await self.kpi.push(batch)
        self.samples.update({day(at): value for at, value in batch.items()})
        self.update()

    def update(self):
        if self.path:
            self.ledger.update(reference.standing_crossings(self.rule, self.path, self.samples))

    async def check(self):
        raised = [
            [number, day(opened), None if closed is None else day(closed), annulled]
            for number, opened, closed, annulled in await self.kpi.spans()
        ]
        assert raised == self.ledger.raised
        for name, numbers in (
            ("deviation_opened", [alert[0] for alert in self.ledger.raised]),
            ("deviation_reopened", self.ledger.reopened),
        ):
            assert [each.data["crossing"] for each in await self.kpis.events(name)] == numbers


async def begin(kpis, seed):
    chance = random.Random(seed)
    body, rule = drawn_rule(chance)
    return History(kpis, await kpis.define(on_conflict="correct", **body), rule, chance), chance


@pytest.mark.parametrize("seed", range(8))
async def test_a_random_history_raises_the_alerts_of_the_reference_model(kpis, seed):
    history, chance = await begin(kpis, seed)
    for step in range(25):
        if step == 5 or (step > 5 and chance.random() < 0.15):
            await history.agree(step)
        else:
            await history.push({chance.randrange(20): chance.choice(VALUES) for _ in range(chance.randint(1, 5))})
    await history.check()


@pytest.mark.parametrize("seed", range(8))
async def test_late_and_corrected_samples_of_a_long_history_do_too(kpis, seed, monkeypatch):
    """Read in small pages, so that what is made anew begins and ends inside the history."""
    monkeypatch.setattr(replay, "PAGE", 7)
    history, chance = await begin(kpis, 100 + seed)
    await history.agree(1)
    level = 0.0
    for begins in range(0, 90, 15):
        batch = {}
        for at in range(begins, begins + 15):
            level = chance.choice([level, level, level, -0.3, -0.2, 0.6, 1.0])
            batch[at] = level
        await history.push(batch)
    for _ in range(12):
        await history.push({chance.randrange(90) + chance.choice([0, 0, 0.5]): chance.choice([-0.4, 0.3, 1.1])})
    await history.check()
