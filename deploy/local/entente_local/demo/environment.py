"""What curl needs to go on with the partnership's organisations: address, ids and keys, as a file of exports."""

import os
from collections.abc import Iterator
from pathlib import Path

from .people import ROLES
from .setting import Setting

FILE = "demo.env"


def write(folder: Path, setting: Setting) -> Path:
    """Write the file, readable by its owner only: it holds keys."""
    path = folder / FILE
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("".join(f"export ENTENTE_{name}='{value}'\n" for name, value in _values(setting)))
    return path


def _values(setting: Setting) -> Iterator[tuple[str, str]]:
    """ENTENTE_MINISTRY is the organisation, ENTENTE_MINISTRY_SPONSOR the person, ENTENTE_KEY_MINISTRY_SPONSOR their key."""
    yield "URL", setting.manager.door.base_url
    yield "PARTNERSHIP", setting.id
    yield "KEY_SYSTEM", setting.system.key
    for subject, kpi_id in setting.kpis.items():
        yield f"KPI_{subject.upper()}", kpi_id
    for key, organisation in setting.organisations.items():
        yield key.upper(), organisation.id
        for role in ROLES:
            yield f"{key}_{role}".upper(), organisation.persons[role]
            yield f"KEY_{key}_{role}".upper(), organisation.people[role].key


def shown(path: Path) -> str:
    """The path as one would type it from here."""
    near = os.path.relpath(path)
    return str(path.absolute()) if near.startswith(os.pardir) else near
