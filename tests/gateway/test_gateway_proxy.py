"""What passes through the door, against a real service behind it and real connections on both sides."""

import asyncio
import hashlib
import json
import secrets
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import httpx
import psutil
import pytest
from gateway.upstream import CALLER, KEY, Service, door
from support.servers import free_port, stop, wait_for
from support.stack import Running
from support.waiting import eventually

from entente_gateway.proxy.upstream import Limits

AUTHORIZED = {"Authorization": f"Bearer {KEY}"}
LIMITS = Limits(connect=0.5, idle=0.6, total=20, in_flight=20)
SERVICES = ("kpi", "closed", "hung", "garbage", "unconfigured")


@dataclass
class Scene:
    url: str
    port: int
    service: Service
    upstream_url: str


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A door, a service behind it, and two addresses where nothing good listens."""
    upstream_port, port = free_port(), free_port()
    hung = socket.create_server(("127.0.0.1", 0), backlog=16)  # accepts nothing: the kernel does, and then silence
    addresses = {
        "kpi": f"http://127.0.0.1:{upstream_port}",
        "closed": f"http://127.0.0.1:{free_port()}",
        "hung": f"http://127.0.0.1:{hung.getsockname()[1]}",
        "garbage": f"http://127.0.0.1:{free_port()}",
    }
    application, public = door(tmp_path_factory.mktemp("door"), addresses, LIMITS, SERVICES)
    service = Service(public)
    running = [Running(service, upstream_port), Running(application, port)]
    for one in running:
        one._server.config.proxy_headers = False  # uvicorn would believe X-Forwarded-For of anybody on this machine
        one.start()
    yield Scene(f"http://127.0.0.1:{port}", port, service, addresses["kpi"])
    for one in reversed(running):
        one.stop()
    hung.close()


@pytest.fixture
async def client(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=scene.url, headers=AUTHORIZED, timeout=20) as client:
        yield client


async def seen(client: httpx.AsyncClient, path: str = "/v1/headers", **kwargs) -> list[tuple[str, str]]:
    return [tuple(item) for item in (await client.get(path, **kwargs)).json()["headers"]]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_every_method_passes_with_its_path_and_query_as_they_were_sent(client, method):
    answer = await client.request(method, "/v1/headers?x=a%20b&y=%2F&y=%C3%A9&empty=&z=a+b")
    assert answer.json()["method"] == method
    assert answer.json()["path"] == "/v1/headers?x=a%20b&y=%2F&y=%C3%A9&empty=&z=a+b"


async def test_the_keys_of_other_systems_clients_open_ingest_and_go_no_further(scene):
    ingest, elsewhere = "/v1/partnerships/p/ingest/headers", "/v1/partnerships/p/headers"
    ways = [
        {"params": {"db": "x", "u": "me", "p": KEY}},
        {"params": {"db": "x"}, "auth": ("me", KEY)},
        {"params": {"db": "x"}, "headers": {"Authorization": f"Token {KEY}"}},
    ]
    async with httpx.AsyncClient(base_url=scene.url) as client:
        for way in ways:
            answer = await client.post(ingest, **way)
            assert (answer.status_code, answer.json()["path"]) == (200, f"{ingest}?db=x")
            assert KEY not in answer.text
            assert (await client.post(elsewhere, **way)).status_code == 401


async def test_head_has_headers_and_no_body(client):
    answer = await client.head("/v1/headers")
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 0


async def test_the_service_gets_a_token_instead_of_the_key(client, scene):
    headers = dict(await seen(client))
    token = headers["authorization"].removeprefix("Bearer ")
    assert scene.service.verifier.verify(token) == CALLER
    assert KEY not in json.dumps(headers)


async def test_the_service_is_told_where_the_request_came_from_by_the_gateway_alone(client, scene):
    forged = {
        "X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "evil", "Forwarded": "for=6.6.6.6",
        "X-Real-IP": "6.6.6.6", "X-Entente-Caller": "operator",
    }  # fmt: skip
    headers = await seen(client, headers=forged)
    got = dict(headers)
    assert got["x-forwarded-for"] == "127.0.0.1"
    assert got["x-forwarded-proto"] == "http"
    assert got["x-forwarded-host"] == scene.url.removeprefix("http://")
    assert not {"forwarded", "x-real-ip", "x-entente-caller"} & set(got)
    assert "6.6.6.6" not in json.dumps(headers)
    assert "evil" not in json.dumps(headers)


async def test_a_second_authorization_header_reaches_nobody(scene):
    request = (
        f"GET /v1/headers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer forged\r\nAuthorization: Bearer {KEY}\r\n\r\n"
    )
    answer = await raw(scene, request.encode(), until=b'"]]}')
    assert b"forged" not in answer
    assert answer.count(b'"authorization"') == 1


async def test_hop_by_hop_headers_stay_on_their_side(client):
    hop = {
        "Connection": "keep-alive, X-Private",
        "X-Private": "1",
        "Keep-Alive": "timeout=1",
        "TE": "trailers",
        "X-Public": "1",
    }
    got = dict(await seen(client, headers=hop))
    assert "x-public" in got
    assert not {"x-private", "keep-alive", "te", "connection"} & set(got)
    answer = await client.get("/v1/hop")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert answer.headers["x-public"] == "é"
    assert not {"keep-alive", "proxy-authenticate", "x-private"} & set(answer.headers)


async def test_a_trace_is_passed_on_or_begun(client):
    given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert dict(await seen(client, headers={"traceparent": given}))["traceparent"] == given
    begun = [item for item in await seen(client, headers={"traceparent": "nonsense"}) if item[0] == "traceparent"]
    assert len(begun) == 1
    assert len(begun[0][1]) == 55


@pytest.mark.parametrize("status", [200, 201, 202, 204, 304, 307, 404, 409, 422, 500, 503])
async def test_the_answer_is_the_services_own_redirects_too(client, status):
    answer = await client.get(f"/v1/status/{status}")
    assert answer.status_code == status
    assert answer.headers["location"] == "/v1/elsewhere"
    assert answer.headers["x-public"] == "1"


@pytest.mark.parametrize("size", [0, 1, 70_000, 3_000_000])
async def test_bodies_pass_unchanged_both_ways(client, size):
    content = secrets.token_bytes(size)
    assert (await client.post("/v1/echo", content=content)).content == content


async def test_a_body_of_unknown_length_passes_too(client):
    async def chunks() -> AsyncIterator[bytes]:
        for index in range(50):
            yield bytes([index]) * 1000
            await asyncio.sleep(0.001)

    answer = await client.post("/v1/echo", content=chunks())
    assert answer.content == b"".join(bytes([index]) * 1000 for index in range(50))


async def test_an_answer_flows_before_the_request_has_ended(scene):
    """A stream in both directions: what the client sends comes back while it still sends."""
    go_on, got = asyncio.Event(), []

    async def chunks() -> AsyncIterator[bytes]:
        yield b"first"
        await asyncio.wait_for(go_on.wait(), 5)
        yield b"second"

    async with (
        aiohttp.ClientSession(scene.url, headers=AUTHORIZED) as session,
        session.post("/v1/echo", data=chunks()) as answer,
    ):
        async for chunk in answer.content.iter_any():
            got.append(chunk)
            go_on.set()
    assert b"".join(got) == b"firstsecond"


async def test_compressed_answers_are_not_touched(client):
    content = secrets.token_bytes(100)
    answer = await client.post("/v1/echo", content=content, headers={"Content-Type": "application/gzip"})
    assert answer.content == content


async def test_large_bodies_pass_in_bounded_memory(scene, tmp_path):
    """256 MiB up and 256 MiB down through a process of its own: it holds a few buffers of them."""
    port, size = free_port(), 256 * 2**20
    command = [
        sys.executable,
        str(Path(__file__).parent / "door_process.py"),
        str(tmp_path),
        str(port),
        scene.upstream_url,
    ]
    process = subprocess.Popen(command)
    try:
        await asyncio.to_thread(wait_for, lambda: listens(port), "the door", 60)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=AUTHORIZED) as session:
            async with session.get("/v1/produce/1000000") as answer:
                await answer.read()
            memory = psutil.Process(process.pid).memory_info
            before, highest = memory().rss, 0
            chunk, sent = secrets.token_bytes(2**20), hashlib.sha256()

            async def chunks() -> AsyncIterator[bytes]:
                nonlocal highest
                for _ in range(size // len(chunk)):
                    sent.update(chunk)
                    yield chunk
                    highest = max(highest, memory().rss)

            async with session.post("/v1/digest", data=chunks()) as answer:
                assert await answer.json(content_type=None) == {"sha256": sent.hexdigest(), "size": size}
            received = 0
            async with session.get(f"/v1/produce/{size}") as answer:
                async for piece in answer.content.iter_any():
                    received += len(piece)
                    highest = max(highest, memory().rss)
            assert received == size
            assert highest - before < 24 * 2**20, f"grew by {(highest - before) / 2**20:.0f} MiB"
    finally:
        stop(process)


async def test_a_slow_reader_holds_the_service_back(scene):
    """The service cannot push more than the kernel's buffers on both connections and the gateway's own small one hold.

    The kernel lets its buffers grow up to a maximum of its own, so the bound is what this machine allows.
    """
    kernel = sum(int(Path(f"/proc/sys/net/ipv4/tcp_{buffer}").read_text().split()[2]) for buffer in ("rmem", "wmem"))
    bound, size = 2 * kernel + 2**22, 2**30
    assert bound < size // 4, "the kernel's buffers hold so much that the test could not fail"
    before = scene.service.produced
    async with (
        aiohttp.ClientSession(scene.url, headers=AUTHORIZED, read_bufsize=2**12) as session,
        session.get(f"/v1/produce/{size}") as answer,
    ):
        assert answer.status == 200
        counts = [-1, scene.service.produced]
        while counts[-1] > counts[-2]:
            await asyncio.sleep(0.2)
            counts.append(scene.service.produced)
        assert counts[-1] - before < bound


@asynccontextmanager
async def another_door(folder: Path, upstream_url: str, limits: Limits = LIMITS) -> AsyncIterator[httpx.AsyncClient]:
    port = free_port()
    application, _ = door(folder, {"kpi": upstream_url}, limits, ("kpi",))
    running = Running(application, port)
    await asyncio.to_thread(running.start)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=AUTHORIZED) as client:
        yield client
    await asyncio.to_thread(running.stop)


async def test_a_client_that_leaves_while_it_waits_cancels_the_service(scene, tmp_path):
    """Long before the gateway itself would have given up."""
    before = scene.service.left
    async with another_door(tmp_path, scene.upstream_url, Limits(idle=30)) as client:
        for method, content in (("GET", None), ("POST", b"x" * 10)):
            with pytest.raises(httpx.ReadTimeout):
                await client.request(method, "/v1/wait", content=content, timeout=0.3)
        await eventually(lambda: scene.service.left == before + 2)


async def test_a_client_that_leaves_in_the_middle_of_the_answer_cancels_the_service(scene):
    before = scene.service.left
    async with (
        httpx.AsyncClient(base_url=scene.url, headers=AUTHORIZED) as client,
        client.stream("GET", "/v1/endless") as answer,
    ):
        async for _ in answer.aiter_bytes():
            break
    await eventually(lambda: scene.service.left == before + 1)


async def test_clients_that_take_nothing_do_not_keep_the_service_busy(scene, client):
    """Each holds one of the service's places, until nothing has moved for the idle time."""
    stalled = []
    for _ in range(LIMITS.in_flight):
        reader, writer = await asyncio.open_connection("127.0.0.1", scene.port, limit=1024)
        writer.write(f"GET /v1/produce/{2**28} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode())
        stalled.append((reader, writer))
    for reader, _ in stalled:
        await reader.readline()
        reader._transport.pause_reading()
    assert (await client.get("/v1/headers")).status_code == 503
    await asyncio.sleep(LIMITS.idle + 1)
    assert (await client.get("/v1/headers")).status_code == 200
    for _, writer in stalled:
        writer.transport.abort()


async def test_a_client_that_stops_sending_does_not_either(scene, client):
    head = f"POST /v1/digest HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Length: 1000000\r\n\r\n"
    answer = await raw(scene, head.encode() + b"x" * 100_000, until=b"}")
    assert b" 504 " in answer.split(b"\r\n")[0]


async def test_a_slow_upload_that_moves_is_not_cut_off(client):
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(6):
            yield b"x" * 10
            await asyncio.sleep(LIMITS.idle / 3)

    assert (await client.post("/v1/digest", content=chunks())).json()["size"] == 60


async def test_an_exchange_has_an_end_even_if_it_moves(scene, tmp_path):
    async with another_door(tmp_path, scene.upstream_url, Limits(idle=1, total=0.4)) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/v1/endless")


async def test_a_client_that_leaves_in_the_middle_of_its_body_ends_the_request(scene, client):
    head = f"POST /v1/digest HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Length: 1000000\r\n\r\n"
    started = scene.service.started
    _, writer = await asyncio.open_connection("127.0.0.1", scene.port)
    writer.write(head.encode() + b"x" * 100_000)
    await eventually(lambda: scene.service.started > started)
    writer.close()
    assert (await client.get("/v1/headers")).status_code == 200


async def test_a_service_that_refuses_a_body_early_is_heard(scene):
    async with aiohttp.ClientSession(scene.url, headers=AUTHORIZED) as session:
        for size in (10, 100_000, 5_000_000):
            async with session.post("/v1/early", data=b"x" * size) as answer:
                assert answer.status == 413
                assert await answer.read() == b"too much"


def is_problem(answer: httpx.Response, status: int, slug: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == f"urn:entente:problem:{slug}"
    assert body["status"] == status
    assert len(body["trace_id"]) == 32


async def test_a_service_that_is_not_there_is_unavailable(client):
    answer = await client.get("/v1/closed/headers")
    is_problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    is_problem(await client.get("/v1/unconfigured/headers"), 503, "unavailable")


async def test_a_service_that_does_not_answer_is_given_up_in_time(client):
    before = asyncio.get_running_loop().time()
    is_problem(await client.get("/v1/hung/headers"), 504, "gateway-timeout")
    is_problem(await client.post("/v1/silent", content=b"x"), 504, "gateway-timeout")
    assert asyncio.get_running_loop().time() - before < 3


async def test_a_service_that_breaks_off_before_its_answer_is_a_bad_gateway(tmp_path):
    """Closed after the request, half a status line, and no HTTP at all."""
    for reply in (b"", b"HTTP/1.1 20", b"SSH-2.0-OpenSSH\r\n\r\n"):

        async def handle(reader, writer, reply=reply):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(reply)
            await writer.drain()
            writer.close()

        async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
            address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            async with another_door(tmp_path, address) as other:
                is_problem(await other.post("/v1/echo", content=b"x"), 502, "bad-gateway")


@pytest.mark.parametrize("path", ["/v1/half", "/v1/stall"])
async def test_an_answer_that_breaks_off_is_broken_off_for_the_client_too(client, path):
    with pytest.raises(httpx.RemoteProtocolError):
        await client.get(path)


async def test_problems_come_in_the_callers_language(client):
    answer = await client.get("/v1/closed/headers", headers={"Accept-Language": "fr-CH, fr;q=0.9"})
    is_problem(answer, 503, "unavailable")
    assert answer.headers["content-language"] == "fr"
    assert "closed" in answer.json()["detail"]


async def test_a_busy_service_has_a_bounded_number_of_requests(scene):
    """The ones beyond are told at once; the others are answered."""
    async with httpx.AsyncClient(
        base_url=scene.url, headers=AUTHORIZED, limits=httpx.Limits(max_connections=40)
    ) as client:
        answers = await asyncio.gather(*(client.get("/v1/silent") for _ in range(30)))
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(503) == 10
    assert statuses.count(504) == 20


async def test_unknown_addresses_and_methods_are_told_apart(client):
    is_problem(await client.get("/v1/nothing"), 404, "not-found")
    answer = await client.post("/v1/only-get")
    is_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize(
    "path", ["/v1/headers", "/v1/nothing", "/v1/mine", "/", "/metrics/x", "/healthz/", "/openapi.json.bak"]
)
async def test_anonymous_requests_get_no_further(scene, path):
    started = scene.service.started
    async with httpx.AsyncClient(base_url=scene.url) as client:
        for headers in ({}, {"Authorization": "Bearer ent_live_x"}, {"Authorization": "Basic eDp4"}):
            answer = await client.get(path, headers=headers)
            is_problem(answer, 401, "unauthenticated")
            assert answer.headers["www-authenticate"].startswith("Bearer")
    assert scene.service.started == started


async def test_the_open_addresses_need_no_key_and_pass_none_on(scene):
    async with httpx.AsyncClient(base_url=scene.url, headers=AUTHORIZED) as client:
        for path in ("/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/swagger-ui.css"):
            answer = (await client.get(path)).json()
            assert answer["own"] == path
            assert "authorization" not in dict(answer["headers"])


async def test_the_own_application_gets_a_token_of_its_own(client):
    answer = (await client.get("/v1/mine")).json()
    assert answer["own"] == "/v1/mine"
    assert KEY not in json.dumps(answer)


async def test_an_unexpected_error_tells_nothing(client):
    answer = await client.get("/docs/broken")
    is_problem(answer, 500, "internal")
    assert "secret detail" not in answer.text


async def test_a_write_is_a_soft_hint_for_the_next_reader_of_its_partnership(client):
    await client.post("/v1/partnerships/p1/wrote/kpi:7")
    assert dict(await seen(client, "/v1/partnerships/p1/headers"))["consistency-token"] == "kpi:7;soft"


async def test_the_creation_of_a_partnership_hints_at_it(client):
    await client.post("/v1/created/p9")
    assert dict(await seen(client, "/v1/partnerships/p9/headers"))["consistency-token"] == "kpi:created;soft"


async def test_a_token_that_the_caller_sends_passes_as_it_is(client):
    await client.post("/v1/partnerships/p3/wrote/kpi:7")
    headers = await seen(client, "/v1/partnerships/p3/headers", headers={"Consistency-Token": "kpi:1, objectives:2"})
    assert [value for name, value in headers if name == "consistency-token"] == ["kpi:1, objectives:2"]


async def test_websockets_are_refused(scene):
    async with aiohttp.ClientSession(scene.url, headers=AUTHORIZED) as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect("/v1/headers")


async def raw(scene: Scene, request: bytes, until: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", scene.port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.readuntil(until), 5)
    writer.close()
    return answer


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
