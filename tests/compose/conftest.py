"""The set-up as a program, and a whole deployment in containers where an engine is there."""

import json
import os
import secrets
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.servers import free_port

ROOT = Path(__file__).parents[2]
IMAGES = ("python:3.13-slim-bookworm", "postgres:18", "nats:2.15-alpine")


@pytest.fixture
def set_up() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a step of the set-up on a folder of volumes."""

    def run(step: str, volumes: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        surroundings = {**os.environ, "PYTHONPATH": str(ROOT / "deploy" / "setup"), **environment}
        command = [sys.executable, "-m", "entente_setup", step, str(volumes)]
        return subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def volumes(tmp_path: Path, set_up: Callable[..., Any]) -> Path:
    """A folder with the volumes that the set-up's first step has written."""
    for name in ("setup", "postgres", "nats", "objectives", "kpi", "conflicts", "resources", "gateway"):
        (tmp_path / name).mkdir()
    assert set_up("secrets", tmp_path).returncode == 0
    return tmp_path


class Deployment:
    """docker-compose.yml as a project of its own, on a free port."""

    def __init__(self) -> None:
        self.project, self.port = f"entente-test-{secrets.token_hex(3)}", free_port()
        self._environment = {**os.environ, "ENTENTE_PORT": str(self.port)}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def compose(self, *arguments: str, check: bool = True) -> str:
        command = ["docker", "compose", "--project-name", self.project, "--progress", "quiet", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0 or not check, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def up(self) -> None:
        """One command with no step before it (there are no images of this project yet), and two processes of a service."""
        try:
            self.compose("up", "--wait", "--wait-timeout", "300", "--scale", "kpi=2")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.compose('logs', '--tail', '20', check=False)}") from None

    def python(self, service: str, code: str) -> str:
        """What a program prints that is run in a service's container."""
        return self.compose("exec", "-T", service, "python", "-c", code)

    def containers(self) -> dict[str, list[dict[str, Any]]]:
        """What the engine knows of each container, the ended ones too, by service."""
        found: dict[str, list[dict[str, Any]]] = {}
        for each in json.loads(docker("inspect", *self.compose("ps", "--all", "--quiet").split())):
            found.setdefault(each["Config"]["Labels"]["com.docker.compose.service"], []).append(each)
        return found

    def logs(self, container: str) -> str:
        """What a container printed, as it printed it."""
        return docker("logs", container)

    def remove(self) -> None:
        self.compose("down", "--volumes", "--remove-orphans", "--rmi", "local", check=False)
        docker("rmi", f"{self.project}-setup", check=False)


def docker(*arguments: str, check: bool = True) -> str:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=check).stdout


def _missing() -> str | None:
    """Why the containers cannot be had here, if so."""
    try:
        docker("compose", "version")
        docker("info")
    except (OSError, subprocess.CalledProcessError):
        return "no container engine with compose is running here"
    for image in IMAGES:
        try:
            docker("image", "inspect", image)
        except subprocess.CalledProcessError:
            if subprocess.run(["docker", "pull", "--quiet", image], capture_output=True, check=False).returncode != 0:
                return f"the image {image} is not here and cannot be pulled"
    return None


@pytest.fixture(scope="session")
def deployment() -> Iterator[Deployment]:
    """All of Entente in containers, built from this tree and removed at the end."""
    reason = _missing()
    if reason:
        warnings.warn(f"docker-compose.yml is NOT tested: {reason}", stacklevel=1)
        pytest.skip(f"docker-compose.yml is NOT tested: {reason}")
    deployment = Deployment()
    try:
        deployment.up()
        yield deployment
    finally:
        deployment.remove()
