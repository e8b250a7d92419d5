"""The demonstration against the running services: it passes, says so in figures, and fails with a sentence where it must."""

import copy
import json
import stat

import anyio
import pytest
from support.servers import free_port

from entente_local.demo import expectations
from entente_local.demo.command import demo
from entente_local.failure import Failure


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "en")


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_the_demonstration_passes_and_leaves_its_figures_its_chart_and_keys_that_work(world, tmp_path, capsys):
    await anyio.to_thread.run_sync(demo, world.stack.gateway, world.operator.key, tmp_path)

    outcome = json.loads((tmp_path / "figures.json").read_text())
    assert {row["states"][-1] for row in outcome["loops"]} == {"applied", "verified", "rolled_back", "settled"}
    shown = capsys.readouterr().out
    assert (tmp_path / "figures.json").read_text() in shown
    assert "conflicts case_opened" in shown
    assert (tmp_path / "chart.svg").read_text().count(
        "<polyline"
    ) == 3 + 4  # three series; the rear seats have two plans

    variables = tmp_path / "demo.env"
    assert stat.S_IMODE(variables.stat().st_mode) == 0o600
    path = '"$ENTENTE_URL/v1/partnerships/$ENTENTE_PARTNERSHIP"'
    shell = f'. "$0"; curl -sS --fail -H "Authorization: Bearer $ENTENTE_KEY_INSURER_SPONSOR" {path}'
    answer = await anyio.run_process(["sh", "-c", shell, str(variables)])
    assert json.loads(answer.stdout)["stage"] == "working_together"
    _assert_each_wrong_state_is_named(outcome)


def _assert_each_wrong_state_is_named(outcome):
    expectations.check(outcome)
    wrong = copy.deepcopy(outcome)
    wrong["loops"][3]["states"][-1] = "verified"
    with pytest.raises(
        Failure, match=r"Wrong state: the loop of drivers since 1978-02 should be .*rolled_back.*verified"
    ):
        expectations.check(wrong)
    for changed in ({"loops": outcome["loops"][:-1]}, {"cases": []}, {"samples": {"drivers": 189}}):
        with pytest.raises(Failure, match="Wrong state: "):
            expectations.check({**outcome, **changed})


async def test_a_wrong_key_is_one_sentence(world, tmp_path):
    with pytest.raises(Failure, match=r"^GET /v1/me was answered with 401: "):
        await anyio.to_thread.run_sync(demo, world.stack.gateway, "ent_live_wrong", tmp_path)


def test_an_address_where_nobody_answers_is_one_sentence(tmp_path):
    with pytest.raises(Failure, match=r"^http://127\.0\.0\.1:\d+ does not answer \("):
        demo(f"http://127.0.0.1:{free_port()}", "ent_live_any", tmp_path)
