"""The edge of a service: strict bodies, errors that help and hide, idempotency, tokens, limits, health."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from fastapi import Request, Response
from pydantic import ValidationError, field_validator
from sqlalchemy import text
from support.servers import free_port
from support.stack import Running
from support.tokens import internal_token
from support.waiting import eventually

from entente_shared import errors
from entente_shared.events.objectives import OrganisationChanged
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.runtime import Service
from entente_shared.web import (
    Amount,
    CurrentCaller,
    CurrentMember,
    CurrentSession,
    Duration,
    Router,
    Strict,
    Text,
    Timestamp,
    check_if_match,
    create_service,
    format_duration,
    parse_duration,
    set_etag,
    withhold_response,
)  # fmt: skip

router = Router(tags=["probe"])


class Thing(Strict):
    name: Text
    at: Timestamp | None = None
    lasts: Duration | None = None
    price: Amount | None = None
    share: float | None = None

    @field_validator("share")
    @classmethod
    def _is_a_ratio(cls, value: float | None) -> float | None:
        if value is not None and not 0 <= value <= 1:
            raise ValueError(errors.N_("A ratio from 0 to 1 is expected here; divide a percentage by 100."))
        return value


@router.post("/things", status_code=201)
async def make_thing(body: Thing, session: CurrentSession, response: Response) -> Thing:
    publish(session, OrganisationChanged(organisation_id=new_id(), name=body.name))
    set_etag(response, 1)
    return body


@router.post("/secrets")
async def make_secret(request: Request) -> dict[str, str]:
    withhold_response(request)
    return {"secret": uuid4().hex}


@router.get("/who")
async def who(caller: CurrentCaller) -> dict[str, str]:
    return {"principal": caller.principal}


@router.get("/partnerships/{partnership_id}/place")
async def place(member: CurrentMember) -> dict[str, str]:
    return {"party": str(member.party_id)}


@router.put("/things")
async def change_thing(request: Request) -> dict[str, str]:
    check_if_match(request, 3)
    return {"changed": "yes"}


@router.get("/boom")
async def boom() -> None:
    raise RuntimeError("the password is hunter2")


@router.get("/slow")
async def slow(session: CurrentSession) -> None:
    await session.execute(text("SELECT pg_sleep(20)"))


attempts: list[int] = []


@router.post("/lost")
async def lost(session: CurrentSession) -> dict[str, int]:
    attempts.append(1)
    if len(attempts) < 3:
        await session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$"))
    return {"attempts": len(attempts)}


@pytest.fixture(scope="module")
async def edge(module_probe):
    probe = module_probe
    settings = probe.settings("kpi", port=free_port(), max_body_bytes=20_000, statement_timeout=0.5)
    running = Running(create_service(Service("kpi", "kpi", "", routers=(router,)), settings), settings.port)
    running.start()
    producer = await probe.start("objectives")
    token = internal_token(probe.private_key, "kpi", "system", new_id(), None, ["a:b"])
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", headers=headers, timeout=10) as http:
        http.producer, http.probe = producer, probe
        yield http
    running.stop()


async def send(http, body: bytes | str, path: str = "/v1/things", **headers: str):
    content = body.encode() if isinstance(body, str) else body
    return await http.post(path, content=content, headers={"Content-Type": "application/json", **headers})


@pytest.mark.parametrize(
    "body",
    [
        '{"name": "a", "share": NaN}',
        '{"name": "a", "share": Infinity}',
        '{"name": "a", "share": -Infinity}',
        '{"name": "a", "share": 1e999}',
        '{"name": "a\\u0000b"}',
        '{"na\\u0000me": "a"}',
        '[{"name": ["\\u0000"]}]',
        '{"name": "\\ud800"}',
        b'{"name": "\xff\xfe"}',
        b'{"name": "\xed\xa0\x80"}',
        '{"name": "a", "at": "2026-01-31T12:00:00"}',
        '{"name": "a", "at": 253402300800}',
        '{"name": "a", "at": "253402300800"}',
        '{"name": "a", "at": "2026-02-31T12:00:00Z"}',
        '{"name": "a", "lasts": "P1Y"}',
        '{"name": "a", "lasts": "P"}',
        '{"name": "a", "lasts": "P99999999999999999999D"}',
        '{"name": "a", "lasts": 5}',
        '{"name": "a", "price": {"amount": 12.5, "currency": "EUR"}}',
        '{"name": "a", "price": {"amount": "NaN", "currency": "EUR"}}',
        '{"name": "a", "price": {"amount": "twelve", "currency": "EUR"}}',
        '{"name": "a", "price": {"amount": "-1", "currency": "EUR"}}',
        '{"name": "a", "price": {"amount": "1", "currency": "euro"}}',
        '{"name": "a", "share": 50}',
        '{"name": "   "}',
        '{"name": ""}',
        '{"name": "a", "colour": "vermilion"}',
        "{}",
        "",
        "{",
        "null",
        "[" * 5_000,
        '{"name": ' * 1_500 + "1" + "}" * 1_500,
    ],
)
async def test_what_cannot_be_accepted_gets_422_and_is_not_repeated(edge, body):
    answer = await send(edge, body)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:entente:problem:unprocessable"
    assert problem["trace_id"]
    for piece in ("253402300800", "vermilion", "twelve", "2026-02-31"):
        assert piece not in answer.text


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "application/x+json", "application/merge-patch+json"]
)
async def test_every_kind_of_json_is_decoded_strictly(edge, content_type):
    answer = await edge.post("/v1/things", content=b'{"name": "a\\u0000b"}', headers={"Content-Type": content_type})
    assert answer.status_code == 422


async def test_a_good_body_comes_back_as_it_was_meant(edge):
    body = '{"name": "é", "at": "2026-01-31T12:00:00.123456789+01:00", "lasts": "P1DT2H", "price": {"amount": "12.50", "currency": "EUR"}}'
    answer = await send(edge, body)
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    made = answer.json()
    assert (made["at"], made["lasts"]) == ("2026-01-31T12:00:00.123456+01:00", "P1DT2H")
    assert made["price"] == {"amount": "12.50", "currency": "EUR"}


async def test_an_error_names_the_field_the_problem_and_the_remedy_in_both_languages(edge):
    english = (await send(edge, '{"name": "a", "share": 50}')).json()
    assert english["errors"] == [
        {"pointer": "/share", "detail": "A ratio from 0 to 1 is expected here; divide a percentage by 100."}
    ]
    answer = await send(edge, "{}", **{"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.5"})
    assert answer.headers["content-language"] == "fr"
    french = answer.json()
    assert french["errors"][0]["pointer"] == "/name"
    assert french["title"] != english["title"]
    assert french["errors"][0]["detail"] == "Ce champ est obligatoire ; ajoutez-le."


@pytest.mark.parametrize("accepted", ["de", "*", "en;q=x", "fr;q=0", ""])
async def test_an_unknown_language_gets_english(edge, accepted):
    answer = await edge.get("/v1/nowhere", headers={"Accept-Language": accepted})
    assert (answer.status_code, answer.headers["content-language"]) == (404, "en")


async def test_an_unexpected_error_says_nothing_of_its_inside(edge):
    answer = await edge.get("/v1/boom")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert answer.json()["trace_id"] == answer.headers["x-trace-id"]


async def test_methods_media_types_and_sizes_are_problems_too(edge):
    wrong_method = await edge.delete("/v1/who")
    assert (wrong_method.status_code, wrong_method.json()["status"]) == (405, 405)
    assert wrong_method.headers["allow"]
    as_text = await edge.post("/v1/things", content=b'{"name": "a"}', headers={"Content-Type": "text/plain"})
    assert as_text.status_code == 422

    async def trickle():
        for _ in range(30):
            yield b"a" * 1_000

    for large in (
        await send(edge, '{"name": "' + "a" * 30_000 + '"}'),
        await edge.post("/v1/things", content=trickle(), headers={"Content-Type": "application/json"}),
    ):
        assert (large.status_code, large.json()["type"]) == (413, "urn:entente:problem:too-large")


async def test_a_statement_that_takes_too_long_is_503_with_retry_after(edge):
    answer = await edge.get("/v1/slow")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_a_transaction_that_lost_to_another_is_run_again(edge):
    attempts.clear()
    answer = await edge.post("/v1/lost")
    assert answer.json() == {"attempts": 3}


async def test_a_write_sent_again_is_done_once_and_answered_alike(edge):
    key = {"Idempotency-Key": uuid4().hex}
    first, second = [await send(edge, '{"name": "a"}', **key) for _ in range(2)]
    assert (second.status_code, second.json()) == (201, first.json())
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["etag"] == first.headers["etag"]
    other = await send(edge, '{"name": "b"}', **key)
    assert (other.status_code, other.json()["type"]) == (409, "urn:entente:problem:idempotency-key-reused")
    unkept = [await send(edge, "{}", "/v1/secrets", **{"Idempotency-Key": "once"}) for _ in range(2)]
    assert [answer.status_code for answer in unkept] == [200, 409]
    assert (await send(edge, '{"name": "a"}', **{"Idempotency-Key": "x" * 201})).status_code == 422


async def test_concurrent_repeats_of_a_write_are_done_once(edge):
    key = {"Idempotency-Key": uuid4().hex}
    answers = await asyncio.gather(*(send(edge, '{"name": "same"}', **key) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.headers["consistency-token"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1


async def test_a_failed_write_keeps_no_idempotency_key(edge):
    key = {"Idempotency-Key": uuid4().hex}
    assert (await send(edge, '{"name": ""}', **key)).status_code == 422
    assert (await send(edge, '{"name": "", "x": 1}', **key)).status_code == 422


async def test_if_match_guards_a_change(edge):
    assert (await edge.put("/v1/things")).status_code == 200
    assert (await edge.put("/v1/things", headers={"If-Match": '"3"'})).status_code == 200
    assert (await edge.put("/v1/things", headers={"If-Match": "*"})).status_code == 200
    stale = await edge.put("/v1/things", headers={"If-Match": '"2"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:entente:problem:precondition-failed")


async def test_a_reader_waits_for_what_its_token_names(edge):
    async with edge.producer.database.transaction() as session:
        publish(session, OrganisationChanged(organisation_id=new_id(), name="seen"))
    seen = session.info["last_event"]
    answer = await edge.get("/v1/who", headers={"Consistency-Token": f"objectives:{seen}"})
    assert answer.status_code == 200
    never = new_id()
    unknown = await edge.get("/v1/who", headers={"Consistency-Token": f"objectives:{never}"})
    assert (unknown.status_code, unknown.headers["retry-after"]) == (503, "1")
    soft = await edge.get("/v1/who", headers={"Consistency-Token": f"objectives:{never};soft"})
    assert soft.status_code == 200
    own = await send(edge, '{"name": "a"}', **{"Consistency-Token": f"objectives:{seen}"})
    assert own.headers["consistency-token"].startswith("kpi:")
    assert f"objectives:{seen}" in own.headers["consistency-token"]
    assert (await edge.get("/v1/who", headers={"Consistency-Token": "nonsense"})).status_code == 422


async def test_only_a_token_of_the_gateway_for_this_service_is_taken(edge, tmp_path):
    from support.stack import write_keys

    private, _ = write_keys(tmp_path)
    good = edge.probe.private_key
    cases = {
        "": 401,
        "Basic abc": 401,
        "Bearer nonsense": 401,
        f"Bearer {internal_token(good, 'objectives', 'operator', None)}": 401,
        f"Bearer {internal_token(private, 'kpi', 'operator', None)}": 401,
        f"Bearer {internal_token(good, 'kpi', 'operator', None, seconds=-5)}": 401,
        f"Bearer {internal_token(good, 'kpi', 'emperor', None)}": 401,
        f"Bearer {internal_token(good, 'kpi', 'operator', None)}": 200,
    }
    for header, status in cases.items():
        answer = await edge.get("/v1/who", headers={"Authorization": header})
        assert answer.status_code == status, header
        if status == 401:
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_partnership_that_is_not_mine_is_not_there(edge):
    answer = await edge.get(f"/v1/partnerships/{new_id()}/place")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:entente:problem:not-found")


async def test_health_names_each_dependency_and_metrics_name_no_id(edge):
    assert (await edge.get("/healthz")).json() == {"status": "alive"}

    async def ready():
        answer = await edge.get("/readyz")
        return answer.status_code == 200 and answer.json()["checks"] == {"database": "ok", "broker": "ok"}

    await eventually(ready)
    partnership = new_id()
    await edge.get(f"/v1/partnerships/{partnership}/place")
    metrics = (await edge.get("/metrics")).text
    assert 'route="/v1/partnerships/{partnership_id}/place"' in metrics
    assert str(partnership) not in metrics


async def test_the_trace_of_the_caller_is_continued(edge):
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = await edge.get("/v1/nowhere", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert answer.json()["trace_id"] == trace


@pytest.mark.parametrize(
    ("text_", "value"),
    [
        ("P2W", timedelta(weeks=2)),
        ("PT90S", timedelta(seconds=90)),
        ("P1DT0.5S", timedelta(days=1, seconds=0.5)),
        ("PT0S", timedelta(0)),
    ],
)
def test_durations_survive_the_round_trip(text_, value):
    assert parse_duration(text_) == value
    assert parse_duration(format_duration(value)) == value


def test_a_body_accepts_python_values_too():
    from datetime import UTC, datetime

    thing = Thing(name="a", at=datetime.now(UTC), lasts=timedelta(days=1))
    assert thing.lasts == timedelta(days=1)
    with pytest.raises(ValidationError):
        Thing(name="a", at=datetime.now())  # noqa: DTZ005 - a naive time is the case
