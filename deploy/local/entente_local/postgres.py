"""The embedded PostgreSQL: its cluster, its socket, and how it is started and stopped."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from . import access, checks
from .failure import Failure
from .folder import Folder, write
from .i18n import _
from .logs import last_words
from .process import Spec, Stop, User, finished, kill, spawn
from .programs import POSTGRES_MAJOR, postgres_bin

SUPERUSER = "entente"
PORT = 5432  # only the name of the socket: the server does not listen on TCP
# "fast" ends the clients' sessions; "immediate" leaves the rest to the recovery at the next start
STOP: Stop = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 6.0), (signal.SIGKILL, 5.0))
_LONGEST_SOCKET = 107
_PLAIN = re.compile(r"[A-Za-z0-9/._+-]+")
_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "150",
    "shared_buffers": "128MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "32MB",
    "max_wal_size": "512MB",
    "max_worker_processes": "2",
    "max_parallel_workers": "0",
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "1",
    "io_method": "sync",
    "jit": "off",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "timezone": "UTC",
}


@dataclass(frozen=True)
class Server:
    """The cluster of one data folder. `user` is the system user that runs it, where that is not the present one."""

    data: Path
    socket: Path
    user: User | None

    def url(self, role: str, password: str, database: str) -> str:
        return (
            f"postgresql+asyncpg://{role}:{quote(password)}@/{database}"
            f"?host={quote(str(self.socket), safe='/')}&port={PORT}"
        )


def locate(folder: Folder) -> Server:
    user = access.database_user()
    return Server(folder.postgres, socket_folder(folder), user)


def socket_folder(folder: Folder) -> Path:
    """Below the data folder, or a short private folder below /tmp where that path cannot be that of a socket.

    It may be too long, or hold a comma, which would stand between two paths; so only plain characters pass.
    """
    near = folder.run / "postgres"
    if len(os.fsencode(near / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET and _PLAIN.fullmatch(str(near)):
        return near
    return Path("/tmp") / f"entente-{hashlib.sha256(os.fsencode(folder.root)).hexdigest()[:12]}"  # noqa: S108 - see _own


def _own(path: Path, user: User | None) -> None:
    """Make a folder for the server alone. In /tmp somebody else may have been there before: then refuse it."""
    uid, gid = (user.uid, user.gid) if user else (os.geteuid(), os.getegid())
    path.mkdir(mode=0o700, exist_ok=True)
    if path.is_symlink() or path.lstat().st_uid not in {uid, os.geteuid()}:
        raise Failure(_("{path} belongs to somebody else. Remove it, or choose another folder with --data."), path=path)
    path.chmod(0o700)
    os.chown(path, uid, gid)


def check_version(server: Server) -> bool:
    """Whether there is a cluster already. Raises Failure when another PostgreSQL wrote it."""
    try:
        major = (server.data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return False
    if major != str(POSTGRES_MAJOR):
        raise Failure(
            _(
                "{path} was written by PostgreSQL {found}, and this Entente has PostgreSQL {major}. "
                "Install the Entente that wrote it, or start anew with `entente reset`."
            ),
            path=server.data,
            found=major,
            major=POSTGRES_MAJOR,
        )
    return True


def prepare(server: Server) -> list[Path]:
    """Make ready what the server's user needs. Returns the folders that had to be opened for it to pass."""
    binaries = postgres_bin()
    opened = []
    if server.user:
        access.let_read(binaries.parent)
        opened = access.let_through(binaries / "postgres", server.user) + access.let_through(server.data, server.user)
    _own(server.socket, server.user)
    return opened


async def create_cluster(server: Server, superuser_password: str, log: Path) -> None:
    """Run initdb beside the final place, so that an interrupted one leaves nothing that looks like a cluster."""
    fresh, password = server.data.with_name("postgres.new"), server.socket / "password"
    shutil.rmtree(fresh, ignore_errors=True)
    _own(fresh, server.user)
    write(password, superuser_password + "\n", 0o600)
    if server.user:
        os.chown(password, server.user.uid, server.user.gid)
    argv = (
        *(str(postgres_bin() / "initdb"), "--pgdata", str(fresh), "--username", SUPERUSER),
        *("--auth", "scram-sha-256", "--pwfile", str(password), "--encoding", "UTF8", "--locale", "C"),
        *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions"),
    )
    try:
        code = await _run(argv, server, log)
    finally:
        password.unlink(missing_ok=True)
    if code != 0:
        raise Failure(_("The database could not be created: {reason}"), reason=last_words(log))
    if server.data.is_dir():
        server.data.rmdir()
    fresh.rename(server.data)


async def _run(argv: tuple[str, ...], server: Server, log: Path) -> int:
    with log.open("ab") as output:
        process = spawn(argv, cwd=server.socket, env=environment(), output=output.fileno(), user=server.user)
    try:
        return await finished(process)
    finally:
        kill(process)


def environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def spec(server: Server, log: Path) -> Spec:
    settings = _SETTINGS | {"unix_socket_directories": str(server.socket)}
    options = tuple(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))

    async def ready() -> bool:
        return checks.postgres_ready(server.data)

    return Spec(
        "postgres",
        (str(postgres_bin() / "postgres"), "-D", str(server.data), *options),
        cwd=server.data,
        log=log,
        ready=ready,
        env=environment(),
        user=server.user,
        stop=STOP,
        orphaned=signal.SIGQUIT,
        rank=0,
    )


def version() -> str:
    shown = subprocess.run([postgres_bin() / "postgres", "--version"], capture_output=True, text=True, check=False)
    return shown.stdout.strip()
