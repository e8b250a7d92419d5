"""The set-up's first step, without containers: what it writes, for whom, and that repeating it changes nothing."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

SERVICES = ("objectives", "kpi", "conflicts", "resources", "gateway")


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_each_volume_holds_what_its_reader_needs_and_nothing_else(volumes):
    own = {"entente_database_url", "entente_nats_user", "entente_nats_password", "token_public.pem"}
    for service in SERVICES:
        expected = own | {"token_private.pem"} if service == "gateway" else own
        assert set(contents(volumes / service)) == expected, service
    assert set(contents(volumes / "postgres")) == {"password"}
    assert set(contents(volumes / "nats")) == {"nats.conf"}


def test_no_secret_is_in_the_volume_of_another(volumes):
    known = json.loads((volumes / "setup" / "credentials.json").read_text())
    readers = {
        known["superuser"]: {"postgres"},
        **{password: set() for password in known["owner"].values()},
        **{password: {service} for service, password in known["application"].items()},
        **{password: {service, "nats"} for service, password in known["broker"].items()},
        known["token_key"]: {"gateway"},
    }
    assert len(readers) == 2 + 3 * len(SERVICES), "two secrets are the same"
    for name in ("postgres", "nats", *SERVICES):
        texts = "".join(contents(volumes / name).values())
        found = {secret for secret in readers if secret in texts}
        assert found == {secret for secret, allowed in readers.items() if name in allowed}, name


def test_files_are_for_their_owner_alone_but_for_the_database_servers(volumes):
    for path in volumes.rglob("*"):
        if path.is_file():
            expected = 0o444 if path.parent.name == "postgres" else 0o400
            assert path.stat().st_mode & 0o777 == expected, path


def test_a_second_run_keeps_every_secret(volumes, set_up):
    before = contents(volumes)
    assert set_up("secrets", volumes).returncode == 0
    assert contents(volumes) == before


def test_a_lost_volume_of_a_service_is_written_again(volumes, set_up):
    before = contents(volumes)
    shutil.rmtree(volumes / "kpi")
    (volumes / "kpi").mkdir()
    assert set_up("secrets", volumes).returncode == 0
    assert contents(volumes) == before


def test_a_service_that_is_new_gets_secrets_and_the_others_keep_theirs(volumes, set_up):
    master = volumes / "setup" / "credentials.json"
    known = json.loads(master.read_text())
    for passwords in (known["owner"], known["application"], known["broker"]):
        del passwords["conflicts"]
    master.chmod(0o600)
    master.write_text(json.dumps(known))
    assert set_up("secrets", volumes).returncode == 0
    after = json.loads(master.read_text())
    assert set(after["broker"]) == set(SERVICES)
    assert {name: after["broker"][name] for name in known["broker"]} == known["broker"]


def test_the_broker_accepts_its_configuration(volumes):
    server = Path(sys.executable).parent / "nats-server"
    command = [server, "--config", str(volumes / "nats" / "nats.conf"), "-t"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
