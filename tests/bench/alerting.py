"""The reaction's peer: Prometheus scrapes a gauge and evaluates a rule without `for`, Alertmanager calls a webhook."""

import asyncio
import json
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from support.servers import accepts, free_port, stop

PROGRAMS = ("prometheus", "prometheus-alertmanager")
PROMETHEUS = """
global: {{scrape_interval: {interval}ms, scrape_timeout: {interval}ms, evaluation_interval: {interval}ms}}
rule_files: ["{folder}/rules.yml"]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{alertmanager}"]}}]}}]}}
scrape_configs: [{{job_name: bench, static_configs: [{{targets: ["127.0.0.1:{target}"]}}]}}]
"""
RULES = """
groups: [{name: bench, rules: [{alert: Crossed, expr: "bench_value <= -0.25"}]}]
"""
ALERTMANAGER = """
route: {{receiver: bench, group_by: [alertname], group_wait: 1ms, group_interval: 10ms, repeat_interval: 1h}}
receivers: [{{name: bench, webhook_configs: [{{url: "http://127.0.0.1:{webhook}/", send_resolved: true}}]}}]
"""


class Gauge:
    """What Prometheus scrapes and Alertmanager calls."""

    def __init__(self) -> None:
        self.value, self.calls = 0.0, asyncio.Queue[tuple[str, float]]()

    async def scraped(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                body = f"bench_value {self.value}\n".encode()
                head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: %d\r\n\r\n"
                writer.write(head % len(body) + body)

    async def called(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(line[15:] for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:")
                status = json.loads(await reader.readexactly(int(length)))["status"]
                self.calls.put_nowait((status, time.perf_counter()))
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async def called_with(self, status: str) -> float:
        async with asyncio.timeout(60):
            while (found := await self.calls.get())[0] != status:
                pass
        return found[1]


@asynccontextmanager
async def prometheus(interval: float) -> AsyncIterator[Gauge]:
    folder, gauge = Path(tempfile.mkdtemp(prefix="entente-prometheus-")), Gauge()
    target = await asyncio.start_server(gauge.scraped, "127.0.0.1")
    webhook = await asyncio.start_server(gauge.called, "127.0.0.1")
    ports = {"target": target.sockets[0].getsockname()[1], "webhook": webhook.sockets[0].getsockname()[1]}
    ports |= {"prometheus": free_port(), "alertmanager": free_port()}
    values = {"folder": folder, "interval": int(interval * 1000), **ports}
    (folder / "rules.yml").write_text(RULES)
    (folder / "prometheus.yml").write_text(PROMETHEUS.format(**values))
    (folder / "alertmanager.yml").write_text(ALERTMANAGER.format(**values))
    commands = [
        ["prometheus-alertmanager", f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}/alerts",
         f"--web.listen-address=127.0.0.1:{ports['alertmanager']}", "--cluster.listen-address="],
        ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/series",
         f"--web.listen-address=127.0.0.1:{ports['prometheus']}"],
    ]  # fmt: skip
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    running = [subprocess.Popen(command, **quiet) for command in commands]
    try:
        async with asyncio.timeout(30):
            while not all(accepts(ports[name]) for name in ("prometheus", "alertmanager")):
                await asyncio.sleep(0.05)
        yield gauge
    finally:
        for process in running:
            await asyncio.to_thread(stop, process)  # whose connections end meanwhile
        target.close()
        webhook.close()
        shutil.rmtree(folder)


async def alert(interval: float, crossings: int) -> list[float]:
    """Milliseconds from the gauge's change to the webhook's call. The first crossing waits for the start and is not counted."""
    delays = []
    async with prometheus(interval) as gauge:
        for _ in range(crossings + 1):
            await asyncio.sleep(random.uniform(0, interval))
            gauge.value, began = -0.5, time.perf_counter()
            delays.append((await gauge.called_with("firing") - began) * 1000)
            gauge.value = 0.0
            await gauge.called_with("resolved")
    return delays[1:]
