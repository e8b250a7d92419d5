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
    counts = "http.client.HTTPConnection('127.0.0.1', 8100)"
    code = f"import http.client; c = {counts}; c.request('GET', '/metrics'); print(c.getresponse().read().decode())"
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
    code = "from pathlib import Path; print(sorted(p.name for p in Path('/run/entente').iterdir()))"
    for service in SERVICES:
        names = {"entente_database_url", "entente_nats_user", "entente_nats_password", "token_public.pem"}
        if service == "gateway":
            names.add("token_private.pem")
        assert deployment.python(service, code).strip() == str(sorted(names)), service
        for path in ("/run/entente/x", "/app/x", "/x"):
            attempt = (
                f"import pathlib\ntry: pathlib.Path('{path}').write_text('x')\nexcept OSError as e: print(e.errno)"
            )
            assert deployment.python(service, attempt).strip() in {"13", "30"}, (service, path)


def test_no_secret_is_in_a_definition_an_image_or_an_environment(deployment):
    secrets = [
        deployment.python(service, f"print(open('/run/entente/{name}').read())").strip()
        for service in SERVICES
        for name in ("entente_database_url", "entente_nats_password")
    ]
    password = [secret.split(":")[2].split("@")[0] if "://" in secret else secret for secret in secrets]
    public = json.dumps(deployment.containers()) + deployment.compose("config") + deployment.compose("logs")
    assert not [secret for secret in password if secret in public]


def test_services_log_json_lines(deployment):
    for service in SERVICES:
        lines = deployment.compose("logs", "--no-log-prefix", service).splitlines()
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
    """Neither tests nor the development environment, and nothing that belongs to the builder."""
    found = deployment.python("kpi", "import os; print(sorted(os.listdir('/app')))")
    packages = {name for name in json.loads(found.replace("'", '"')) if not name.endswith(".dist-info")}
    assert packages == {"entente_kpi", "entente_shared"}
