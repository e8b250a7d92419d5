"""The gateway, authenticating, against nginx in front of the same upstream: `python tests/bench/gateway_vs_nginx.py`.

Needs wrk and nginx-light. Everything listens on loopback, is started here and stopped at the end; it takes about two minutes. One
process each: the upstream is a bare ASGI application that answers 200 bytes of JSON. Rounds alternate, so that the noise of a shared
machine falls on all alike; the medians count.
"""

import asyncio
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

from support.servers import accepts, free_port, servers, stop, wait_for  # noqa: E402
from support.stack import APP_PASSWORD, OWNER_PASSWORD, role_url, write_keys  # noqa: E402

from entente_shared.migrate import provision  # noqa: E402

ROUNDS, SECONDS, CONNECTIONS = 5, 4, 32
PATH = f"/v1/partnerships/{uuid4()}/kpis/{uuid4()}"
UPSTREAM = """
import sys, uvicorn
BODY = b'{"id":"' + b"x" * 185 + b'"}'
HEAD = {"type": "http.response.start", "status": 200,
        "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]}
async def app(scope, receive, send):
    await send(HEAD)
    await send({"type": "http.response.body", "body": BODY})
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", loop="uvloop", http="httptools", lifespan="off", access_log=False,
            timeout_keep_alive=75)
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
    rate: float
    p50: float
    p99: float


@contextmanager
def process(command: list[str], port: int, **environment: str) -> Iterator[None]:
    started = subprocess.Popen(command, env={**os.environ, **environment}, cwd="/")
    try:
        wait_for(lambda: accepts(port) or started.poll() is not None, command[0], 30)
        yield
    finally:
        stop(started)


@contextmanager
def nginx(folder: Path, port: int, upstream: int) -> Iterator[None]:
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port, upstream=upstream, user=user))
    with process(["nginx", "-p", str(folder), "-c", str(configuration)], port):
        yield


@contextmanager
def gateway(folder: Path, port: int, upstream: int) -> Iterator[str]:
    """The real gateway with its database and broker; gives an operator's key."""
    private, public = write_keys(folder)
    with servers() as (admin_dsn, nats_url):
        asyncio.run(provision(admin_dsn, "gateway", OWNER_PASSWORD, APP_PASSWORD))
        environment = {
            "ENTENTE_OWNER_DATABASE_URL": role_url(admin_dsn, "gateway", owner=True),
            "ENTENTE_DATABASE_URL": role_url(admin_dsn, "gateway"),
            "ENTENTE_NATS_URL": nats_url,
            "ENTENTE_TOKEN_PRIVATE_KEY": str(private),
            "ENTENTE_TOKEN_PUBLIC_KEY": str(public),
            "ENTENTE_UPSTREAMS": f"kpi=http://127.0.0.1:{upstream}",
            "ENTENTE_PORT": str(port),
            "ENTENTE_LOG_LEVEL": "warning",
        }
        every = {**os.environ, **environment}
        subprocess.run([sys.executable, "-m", "entente_shared.migrate", "entente_gateway"], env=every, check=True)
        made = subprocess.run(
            [sys.executable, "-m", "entente_gateway.bootstrap"], env=every, check=True, capture_output=True, text=True
        )
        with process([sys.executable, "-m", "entente_gateway"], port, **environment):
            yield made.stdout.strip().splitlines()[-1]


def wrk(port: int, key: str, connections: int) -> Result:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", "-H", f"Authorization: Bearer {key}"]
    text = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{PATH}"], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    assert "Non-2xx" not in text, text
    found = re.search(r"Requests/sec:\s+([\d.]+)", text)
    assert found, text
    return Result(float(found[1]), _latency(text, "50%"), _latency(text, "99%"))


def _latency(text: str, percentile: str) -> float:
    """Milliseconds."""
    value, unit = re.findall(rf"{percentile}\s+([\d.]+)(us|ms|s)", text)[0]
    return float(value) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def measure(ports: dict[str, int], key: str, connections: int) -> dict[str, Result]:
    rounds = [{name: wrk(port, key, connections) for name, port in ports.items()} for _ in range(ROUNDS)]
    return {
        name: Result(*(median(getattr(one[name], field) for one in rounds) for field in ("rate", "p50", "p99")))
        for name in ports
    }


def table(title: str, results: dict[str, Result]) -> None:
    print(f"\n{title}\n\n| | requests/s | of nginx | p50 ms | p99 ms | p50 added ms |\n|---|---|---|---|---|---|")
    for name, result in results.items():
        share = f"{result.rate / results['nginx'].rate:.0%}"
        added = f"{result.p50 - results['direct'].p50:.2f}"
        print(f"| {name} | {result.rate:,.0f} | {share} | {result.p50:.2f} | {result.p99:.2f} | {added} |")


def main() -> None:
    for program, package in (("wrk", "wrk"), ("nginx", "nginx-light")):
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing: apt install {package}")
    ports = {name: free_port() for name in ("direct", "nginx", "gateway")}
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="entente-bench-")))
        cleanup.enter_context(process([sys.executable, "-c", UPSTREAM, str(ports["direct"])], ports["direct"]))
        cleanup.enter_context(nginx(folder, ports["nginx"], ports["direct"]))
        key = cleanup.enter_context(gateway(folder, ports["gateway"], ports["direct"]))
        table(f"{CONNECTIONS} connections", measure(ports, key, CONNECTIONS))
        table("1 connection", measure(ports, key, 1))


if __name__ == "__main__":
    main()
