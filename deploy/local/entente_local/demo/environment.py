"""What the README's curl calls need: the address, the partnership and keys, as a file of exports."""

import os
from pathlib import Path

from .people import INSURER, MAKERS, MANAGER, MINISTRY, SPONSOR
from .setting import Setting

FILE = "demo.env"


def write(folder: Path, setting: Setting) -> Path:
    """Write the file, readable by its owner only: it holds keys."""
    values = {
        "ENTENTE_URL": setting.manager.door.base_url,
        "ENTENTE_PARTNERSHIP": setting.id,
        "ENTENTE_KEY": setting.manager.key,
        **{f"ENTENTE_KEY_{key.upper()}": _manager(setting, key) for key in (MINISTRY, MAKERS, INSURER)},
        "ENTENTE_KEY_SYSTEM": setting.system.key,
        **{name: value for key in (MINISTRY, INSURER) for name, value in _sponsor(setting, key).items()},
        **{f"ENTENTE_KPI_{subject.upper()}": kpi_id for subject, kpi_id in setting.kpis.items()},
    }
    path = folder / FILE
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("".join(f"export {name}='{value}'\n" for name, value in values.items()))
    return path


def _manager(setting: Setting, key: str) -> str:
    return setting.organisations[key].people[MANAGER].key


def _sponsor(setting: Setting, key: str) -> dict[str, str]:
    """Who can found and sign for an organisation: its id, its sponsor's id and key."""
    organisation = setting.organisations[key]
    return {
        f"ENTENTE_{key.upper()}": organisation.id,
        f"ENTENTE_{key.upper()}_SPONSOR": organisation.persons[SPONSOR],
        f"ENTENTE_KEY_{key.upper()}_SPONSOR": organisation.people[SPONSOR].key,
    }


def shown(path: Path) -> str:
    """The path as one would type it from here."""
    return os.path.relpath(path)
