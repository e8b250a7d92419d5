"""The README's ten curl calls work as pasted, in one go, without a pause between them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import anyio
import pytest

README = Path(__file__).parent.parent.parent / "README.md"


def calls() -> str:
    """The block of shell under the heading of the loop."""
    text = README.read_text()
    return re.search(r"## The loop by curl\n.*?```sh\n(.*?)```", text, re.DOTALL).group(1)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed, and the README's calls are made by it")
async def test_the_ten_calls_of_the_readme_close_the_loop(world, tmp_path):
    ministry, insurer = await world.organisation("Ministry", "sponsor"), await world.organisation("Insurer", "sponsor")
    variables = {
        "ENTENTE_URL": world.stack.gateway,
        "ENTENTE_KEY_SYSTEM": ministry.system.key,
        **{
            f"ENTENTE{part}_{name}{tail}": value
            for name, organisation in (("MINISTRY", ministry), ("INSURER", insurer))
            for part, tail, value in (
                ("", "", str(organisation.id)),
                ("", "_SPONSOR", str(organisation.person_id("sponsor"))),
                ("_KEY", "_SPONSOR", organisation.person("sponsor").key),
            )
        },
    }
    folder = tmp_path / ".entente" / "demo"
    folder.mkdir(parents=True)
    (folder / "demo.env").write_text("".join(f"export {name}='{value}'\n" for name, value in variables.items()))

    def paste() -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        return subprocess.run(
            ["bash", "-e"],
            input=calls(),
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    done = await anyio.to_thread.run_sync(paste)
    assert done.returncode == 0, done.stdout + done.stderr
    assert calls().count("call $") == 10
    assert "event: entente.kpi.deviation_opened.v1" in done.stdout
    assert '"state": "observed"' in done.stdout
    assert '"type": "entente.kpi.deviation_opened.v1"' in done.stdout
