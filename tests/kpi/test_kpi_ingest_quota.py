"""What a key may push, and what all together may."""

import httpx
import pytest
from kpi.kpi_world import START, stamp
from support.servers import free_port
from support.stack import Running

from entente_kpi.app import create_app
from entente_kpi.ingest import admission
from entente_kpi.ingest.quota import BURST, Quota


def test_a_quota_fills_up_again_and_a_debt_is_paid_first():
    quota = Quota(100)
    assert quota.wait("a", 0) == 0
    quota.take("a", int(100 * BURST) + 200, 0)
    assert quota.wait("a", 0) == pytest.approx(2.01)
    assert quota.wait("a", 1) == pytest.approx(1.01)
    assert quota.wait("b", 1) == 0
    assert quota.wait("a", 2.02) == 0
    assert Quota(0).wait("a", 0) == 0


def body(count):
    return {"samples": [{"at": stamp(START.replace(microsecond=n)), "value": n} for n in range(count)]}


async def test_a_key_that_has_pushed_too_much_has_to_wait(kpis, stack):
    """In a process whose quota is small; the others' keys go on."""
    few = stack.settings("kpi", port=free_port(), samples_per_second=10)
    running = Running(create_app(few), few.port)
    running.start()
    try:
        kpi = await kpis.define()
        path = f"/kpis/{kpi.id}/samples"
        other = await kpis.member("contributor")
        clients = [
            httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{few.port}/v1/partnerships/{kpis.id}",
                headers={"Authorization": each.headers["Authorization"]},
                timeout=30,
            )
            for each in (kpis.http, other)
        ]
        first, second = clients
        assert (await first.post(path, json=body(1000))).status_code == 200
        refused = await first.post(path, json=body(1))
        assert (refused.status_code, refused.json()["type"]) == (429, "urn:entente:problem:too-many-requests")
        assert int(refused.headers["Retry-After"]) >= 1
        assert refused.headers["RateLimit-Policy"] == '"samples";q=10;w=1'
        assert (await second.post(path, json=body(1))).status_code == 200
        for client in clients:
            await client.aclose()
    finally:
        running.stop()


async def test_what_waits_is_bounded_and_turned_away_before_it_is_read(kpis, monkeypatch):
    kpi = await kpis.define()
    monkeypatch.setattr(admission, "_WAITING_BYTES", 50)
    refused = await kpis.http.post(f"/kpis/{kpi.id}/samples", json=body(3))
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert (await kpis.get(f"/kpis/{kpi.id}/samples"))["items"] == []
