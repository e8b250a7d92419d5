"""The examples of docs/pushing-metrics.md work as pasted."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import anyio
import pytest
from loop.partnership import found

TEXT = (Path(__file__).parent.parent.parent / "docs" / "pushing-metrics.md").read_text()


def blocks(language: str) -> str:
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL))


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed, and the examples are made with it")
async def test_the_examples_push_samples(world, tmp_path):
    partnership = await found(world, "2026-01-01T00:00:00Z")
    kpi, key = await partnership.define_kpi("Orders"), partnership.system.key
    variables = {
        "ENTENTE_URL": world.stack.gateway, "PARTNERSHIP": partnership.id, "KPI": kpi, "KEY": key,
        "MANAGER_KEY": partnership.manager.key,
    }  # fmt: skip

    def paste() -> subprocess.CompletedProcess[str]:
        command = ["bash", "-euo", "pipefail", "-c", blocks("sh")]
        done = subprocess.run(
            command, cwd=tmp_path, env={**os.environ, **variables}, capture_output=True, text=True, check=False
        )
        exec(blocks("python"), {"entente_url": world.stack.gateway, "partnership": partnership.id, "key": key})
        return done

    done = await anyio.to_thread.run_sync(paste)
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"mapped"' in done.stdout
    samples = await partnership.items(f"/kpis/{kpi}/samples")
    assert [(each["at"], each["value"]) for each in samples] == [
        ("2026-01-01T00:00:00Z", 3.0), ("2026-01-01T00:00:01Z", 4.0), ("2026-01-31T00:00:00Z", 397.5),
        ("2026-01-31T00:01:00Z", 398.0), ("2026-01-31T00:02:00Z", 401.25),
    ]  # fmt: skip
    where = "/samples/whereabouts?name=orders.count&label=site=lyon&at=2026-01-01T00:00:00Z"
    assert (await partnership.system.get(partnership.path(where)))["state"] == "stored"
    assert where.partition("?")[2] in TEXT
