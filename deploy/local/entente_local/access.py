"""PostgreSQL refuses to run as root: the unprivileged system user that runs it then, and the way to its files."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from .failure import Failure
from .i18n import _
from .process import User

NAME = "entente-db"


def database_user() -> User | None:
    """The user to run PostgreSQL as, created where it is missing; None where this process is not root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        entry = _create()
    return User(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _create() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    remedy = _(
        "PostgreSQL does not run as root, and the system user {name} could not be created ({reason}). "
        "Create it, or run entente as another user."
    )
    if useradd is None:
        raise Failure(remedy, name=NAME, reason=_("there is no useradd"))
    made = subprocess.run(
        [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        return pwd.getpwnam(NAME)  # another start may have created it just now
    except KeyError:
        raise Failure(remedy, name=NAME, reason=made.stderr.strip() or made.returncode) from None


def let_through(path: Path, user: User) -> list[Path]:
    """Let a user pass, not read, the folders above `path`. Returns those that had to be changed."""
    changed = []
    for folder in reversed(path.parents):
        status = folder.stat()
        if not _passes(status, user):
            folder.chmod(stat.S_IMODE(status.st_mode) | stat.S_IXOTH)
            changed.append(folder)
    return changed


def let_read(program: Path) -> None:
    """Make an installation readable for everyone: a strict umask may have kept it to root."""
    if (program / "bin" / "postgres").stat().st_mode & stat.S_IXOTH:
        return
    for path in (program, *program.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(stat.S_IMODE(mode) | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _passes(status: os.stat_result, user: User) -> bool:
    if status.st_uid == user.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == user.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
