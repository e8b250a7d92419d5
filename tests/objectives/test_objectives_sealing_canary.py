"""Until every party has declared, nothing that one declared shows anywhere: not in an answer, an event, a log or a trace."""

import json
import logging
import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import asyncpg
import pytest
from objectives.profiles import asked, dimensions, expectation, expected, profile
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http import trace_exporter
from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from entente_objectives.app import create_app
from entente_shared.telemetry import set_up_traces

CANARY = "canary7f3a"
ODD = 41.3728194  # a figure that nothing else is: times have six digits behind the point
SEALED = "sealed_declaration"
GETS = sorted(path.removeprefix("/v1") for path, each in create_app().openapi()["paths"].items() if "get" in each)


@pytest.fixture
def spans(monkeypatch) -> Iterator[InMemorySpanExporter]:
    """What the service exports of its requests and statements, set up as it does itself, with the exporter in memory."""
    exporter, providers = InMemorySpanExporter(), []
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:1")
    monkeypatch.setattr(trace_exporter, "OTLPSpanExporter", lambda: exporter)
    monkeypatch.setattr(trace, "set_tracer_provider", providers.append)
    monkeypatch.setattr(trace, "get_tracer", lambda name, *_, **__: providers[0].get_tracer(name))
    set_up_traces("objectives")
    exporter.flush = providers[0].force_flush
    yield exporter
    AsyncPGInstrumentor().uninstrument()
    providers[0].shutdown()


def secret_profile() -> dict:
    expectations = [
        expected("accidents", ODD, target=ODD, confidence=ODD / 100),
        expected("costs", 100 - ODD, due_at="2029-04-13T04:13:07Z"),
    ]
    return profile(CANARY, expectations=expectations)


def secret_assessment(circle) -> dict:
    return {
        "ratings": [
            {"party_id": str(party), "dimension": "reliability", "score": ODD / 10, "reason": f"{CANARY} of {party}"}
            for party in circle.parties
        ]
    }


def shows(text: str) -> bool:
    """The words, the odd figure, or the odd date, as they stand or in hexadecimal."""
    marks = (CANARY, str(ODD), str(ODD / 10), str(ODD / 100), "2029-04-13")
    return any(mark in text or mark.encode().hex() in text for mark in marks)


async def declare_all_but_one(circle) -> dict[str, str]:
    """Two parties of three declare and assess, and think again; returns the ids that paths are filled with."""
    sponsor = circle.first["sponsor"]
    rounds = {
        kind: (await sponsor.post(f"{circle.path}/{kind}-rounds", body))["id"]
        for kind, body in (("profile", asked()), ("assessment", dimensions()))
    }
    for organisation in circle.organisations[:2]:
        for kind, body in (("profile", secret_profile()), ("assessment", secret_assessment(circle))):
            path = f"{circle.path}/{kind}-rounds/{rounds[kind]}/{kind}"
            for _ in range(2):
                answer = await organisation["sponsor"].request("PUT", path, body, Idempotency_Key=uuid4().hex)
                assert answer.status_code == 200, answer.text
                assert not shows(answer.text)
    ids = {"partnership_id": str(circle.id), "party_id": str(circle.parties[0])}
    return {**ids, **{f"{kind}_round_id": round_id for kind, round_id in rounds.items()}}


def filled(template: str, ids: dict[str, str]) -> str:
    kind = "assessment" if "assessment-rounds" in template else "profile"
    known = {**ids, "round_id": ids[f"{kind}_round_id"]}
    return re.sub(r"\{(\w+)\}", lambda name: known.get(name.group(1), str(uuid4())), template)


async def errors(circle, ids: dict[str, str]) -> list[str]:
    """What is answered to requests of the declaring party itself that fail, with the secret in them or behind them."""
    sponsor, stale = circle.first["sponsor"], {"If_Match": '"99"'}
    at = {kind: f"{circle.path}/{kind}-rounds/{ids[f'{kind}_round_id']}/{kind}" for kind in ("profile", "assessment")}
    whole, rated = secret_profile(), secret_assessment(circle)
    wrong = [
        (at["profile"], {**whole, "motivations": CANARY * 2000}, {}, 422),
        (at["profile"], {**whole, "expectations": [expected(CANARY, ODD)]}, {}, 422),
        (at["profile"], {**whole, "expectations": [expected("accidents", ODD), expected("costs", ODD)]}, {}, 422),
        (at["profile"], whole, stale, 412),
        (at["assessment"], {"ratings": rated["ratings"][:1]}, {}, 422),
        (at["assessment"], rated, stale, 412),
        (f"{circle.path}/profile-rounds/{uuid4()}/profile", whole, {}, 404),
    ]
    texts = []
    for path, body, headers, status in wrong:
        answer = await sponsor.request("PUT", path, body, **headers)
        assert answer.status_code == status, answer.text
        texts.append(answer.text)
    reused = {"Idempotency_Key": uuid4().hex}
    for body, status in ((whole, 200), ({**whole, "ambitions": CANARY}, 409)):
        answer = await sponsor.request("PUT", at["profile"], body, **reused)
        assert answer.status_code == status, answer.text
        texts.append(answer.text)
    again = await sponsor.request("POST", f"{circle.path}/profile-rounds", {"expectations": [expectation("a")]})
    assert again.status_code == 409
    return [*texts, again.text]


async def stored(scene) -> dict[str, str]:
    """Every table of the service but the sealed one, as text."""
    owner = await asyncpg.connect(scene.stack.admin_dsn.rpartition("/")[0] + "/entente_objectives")
    try:
        tables = await owner.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {
            row["tablename"]: str(
                await owner.fetchval(f'SELECT string_agg(t::text, chr(10)) FROM "{row["tablename"]}" t')
            )
            for row in tables
        }
    finally:
        await owner.close()


async def test_nothing_shows_before_all_are_in_and_everything_after(scene, caplog, capfd, spans):
    caplog.set_level(logging.DEBUG)
    circle = await scene.circle()
    ids = await declare_all_but_one(circle)
    assert not [text for text in await errors(circle, ids) if shows(text)]
    others = [circle.organisations[2][who] for who in ("sponsor", "delegate")] + [circle.organisations[2].system]
    for template in GETS:
        for client in others:
            answer = await client.request("GET", filled(template, ids))
            assert answer.status_code < 500, (template, answer.text)
            assert not shows(answer.text), template
            assert not shows(json.dumps(dict(answer.headers))), template
    tables = await stored(scene)
    assert {name for name, text in tables.items() if shows(text)} == {SEALED}
    assert {"outbox", "idempotency_key", "timer", "parked_event"} <= set(tables)
    metrics = await scene.http.get("/metrics")
    logged = "\n".join([caplog.text, *capfd.readouterr(), metrics.text])
    spans.flush()
    traced = [span.to_json() for span in spans.get_finished_spans()]
    assert any("sealed_declaration" in text for text in traced), "the statements were traced"
    assert any(record.levelno == logging.DEBUG for record in caplog.records), "the logs were caught"
    assert not shows(logged)
    assert not [text for text in traced if shows(text)]
    await reveal(circle, ids)
    seen = [(await others[1].request("GET", filled(template, ids))).text for template in GETS]
    assert {template for template, text in zip(GETS, seen, strict=True) if shows(text)} == {
        "/partnerships/{partnership_id}/profile-rounds/{round_id}/profiles",
        "/partnerships/{partnership_id}/profile-rounds/{round_id}/profiles/{party_id}",
        "/partnerships/{partnership_id}/assessment-rounds/{round_id}/assessments",
        "/partnerships/{partnership_id}/assessment-rounds/{round_id}/assessments/{party_id}",
        "/partnerships/{partnership_id}/assessment-rounds/{round_id}/gaps",
    }
    told = [*await circle.heard("profile_revealed", 2), *await circle.heard("friction_found")]
    assert CANARY not in json.dumps([each.data for each in told])


async def reveal(circle, ids: dict[str, str]) -> None:
    last = circle.organisations[2]["sponsor"]
    for kind, body in (("profile", profile()), ("assessment", secret_assessment(circle))):
        answer = await last.request("PUT", f"{circle.path}/{kind}-rounds/{ids[f'{kind}_round_id']}/{kind}", body)
        assert answer.json()["revealed"] is True
        assert UUID(answer.json()["party_id"]) == circle.parties[2]
