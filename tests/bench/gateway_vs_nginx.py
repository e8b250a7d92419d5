"""The gateway, authenticating, against nginx in front of the same upstream: `python tests/bench/gateway_vs_nginx.py`.

Needs wrk and nginx-light. Everything listens on loopback, is started here and stopped at the end; it takes about four
minutes. One process each. The upstream answers 200 bytes of JSON: once as a bare ASGI application, once as a FastAPI
route as the services have. Rounds alternate, so that the noise of a shared machine falls on all alike; the medians
count. The CPU time that a proxy took for one request depends least on what else runs.
"""

import asyncio
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from uuid import uuid4

sys.path[:0] = [str(Path(__file__).parent.parent)]

import nats  # noqa: E402
import psutil  # noqa: E402
import structlog  # noqa: E402
from support.servers import accepts, free_port, servers, stop, wait_for  # noqa: E402
from support.stack import APP_PASSWORD, OWNER_PASSWORD, role_url, write_keys  # noqa: E402

from entente_shared.broker import PRODUCERS, ensure_stream  # noqa: E402
from entente_shared.migrate import provision  # noqa: E402

ROUNDS, SECONDS, CONNECTIONS = 5, 4, 32
PATH = f"/v1/partnerships/{uuid4()}/kpis/{uuid4()}"
UPSTREAMS = {
    "bare ASGI": """
HEAD = {"type": "http.response.start", "status": 200,
        "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]}
async def app(scope, receive, send):
    await send(HEAD)
    await send({"type": "http.response.body", "body": BODY})
""",
    "FastAPI": """
from fastapi import FastAPI
from pydantic import BaseModel
class Kpi(BaseModel):
    id: str
app = FastAPI()
@app.get("/v1/partnerships/{partnership_id}/kpis/{kpi_id}")
async def read_kpi(partnership_id: str, kpi_id: str) -> Kpi:
    return Kpi.model_validate_json(BODY)
""",
}
RUN = """
import sys, uvicorn
BODY = b'{"id":"' + b"x" * 190 + b'"}'
SOURCE
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", loop="uvloop", http="httptools", lifespan="off",
            access_log=False, timeout_keep_alive=75)
"""
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
  scgi_temp_path {folder}/s;
  upstream service {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000000; }}
  server {{ listen 127.0.0.1:{port}; location / {{
    proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; }} }}
}}
"""


@dataclass(frozen=True)
class Result:
    """Requests a second, milliseconds, and microseconds of CPU that the process in front took for one request."""

    rate: float
    p50: float
    p99: float
    cpu: float


@dataclass(frozen=True)
class Target:
    port: int
    pid: int

    def cpu_seconds(self) -> float:
        family = [psutil.Process(self.pid), *psutil.Process(self.pid).children(recursive=True)]
        return sum(sum(one.cpu_times()[:2]) for one in family)


@contextmanager
def process(command: list[str], port: int, **environment: str) -> Iterator[Target]:
    started = subprocess.Popen(command, env={**os.environ, **environment}, cwd="/", stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: accepts(port) or started.poll() is not None, command[0], 60)
        yield Target(port, started.pid)
    finally:
        stop(started)


@contextmanager
def nginx(folder: Path, upstream: int) -> Iterator[Target]:
    user, port = "user root;" if os.geteuid() == 0 else "", free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port, upstream=upstream, user=user))
    with process(["nginx", "-p", str(folder), "-c", str(configuration)], port) as target:
        yield target


@contextmanager
def gateway(folder: Path, upstream: int, admin_dsn: str, nats_url: str) -> Iterator[tuple[Target, str]]:
    """The real gateway with its database and broker; gives an operator's key too."""
    private, public = write_keys(folder)
    port = free_port()
    environment = {
        "ENTENTE_OWNER_DATABASE_URL": role_url(admin_dsn, "gateway", owner=True),
        "ENTENTE_DATABASE_URL": role_url(admin_dsn, "gateway"),
        "ENTENTE_NATS_URL": nats_url,
        "ENTENTE_TOKEN_PRIVATE_KEY": str(private),
        "ENTENTE_TOKEN_PUBLIC_KEY": str(public),
        "ENTENTE_UPSTREAMS": f"kpi=http://127.0.0.1:{upstream}",
        "ENTENTE_PORT": str(port),
    }
    every = {**os.environ, **environment}
    subprocess.run([sys.executable, "-m", "entente_shared.migrate", "entente_gateway"], env=every, check=True)
    make = [sys.executable, "-m", "entente_gateway.bootstrap"]
    made = subprocess.run(make, env=every, check=True, capture_output=True, text=True)
    with process([sys.executable, "-m", "entente_gateway"], port, **environment) as target:
        yield target, made.stdout.strip().splitlines()[-1]


async def prepare(admin_dsn: str, nats_url: str) -> None:
    """The gateway's database, and the streams that the services would have made."""
    await provision(admin_dsn, "gateway", OWNER_PASSWORD, APP_PASSWORD)
    client = await nats.connect(nats_url)
    for producer in PRODUCERS:
        await ensure_stream(client.jetstream(), producer, 3600)
    await client.close()


def wrk(target: Target, key: str, connections: int) -> Result:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", "-H", f"Authorization: Bearer {key}"]
    before = target.cpu_seconds()
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{target.port}{PATH}"], check=True, capture_output=True, text=True, timeout=60
    )
    text, cpu = done.stdout, target.cpu_seconds() - before
    assert "Non-2xx" not in text, text
    found = re.search(r"(\d+) requests in.*Requests/sec:\s+([\d.]+)", text, re.DOTALL)
    assert found, text
    return Result(float(found[2]), _latency(text, "50%"), _latency(text, "99%"), cpu / int(found[1]) * 1e6)


def _latency(text: str, percentile: str) -> float:
    """Milliseconds."""
    value, unit = re.findall(rf"{percentile}\s+([\d.]+)(us|ms|s)", text)[0]
    return float(value) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def measure(targets: dict[str, Target], key: str, connections: int) -> dict[str, Result]:
    rounds = [{name: wrk(target, key, connections) for name, target in targets.items()} for _ in range(ROUNDS)]
    fields = ("rate", "p50", "p99", "cpu")
    return {
        name: Result(*(median(getattr(one[name], field) for one in rounds) for field in fields)) for name in targets
    }


def table(title: str, results: dict[str, Result]) -> None:
    print(f"\n{title}\n\n| | requests/s | of nginx | p50 ms | p50 added ms | p99 ms | CPU us a request |")
    print("|---|---|---|---|---|---|---|")
    for name, result in results.items():
        share = f"{result.rate / results['nginx'].rate:.0%}"
        added = f"{result.p50 - results['direct'].p50:.2f}"
        print(
            f"| {name} | {result.rate:,.0f} | {share} | {result.p50:.2f} | {added} | {result.p99:.2f} | {result.cpu:.0f} |",
            flush=True,
        )


def main() -> None:
    for program, package in (("wrk", "wrk"), ("nginx", "nginx-light")):
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing: apt install {package}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with servers() as (admin_dsn, nats_url):
        asyncio.run(prepare(admin_dsn, nats_url))
        for name, source in UPSTREAMS.items():
            with ExitStack() as cleanup:
                folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="entente-bench-")))
                port = free_port()
                upstream = [sys.executable, "-c", RUN.replace("SOURCE", source), str(port)]
                targets = {"direct": cleanup.enter_context(process(upstream, port))}
                targets["nginx"] = cleanup.enter_context(nginx(folder, port))
                targets["gateway"], key = cleanup.enter_context(gateway(folder, port, admin_dsn, nats_url))
                for connections in (CONNECTIONS, 1):
                    table(f"{name} upstream, connections: {connections}", measure(targets, key, connections))


if __name__ == "__main__":
    main()
