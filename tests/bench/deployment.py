"""A whole Entente for the benches: `entente up` in a folder of its own, on ports of its own, gone at the end."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import httpx
import psutil

ENTENTE = Path(sys.executable).parent / "entente"
PORT_BASE = 18_400


@dataclass
class Deployment:
    url: str
    operator: str
    folder: Path


@contextmanager
def deployment() -> Iterator[Deployment]:
    folder = Path(mkdtemp(prefix="entente-bench-"))
    folder.chmod(0o755)
    data = ["--data", str(folder / "data")]
    try:
        subprocess.run(
            [ENTENTE, "up", "--detach", *data, "--port-base", str(PORT_BASE)], check=True, stdout=subprocess.DEVNULL
        )
        made = subprocess.run([ENTENTE, "key", "create", *data], check=True, capture_output=True, text=True)
        yield Deployment(f"http://127.0.0.1:{PORT_BASE}", made.stdout.split()[-1], folder)
    finally:
        subprocess.run([ENTENTE, "reset", "--yes", *data], check=False, stdout=subprocess.DEVNULL)


@dataclass
class Partnership:
    """A partnership of two organisations, with the keys that push and read."""

    path: str
    person: dict[str, str]
    system: dict[str, str]
    kpis: list[str]


def partnership(
    place: Deployment, kpis: int, *, trajectory: bool = True, variants: Sequence[dict[str, Any]] = ({},)
) -> Partnership:
    """Made through the public API, its charter signed, `kpis` KPIs each with an agreed trajectory.

    The definitions take turns at the `variants`, which say what is other than usual.
    """
    with httpx.Client(base_url=place.url, headers=_bearer(place.operator), timeout=30) as operator:
        organisations = [
            operator.post("/v1/organisations", json={"name": f"Bench {uuid4().hex[:6]}"}).json()["id"] for _ in range(2)
        ]
        scopes = ["organisation:admin", "samples:write", "clock:advance"]
        systems = [
            _key(operator, kind="system", organisation_id=one, scopes=scopes, label="bench") for one in organisations
        ]
        persons, parties = [], []
        for organisation, system in zip(organisations, systems, strict=True):
            made = httpx.post(
                f"{place.url}/v1/organisations/{organisation}/persons", json={"name": "Bench"}, headers=_bearer(system)
            ).json()
            persons.append(
                _key(operator, kind="person", organisation_id=organisation, person_id=made["id"], label="bench")
            )
            members = [
                {"person_id": made["id"], "role": role} for role in ("sponsor", "alliance_manager", "committee_member")
            ]
            parties.append({"organisation_id": organisation, "weight": "1", "members": members})
    with httpx.Client(base_url=place.url, headers=_bearer(persons[0]), timeout=30) as person:
        made = (
            person.post("/v1/partnerships", json={"name": "Bench", "clock": "real", "parties": parties})
            .raise_for_status()
            .json()
        )
        path = f"/v1/partnerships/{made['id']}"
        usual = {"unit": "1", "cadence": "PT1S", "rule": {"theta_on": -0.25, "theta_off": -0.1}}
        ids = [
            person.post(f"{path}/kpis", json={"name": f"KPI {n}", **usual, **variants[n % len(variants)]})
            .raise_for_status()
            .json()["id"]
            for n in range(kpis)
        ]
        if trajectory:
            _sign(place, person, path, persons, ids)
    return Partnership(path, _bearer(persons[0]), _bearer(systems[0]), ids)


def _sign(place: Deployment, person: httpx.Client, path: str, persons: list[str], kpis: list[str]) -> None:
    objectives = [
        {"key": f"kpi-{n}", "title": f"KPI {n}", "kpi_id": kpi, "baseline": 0.0, "target": 100.0,
         "starts_at": "2026-01-01T00:00:00Z", "due_at": "2036-01-01T00:00:00Z"}
        for n, kpi in enumerate(kpis)
    ]  # fmt: skip
    mandates = [
        {"key": domain, "domain": domain, "tier": "sponsors", "max_amount": None, "support": 0.5, "quorum": 0.5,
         "approval": 0.0, "expires_after": "P30D"}
        for domain in ("adjustment", "rebaseline")
    ]  # fmt: skip
    ladder = [{"name": f"Level {n}", "responders": ["sponsor"], "limit": "P10D"} for n in range(3)]
    policy = {"churn_budget": 100.0, "rollback_on_failure": False, "verify_samples": 2, "damping_half_life": "P14D",
              "cap_per_period": 10, "review_period": "P30D", "cool_down": "PT0S"}  # fmt: skip
    terms = {
        "based_on": None,
        "objectives": objectives,
        "levers": [],
        "mandates": mandates,
        "ladder": ladder,
        "floors": [],
        "policy": policy,
    }
    proposed = person.post(f"{path}/charter/versions", json=terms).raise_for_status().json()
    for key in persons:
        signed = httpx.post(
            f"{place.url}{path}/charter/versions/{proposed['version']}/signatures",
            json={"hash": proposed["hash"]},
            headers=_bearer(key),
        ).raise_for_status()
    token = signed.headers["Consistency-Token"]
    for _ in range(30):  # a 503 says: not seen yet, send it again
        seen = person.get(f"{path}/kpis/{kpis[-1]}/trajectory", headers={"Consistency-Token": token})
        if seen.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            break
    seen.raise_for_status()


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _key(operator: httpx.Client, **body: object) -> str:
    return str(operator.post("/v1/keys", json=body).raise_for_status().json()["secret"])


def processes(place: Deployment) -> dict[str, list[psutil.Process]]:
    """The deployment's own, by name, without those that another of the same name started."""
    found: dict[str, list[psutil.Process]] = {}
    for process in psutil.process_iter(["cmdline", "name", "environ"]):
        command = " ".join(process.info["cmdline"] or [])
        if str(place.folder) not in command and str(place.folder) not in str(process.info["environ"] or ""):
            continue
        known = [
            name for name in ("objectives", "kpi", "conflicts", "resources", "gateway") if f"entente_{name}" in command
        ]
        name = (
            known[0]
            if known
            else "nats"
            if "nats" in command
            else "postgres"
            if "postgres" in process.info["name"]
            else ""
        )
        if name:
            found.setdefault(name, []).append(process)
    return {name: [each for each in many if each.parent() not in many] for name, many in found.items()}
