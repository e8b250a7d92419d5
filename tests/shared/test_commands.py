"""What operators and CI run: migrations, documents, snapshots, and a service without its settings."""

import asyncio
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import anyio
import pytest
from opentelemetry import trace
from sqlalchemy import text
from support.recording import recorder, tell
from support.stack import role_url
from support.waiting import eventually

from entente_shared import dump_openapi, migrate, republish, telemetry
from entente_shared.errors import NotFound
from entente_shared.events.objectives import OrganisationChanged
from entente_shared.handling import Handlers
from entente_shared.ids import derived_id, new_id
from entente_shared.outbox import parties, publish
from entente_shared.retention import forget
from entente_shared.serve import serve
from entente_shared.settings import ServiceSettings


def test_a_service_without_its_settings_says_which_are_missing(monkeypatch):
    for name in ("DATABASE_URL", "TOKEN_PUBLIC_KEY"):
        monkeypatch.delenv(f"ENTENTE_{name}", raising=False)
    with pytest.raises(SystemExit, match="set or correct ENTENTE_DATABASE_URL, ENTENTE_TOKEN_PUBLIC_KEY"):
        serve("kpi", ServiceSettings, lambda settings: settings)


def test_the_openapi_document_of_a_service_is_json(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["dump_openapi", "entente_kpi"])
    dump_openapi.main()
    document = json.loads(capsys.readouterr().out)
    assert "/v1/partnerships/{partnership_id}/samples" in document["paths"]
    assert "ProblemBody" in document["components"]["schemas"]


async def test_migrating_twice_changes_nothing_and_a_difference_is_told(probe, monkeypatch, capsys):
    from support.plumbing import drop_database

    await drop_database(probe.admin_dsn, "kpi")
    await migrate.provision(probe.admin_dsn, "kpi", "owner", "application")
    monkeypatch.setenv("ENTENTE_OWNER_DATABASE_URL", role_url(probe.admin_dsn, "kpi", owner=True))

    async def run(*arguments: str) -> None:
        monkeypatch.setattr(sys, "argv", ["migrate", "entente_kpi", *arguments])
        await anyio.to_thread.run_sync(migrate.main)

    with pytest.raises(SystemExit, match="not up to date"):
        await run("--check")
    await run()
    await run()
    await run("--check")
    monkeypatch.setattr(sys, "argv", ["migrate"])
    with pytest.raises(SystemExit, match="usage"):
        migrate.main()


async def test_republishing_by_command_reaches_consumers_as_snapshots(probe, monkeypatch):
    seen = []
    handlers = Handlers()

    @handlers.on(OrganisationChanged)
    async def keep(session, event, received):
        seen.append((event.name, received.version, received.snapshot))

    producer = await probe.start("objectives")
    await probe.start("kpi", handlers)
    await probe.settled("kpi")
    await tell(producer.database, "old", "new")
    await eventually(lambda: len(seen) == 2)
    monkeypatch.setenv("ENTENTE_DATABASE_URL", producer.settings.database_url)
    monkeypatch.setenv("ENTENTE_TOKEN_PUBLIC_KEY", str(producer.settings.token_public_key))
    assert await republish._run() == 1
    await eventually(lambda: len(seen) == 3)
    assert seen[2] == ("new", 2, True)


async def test_tidying_keeps_the_latest_state_and_drops_what_is_old_and_published(probe):
    handlers, seen = recorder()
    producer = await probe.start("objectives")
    await probe.start("kpi", handlers)
    await tell(producer.database, "old", "new")
    await eventually(lambda: len(seen) == 2)

    async def kept() -> list[str]:
        async with producer.database.transaction() as session:
            rows = await session.execute(
                text("SELECT data::jsonb->>'name' FROM outbox WHERE snapshot_of IS NULL ORDER BY position")
            )
            return list(rows.scalars())

    async def marked() -> bool:
        async with producer.database.transaction() as session:
            return (await session.execute(text("SELECT bool_and(published_at IS NOT NULL) FROM outbox"))).scalar_one()

    await eventually(marked)
    await forget(producer.database, 3600)
    assert await kept() == ["old", "new"]
    async with producer.database.transaction() as session:
        await session.execute(text("UPDATE outbox SET published_at = now() - interval '2 hours'"))
    await forget(producer.database, 3600)
    assert await kept() == ["new"]


async def test_traces_are_exported_where_an_endpoint_is_configured(monkeypatch):
    received = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", trace.Once())
    try:
        telemetry.set_up_traces("probe")
        with telemetry.continued("first", None):
            parent = telemetry.traceparent()
        with telemetry.continued("second", parent):
            assert telemetry.trace_id() == parent.split("-")[1]
        await asyncio.to_thread(trace.get_tracer_provider().shutdown)
    finally:
        from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor

        AsyncPGInstrumentor().uninstrument()
        server.shutdown()
    path, body = received[0]
    assert path == "/v1/traces"
    assert b"entente-probe" in body
    assert b"second" in body


def test_small_parts_do_what_they_say():
    one, other = new_id(), new_id()
    assert parties(other, one) == "parties:" + ",".join(sorted(map(str, (one, other))))
    assert derived_id("a", one) == derived_id("a", one) != derived_id("a", other)
    assert str(NotFound("There is no {what}.", what="spoon")) == "There is no spoon."
    handlers = Handlers()
    handlers.every(print)
    assert Handlers(handlers).producers is None


async def test_an_event_belongs_to_the_saga_that_it_starts(probe):
    producer = await probe.start("objectives")
    async with producer.database.transaction() as session:
        event_id = publish(session, OrganisationChanged(organisation_id=new_id(), name="a"), starts_saga=True)
    async with producer.database.transaction() as session:
        row = (await session.execute(text("SELECT event_id, correlation_id, causation_id FROM outbox"))).one()
    assert (row.event_id, row.correlation_id, row.causation_id) == (event_id, event_id, None)
