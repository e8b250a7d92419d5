"""Derived KPIs against a reference that computes each value anew, with a second worker that is killed again and again."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from bisect import bisect_right

import httpx
import pytest
from kpi.test_kpi_formulas import computed, derive, several
from support.servers import free_port
from support.waiting import eventually


def last(series, at):
    times = sorted(series)
    index = bisect_right(times, at) - 1
    return series[times[index]] if index >= 0 else None


def reference(one, two):
    """`double` = one * 2; `window` = sum of double over three days; `total` = window + two, by their definitions."""
    double = {at: value * 2 for at, value in one.items()}
    window = {at: sum(double[other] for other in double if at - 3 < other <= at) for at in double}
    total = {
        at: last(window, at) + last(two, at)
        for at in {*window, *two}
        if last(window, at) is not None and last(two, at) is not None
    }
    return window, total


async def start_worker(stack):
    """A kpi service in a process of its own."""
    settings, port = stack.settings("kpi"), free_port()
    environment = {
        **os.environ,
        "ENTENTE_DATABASE_URL": settings.database_url,
        "ENTENTE_NATS_URL": settings.nats_url,
        "ENTENTE_TOKEN_PUBLIC_KEY": str(settings.token_public_key),
        "ENTENTE_PORT": str(port),
        "ENTENTE_TIMER_POLL": "0.01",  # it takes most of the work
        "ENTENTE_LOG_LEVEL": "error",
    }
    process = subprocess.Popen([sys.executable, "-m", "entente_kpi"], env=environment)

    async def alive():
        assert process.poll() is None
        async with httpx.AsyncClient() as client:
            try:
                return (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200
            except httpx.TransportError:
                return False

    await eventually(alive, 60)
    return process


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.parametrize("seed", [7, 11])
async def test_with_workers_killed_at_random_every_value_is_that_of_its_inputs(stack, kpis, seed):
    chance = random.Random(seed)
    one_kpi, two_kpi, double, window, total = await several(kpis, "1", "1", "1", "1", "1")
    await derive(double, "one * 2", inputs={"one": one_kpi.id})
    await derive(window, "sum(double, P3D)", inputs={"double": double.id})
    await derive(total, "window + two", inputs={"window": window.id, "two": two_kpi.id})
    samples = {one_kpi.id: {}, two_kpi.id: {}}

    async def push():
        kpi = chance.choice([one_kpi, two_kpi])
        batch = {chance.randrange(400): float(chance.randrange(100)) for _ in range(chance.choice([1, 5, 50]))}
        await kpi.push(batch, correction=True)
        samples[kpi.id].update(batch)

    for _ in range(3):
        worker = await start_worker(stack)
        try:
            for _ in range(chance.randint(5, 20)):
                await push()
            await asyncio.sleep(chance.random() / 2)
        finally:
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        await push()
    await computed(total)

    expected_window, expected_total = reference(samples[one_kpi.id], samples[two_kpi.id])
    assert await computed(window) == expected_window
    assert await computed(total) == expected_total
    reasons = (await kpis.get(f"/kpis/{total.id}/corrections", limit=1000))["items"]
    assert all(each["principal"] == "formula:1" and each["replaced"] != each["value"] for each in reasons)
