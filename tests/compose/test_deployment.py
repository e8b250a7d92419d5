"""docker-compose.yml for real: skipped, loudly, where there is no container engine."""

import json
import time

import httpx
import pytest

SERVICES = ("objectives", "kpi", "conflicts", "resources", "gateway")
LASTING = (*SERVICES, "postgres", "nats")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def operator(deployment) -> httpx.Client:
    """A client with the first operator's key, made as the README says."""
    shown = deployment.compose("exec", "-T", "gateway", "python", "-m", "entente_gateway.bootstrap", "--label", "first")
    return httpx.Client(base_url=deployment.url, headers={"Authorization": f"Bearer {shown.splitlines()[-1]}"})


def test_everything_is_healthy_after_one_command(deployment):
    found = deployment.containers()
    assert {name: len(found[name]) for name in LASTING} == {**dict.fromkeys(LASTING, 1), "kpi": 2}
    for name in LASTING:
        assert {each["State"]["Health"]["Status"] for each in found[name]} == {"healthy"}, name
    for name in ("setup-secrets", "setup-databases"):
        assert [(each["State"]["Status"], each["State"]["ExitCode"]) for each in found[name]] == [("exited", 0)], name
    assert httpx.get(f"{deployment.url}/readyz").json()["status"] == "ready"


def test_every_service_answers_behind_the_gateway(deployment, operator):
    created = operator.post("/v1/organisations", json={"name": "Ministry"})
    assert created.status_code == 201, created.text
    shown = operator.get(f"/v1/organisations/{created.json()['id']}")
    assert shown.json()["name"] == "Ministry"
    for service in ("objectives", "kpi", "conflicts", "resources"):
        assert operator.get(f"/v1/{service}/dead-letters").status_code == 200, service
    assert httpx.get(f"{deployment.url}/v1/organisations").status_code == 401


def test_an_event_crosses_the_broker(deployment, operator):
    """The gateway's log is filled from the broker: publishing, subjects and durables work for the users it knows."""
    operator.post("/v1/organisations", json={"name": "Federation"}).raise_for_status()
    deadline = time.monotonic() + 20
    code = "from urllib.request import urlopen; print(urlopen('http://127.0.0.1:8100/metrics').read().decode())"
    wanted = 'entente_events_handled_total{producer="objectives",service="gateway"}'
    while time.monotonic() < deadline:
        if any(line.startswith(wanted) for line in deployment.python("gateway", code).splitlines()):
            return
        time.sleep(0.5)
    pytest.fail("no event of objectives reached the gateway")


def test_every_container_is_confined(deployment):
    for name, containers in deployment.containers().items():
        for each in containers:
            host = each["HostConfig"]
            assert host["ReadonlyRootfs"], name
            assert host["CapDrop"] == ["ALL"], name
            assert not host["CapAdd"], name
            assert "no-new-privileges:true" in host["SecurityOpt"], name
            assert host["Memory"] > 0, name
            assert host["PidsLimit"] > 0, name
            assert each["Config"]["User"].split(":")[0] not in {"", "0", "root"}, name
            assert host["LogConfig"]["Config"]["max-size"], name
            published = [port for ports in (host["PortBindings"] or {}).values() for port in ports]
            assert bool(published) == (name == "gateway"), name
            assert all(port["HostIp"] == "127.0.0.1" for port in published), name
            if name in SERVICES:
                assert each["Config"]["StopTimeout"] > 10, "the engine kills a service before it has drained"


def test_a_service_reads_its_own_secrets_only_and_cannot_write(deployment):
    code = """
import json, pathlib
def refused(path):
    try: pathlib.Path(path).write_text("x")
    except OSError: return True
names = [path.name for path in pathlib.Path("/run/entente").iterdir()]
print(json.dumps([sorted(names), [refused(path) for path in ("/run/entente/x", "/app/x", "/venv/x", "/x")]]))
"""
    for service in SERVICES:
        own = {"entente_database_url", "entente_nats_user", "entente_nats_password", "token_public.pem"}
        if service == "gateway":
            own.add("token_private.pem")
        assert json.loads(deployment.python(service, code)) == [sorted(own), [True] * 4], service


def test_no_secret_is_in_a_definition_an_image_or_an_environment(deployment):
    code = """
from urllib.parse import urlsplit
print(urlsplit(open("/run/entente/entente_database_url").read()).password)
print(open("/run/entente/entente_nats_password").read())
"""
    found = [secret for service in SERVICES for secret in deployment.python(service, code).split()]
    assert len(set(found)) == 2 * len(SERVICES)
    public = json.dumps(deployment.containers()) + deployment.compose("config") + deployment.compose("logs")
    assert not [secret for secret in found if secret in public]


def test_services_log_json_lines(deployment):
    for service in SERVICES:
        for container in deployment.containers()[service]:
            lines = deployment.logs(container["Id"]).splitlines()
            assert lines, service
            for line in lines:
                assert "event" in json.loads(line), f"{service}: {line}"


def test_the_broker_and_the_database_want_a_password(deployment):
    code = """
import asyncio, asyncpg, nats
async def main():
    try: await nats.connect("nats://nats:4222", max_reconnect_attempts=0, allow_reconnect=False)
    except Exception as e: print("refused" if "uthorization" in str(e) else repr(e))
    try: await asyncpg.connect("postgresql://postgres@postgres/postgres")
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError): print("refused")
asyncio.run(main())
"""
    assert deployment.python("kpi", code).split() == ["refused", "refused"]


def test_services_have_no_way_out(deployment):
    """Only the gateway has a network besides the inner one."""
    for name, containers in deployment.containers().items():
        for each in containers:
            networks = {
                network.removeprefix(f"{deployment.project}_") for network in each["NetworkSettings"]["Networks"]
            }
            expected = {"gateway": {"inside", "outside"}, "setup-secrets": {"none"}}.get(name, {"inside"})
            assert networks == expected, name


def test_stopping_drains_and_a_second_start_finds_everything_again(deployment, operator):
    before = operator.get("/v1/organisations").json()["items"]
    assert before
    deployment.compose("stop")
    for name, containers in deployment.containers().items():
        codes = {each["State"]["ExitCode"] for each in containers}
        assert codes <= {0, 143}, f"{name} was killed before it had stopped by itself"
    deployment.up()
    assert operator.get("/v1/organisations").json()["items"] == before


def test_the_image_holds_no_more_than_the_packages(deployment):
    """Neither another service's, nor tests, nor what only the builder needs."""
    names = json.loads(deployment.python("kpi", "import json, os; print(json.dumps(os.listdir('/app')))"))
    assert {name for name in names if not name.endswith(".dist-info")} == {"entente_kpi", "entente_shared"}
