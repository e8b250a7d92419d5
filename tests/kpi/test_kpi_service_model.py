"""The service against the reference model: the alerts that it raised and those that stand, over random histories."""

import random
from datetime import timedelta
from types import SimpleNamespace

import pytest
from kpi import kpi_reference as reference
from kpi.kpi_world import START, day

from entente_kpi.evaluation.domain import Rule

VALUES = [-0.5, -0.25, -0.2, -0.1, 0.0, 0.25]


@pytest.mark.parametrize("seed", range(4))
async def test_a_random_history_raises_the_alerts_of_the_reference_model(kpis, seed):
    chance = random.Random(seed)
    hold, keep, stale, delay = (
        chance.choice([0, 1, 2]),
        chance.choice([0, 1, 2]),
        chance.choice([None, 2]),
        chance.choice([0, 0, 2]),
    )
    rule = Rule(
        -0.25,
        -0.1,
        *(timedelta(days=each) for each in (hold, keep)),
        stale and timedelta(days=stale),
        timedelta(days=delay),
    )
    kpi = await kpis.define(
        on_conflict="correct",
        **{
            "for": f"P{hold}D",
            "keep": f"P{keep}D",
            "stale_after": stale and f"P{stale}D",
            "evaluation_delay": f"P{delay}D",
        },
    )
    samples, path, ledger = {}, [], reference.Ledger()
    for step in range(25):
        if step == 5 or (step > 5 and chance.random() < 0.15):
            now = day(max(step, 1))
            await kpis.advance(now)
            baseline = chance.choice([0.0, -0.3])
            await kpi.agree(baseline=baseline, target=baseline + 1, due=60, revision=step)
            agreed = SimpleNamespace(baseline=baseline, target=baseline + 1, starts_at=START, due_at=day(60))
            path.append((now if path else day(-999), agreed))
        else:
            batch = {chance.randrange(20): chance.choice(VALUES) for _ in range(chance.randint(1, 5))}
            await kpi.push(batch)
            samples.update({day(at): value for at, value in batch.items()})
        if path:
            ledger.update(reference.standing_crossings(rule, path, samples))

    raised = [
        [number, day(opened), None if closed is None else day(closed), annulled]
        for number, opened, closed, annulled in await kpi.spans()
    ]
    assert raised == ledger.raised
    opened = [each.data["crossing"] for each in await kpis.events("deviation_opened")]
    assert opened == [alert[0] for alert in ledger.raised]
