"""What the gateway shows on the first day: the reference, cross-origin calls, health, and how it stops."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import httpx
import pytest
from gateway.harness import Gateway, Stream
from pydantic import ValidationError
from support.servers import free_port, stop
from support.waiting import eventually

from entente_gateway import merge
from entente_gateway.routing import document
from entente_gateway.settings import Settings


async def test_the_reference_needs_nothing_from_elsewhere(gateway):
    async with gateway.client(None) as client:
        page = await client.get("/docs")
        assert page.status_code == 200
        assert not re.findall(r"https?://", page.text)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "http" not in policy.replace("'", "")
        for asset in re.findall(r'(?:src|href)="([^"]+)"', page.text):
            answer = await client.get(asset)
            assert answer.status_code == 200, asset
        start = (await client.get("/docs/start.js")).text
        assert 'url: "/openapi.json"' in start
        assert (await client.get("/docs/LICENSE")).text.strip().startswith("Apache License")
        for path in ("/docs/other", "/docs/..%2f__init__.py", "/docs/page.html"):
            assert (await client.get(path)).status_code == 404
        described = await client.get("/openapi.json")
    assert described.json()["info"]["title"] == "Entente"
    assert described.json()["paths"]["/v1/me"]["get"]["x-entente-service"] == "gateway"


def test_the_assets_are_small():
    static = Path(document.__file__).parent.parent / "reference" / "static"
    assert sum(path.stat().st_size for path in static.iterdir()) < 2_000_000


async def test_health_names_each_dependency_and_metrics_count_by_template(gateway):
    async with gateway.client(None) as client:
        assert (await client.get("/healthz")).json() == {"status": "alive"}
        ready = await client.get("/readyz")
        assert ready.json() == {"status": "ready", "checks": {"database": "ok", "broker": "ok"}}
        await client.get("/v1/me")
        metrics = (await client.get("/metrics")).text
    assert 'entente_http_request_seconds_count{method="GET",route="none",service="gateway",status="401"}' in metrics
    assert "entente_gateway_streams" in metrics


async def test_problems_name_the_trace(gateway):
    given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with gateway.client(None) as client:
        answer = await client.get("/v1/me", headers={"traceparent": given, "Accept-Language": "fr"})
    assert answer.status_code == 401
    assert answer.json()["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert answer.headers["content-language"] == "fr"
    assert answer.json()["detail"].startswith("Envoyez")


@pytest.fixture(scope="module")
def with_origins(gateway: Gateway):
    """A second gateway on the same database, which one page may call."""
    from dataclasses import replace

    other = replace(gateway.stack, ports={**gateway.stack.ports, "gateway": free_port()}, running={})
    other.start("gateway", cors_origins="https://cockpit.example, https://other.example")
    yield other
    other.stop("gateway")


async def test_only_the_configured_origins_may_call(with_origins, gateway):
    preflight = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, idempotency-key",
    }
    async with httpx.AsyncClient(base_url=with_origins.gateway) as client:
        allowed = await client.options("/v1/keys", headers={"Origin": "https://cockpit.example", **preflight})
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == "https://cockpit.example"
        assert "access-control-allow-credentials" not in allowed.headers
        refused = await client.options("/v1/keys", headers={"Origin": "https://evil.example", **preflight})
        assert "access-control-allow-origin" not in refused.headers
        answer = await client.get("/v1/me", headers={"Origin": "https://cockpit.example"})
        assert answer.status_code == 401
        assert answer.headers["access-control-allow-origin"] == "https://cockpit.example"
        assert "Consistency-Token" in answer.headers["access-control-expose-headers"]
    async with gateway.client(None) as client:
        unset = await client.get("/v1/me", headers={"Origin": "https://cockpit.example"})
    assert "access-control-allow-origin" not in unset.headers


def test_settings_are_read_from_text(tmp_path):
    common = {"database_url": "x", "token_public_key": tmp_path, "token_private_key": tmp_path}
    settings = Settings(
        **common, upstreams="kpi=http://one:1/, resources=http://two:2", cors_origins="https://a, https://b"
    )
    assert settings.upstreams == {"kpi": "http://one:1", "resources": "http://two:2"}
    assert settings.cors_origins == ("https://a", "https://b")
    assert set(Settings(**common).upstreams) == {"objectives", "kpi", "conflicts", "resources"}
    with pytest.raises(ValidationError, match="name each origin"):
        Settings(**common, cors_origins="*")
    with pytest.raises(ValidationError, match="less than or equal to 1"):
        Settings(**common, key_cache_seconds=5)


def test_merging_again_changes_nothing_and_drift_is_found(tmp_path, monkeypatch, capsys):
    source = tmp_path / "kpi.json"
    source.write_text(
        json.dumps({"openapi": "3.1.0", "paths": {"/v1/x": {"get": {"operationId": "x", "responses": {}}}}})
    )
    target, mirror = tmp_path / "package" / "merge.py", tmp_path / "clients" / "openapi.json"
    target.parent.mkdir()
    monkeypatch.setattr(merge, "__file__", str(target))
    arguments = ["merge", "--mirror", str(mirror), f"kpi={source}"]
    monkeypatch.setattr(sys, "argv", [*arguments, "--check"])
    with pytest.raises(SystemExit, match="not up to date"):
        merge.main()
    assert not mirror.exists()
    monkeypatch.setattr(sys, "argv", arguments)
    merge.main()
    written = mirror.read_text()
    assert written == (target.parent / "openapi.json").read_text()
    assert {"/v1/x", "/v1/me"} <= set(json.loads(written)["paths"])
    merge.main()
    monkeypatch.setattr(sys, "argv", [*arguments, "--check"])
    with pytest.raises(SystemExit) as ended:
        merge.main()
    assert ended.value.code == 0
    assert mirror.read_text() == written


def test_the_committed_document_holds_the_gateways_own_routes():
    own = merge.create_own(None).openapi()["paths"]
    merged = document.load()["paths"]
    for path, item in own.items():
        for method, operation in item.items():
            assert merged[path][method]["operationId"] == operation["operationId"]


async def test_the_process_stops_at_once_although_streams_are_open(gateway):
    settings = gateway.stack.settings("gateway")
    port = free_port()
    environment = {
        **os.environ,
        "ENTENTE_DATABASE_URL": settings.database_url,
        "ENTENTE_NATS_URL": settings.nats_url,
        "ENTENTE_TOKEN_PUBLIC_KEY": str(settings.token_public_key),
        "ENTENTE_TOKEN_PRIVATE_KEY": str(settings.token_private_key),
        "ENTENTE_UPSTREAMS": "kpi=http://127.0.0.1:1",
        "ENTENTE_PORT": str(port),
        "ENTENTE_LOG_LEVEL": "warning",
    }
    process = subprocess.Popen([sys.executable, "-m", "entente_gateway"], env=environment)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:

            async def alive() -> bool:
                try:
                    return (await client.get("/healthz")).status_code == 200
                except httpx.ConnectError:
                    return False

            await eventually(alive, 60)
        headers = {"Authorization": f"Bearer {await gateway.key()}"}
        async with (
            aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as session,
            session.get("/v1/events") as response,
        ):
            opened = Stream(response)
            await opened.block()
            process.send_signal(signal.SIGTERM)
            with pytest.raises(EOFError):
                await opened.block(5)
            assert await asyncio.to_thread(process.wait, 8) in (0, -signal.SIGTERM)
    finally:
        stop(process)
