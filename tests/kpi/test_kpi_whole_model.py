"""Everything at once against the reference model: orders, duplicates, corrections, late data, compaction and restarts.

Two workers take turns, and each may be restarted at any time: the same samples, the same rollups, the same alerts.
"""

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kpi.kpi_world import START, day, stamp, stored
from kpi.storage_world import chart_equals, compact, rollups_are_exact
from kpi.test_kpi_service_model import VALUES, History, drawn_rule
from support.servers import free_port
from support.stack import Running

from entente_kpi.app import create_app


class Workers:
    """Two processes' worth of the service on one database."""

    def __init__(self, stack, kpis):
        self.stack, self.kpis = stack, kpis
        self.running = [self.started() for _ in range(2)]

    def started(self):
        settings = self.stack.settings("kpi", port=free_port())
        running = Running(create_app(settings), settings.port)
        running.start()
        return running, settings.port

    def restart(self, number):
        self.running[number][0].stop()
        self.running[number] = self.started()

    def stop(self):
        for running, _ in self.running:
            running.stop()

    async def push(self, number, body):
        url = f"http://127.0.0.1:{self.running[number][1]}/v1/partnerships/{self.kpis.id}/samples"
        headers = {"Authorization": self.kpis.http.headers["Authorization"]}
        async with httpx.AsyncClient(timeout=30) as http:
            answer = await http.post(url, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


def drawn_batch(chance, samples):
    """Day -> (value, correction): new, late, equal, other and corrected samples, in any order."""
    batch = {}
    for _ in range(chance.randint(1, 8)):
        at = chance.choice([chance.randrange(30), chance.randrange(30) + chance.choice([0.25, 0.5]), *samples])
        batch[at] = (chance.choice([*VALUES, *samples.values()][-12:]), chance.random() < 0.3)
    return dict(chance.sample(list(batch.items()), len(batch)))


def outcome(samples, at, value, *, correction):
    if at not in samples:
        samples[at] = value
        return "stored"
    if samples[at] == value:
        return "unchanged"
    if not correction:
        return "conflict"
    samples[at] = value
    return "corrected"


@settings(
    max_examples=settings.default.max_examples // 20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(chance=st.randoms(use_true_random=False))
async def test_any_history_comes_to_what_the_reference_model_says(found, kpi_admin, stack, chance):
    kpis = await found(clock_now=START)
    body, rule = drawn_rule(chance)
    kpi = await kpis.define(**body)
    history, samples, sent = History(kpis, kpi, rule, chance), {}, []
    workers = Workers(stack, kpis)
    try:
        for step in range(30):
            act = chance.choice(["push", "push", "push", "again", "compact", "restart", "agree"])
            if act == "agree" or step == 4:
                await history.agree(step + 1)
            elif act == "compact":
                await compact(kpi)
            elif act == "restart" and chance.random() < 0.5:
                workers.restart(chance.randrange(2))
            else:
                batch = chance.choice(sent) if act == "again" and sent else drawn_batch(chance, samples)
                sent.append(batch)
                expected = [outcome(samples, at, value, correction=marked) for at, (value, marked) in batch.items()]
                rows = [
                    {"kpi_id": str(kpi.id), "at": stamp(day(at)), "value": value, "correction": marked}
                    for at, (value, marked) in batch.items()
                ]
                report = await workers.push(chance.randrange(2), {"samples": rows})
                assert [each["outcome"] for each in report["outcomes"]] == expected
                history.samples = {day(at): value for at, value in samples.items()}
                history.update()
    finally:
        workers.stop()
    await history.check()
    assert await stored(kpi) == [(stamp(at), value) for at, value in sorted(history.samples.items())]
    for points in (3, 500):
        await chart_equals(kpi, history.samples, points)
    await compact(kpi)
    await chart_equals(kpi, history.samples, 500)
    await rollups_are_exact(kpi, kpi_admin, history.samples)
