"""`entente doctor`: is everything there, does everything answer, and what to do where it does not."""

import asyncio
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from . import nats, postgres, status, tables
from .access import NAME
from .connections import probe
from .failure import Failure
from .folder import Folder
from .i18n import _
from .ports import Ports
from .programs import ALL, nats_server, postgres_bin
from .records import load
from .services import installation

_LEAST_SPACE = 1024**3


@dataclass(frozen=True)
class Finding:
    """`remedy` is empty where all is well."""

    subject: str
    text: str
    remedy: str = ""


def examine(folder: Folder) -> Iterator[Finding]:
    yield from _programs()
    yield from _folder(folder)
    state = status.running(folder)
    if state is None:
        yield from _stopped(folder)
        return
    for row in status.rows(folder, state):
        remedy = "" if row.ready else _("see `entente logs {name}`").format(name=row.name)
        yield Finding(row.name, row.remark or tables.phase_text(row.phase), remedy)
    for subject, error in asyncio.run(probe(installation(folder))):
        yield Finding(
            subject, error or _("connects"), error and _("see `entente logs {name}`").format(name=subject.split()[0])
        )


def _programs() -> Iterator[Finding]:
    yield Finding("python", sys.version.split()[0])
    for name, find, version in (
        ("postgres", postgres_bin, postgres.version),
        ("nats-server", nats_server, nats.version),
    ):
        try:
            find()
            shown = version()
        except (Failure, OSError) as error:
            yield Finding(name, str(error), _("install Entente's packages again"))
        else:
            yield Finding(name, shown or _("does not run"), "" if shown else _("install Entente's packages again"))
    missing = [name for name in ALL if find_spec(f"entente_{name}") is None]
    yield Finding(
        _("services"),
        _("not installed: {names}").format(names=", ".join(missing)) if missing else ", ".join(ALL),
        _("install Entente's packages again") if missing else "",
    )


def _folder(folder: Folder) -> Iterator[Finding]:
    if not folder.root.exists():
        yield Finding(_("data"), _("{folder} does not exist yet").format(folder=folder.root))
        return
    writable = os.access(folder.root, os.W_OK | os.X_OK)
    yield Finding(_("data"), str(folder.root), "" if writable else _("make the folder writable for this user"))
    free = shutil.disk_usage(folder.root).free
    yield Finding(
        _("disk"),
        _("{free:.1f} GiB free").format(free=free / 2**30),
        "" if free >= _LEAST_SPACE else _("free some space: writes are refused when it runs out"),
    )
    exposed = [path for path in folder.secrets.glob("*") if _exposed(path.stat().st_mode) and "public" not in path.name]
    yield Finding(
        _("secrets"),
        _("others can read {names}").format(names=", ".join(path.name for path in exposed))
        if exposed
        else _("private"),
        _("run: chmod -R go= {folder}").format(folder=folder.secrets) if exposed else "",
    )
    try:
        exists = postgres.check_version(postgres.Server(folder.postgres, folder.run, None))
    except Failure as failure:
        yield Finding(_("databases"), str(failure), _("see above"))
    else:
        yield Finding(_("databases"), _("created") if exists else _("not created yet"))


def _exposed(mode: int) -> bool:
    return bool(mode & (stat.S_IRWXG | stat.S_IRWXO))


def _stopped(folder: Folder) -> Iterator[Finding]:
    yield Finding("entente", _("is not running; start it with `entente up`"))
    left = [child.name for child in (load(folder) or status.NOTHING).children if child.alive]
    if left:
        yield Finding(_("leftovers"), ", ".join(left), _("`entente down` stops them"))
    else:
        try:
            Ports(folder.port_base).check_free()
        except Failure as failure:
            yield Finding(_("ports"), str(failure), _("see above"))
        else:
            yield Finding(_("ports"), _("free from {base} on").format(base=folder.port_base))
    if os.geteuid() == 0:
        yield Finding(_("system user"), _("PostgreSQL runs as {name}").format(name=NAME))
