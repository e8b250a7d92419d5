"""The data folder: where everything lies, and whether it can be used."""

import errno
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .failure import Failure
from .i18n import _

LAYOUT = 1
DEFAULT_PORT_BASE = 8100


@dataclass(frozen=True)
class Folder:
    """Paths below the data folder, absolute because the programs started run elsewhere."""

    root: Path

    @property
    def about(self) -> Path:
        return self.root / "entente.json"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def lock(self) -> Path:
        return self.run / "lock"

    @property
    def state(self) -> Path:
        return self.run / "state.json"

    @property
    def broker_config(self) -> Path:
        return self.secrets / "nats.conf"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def nats(self) -> Path:
        return self.root / "nats"

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def demo(self) -> Path:
        return self.root / "demo"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    @property
    def ours(self) -> bool:
        """Whether this folder was made by `entente up`."""
        return self.about.is_file()

    def remembered(self) -> dict[str, Any]:
        """What earlier runs kept: the layout, the port base, whether the first key was shown."""
        try:
            kept = json.loads(self.about.read_text())
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def remember(self, **values: Any) -> None:
        write(self.about, json.dumps({"layout": LAYOUT} | self.remembered() | values, indent=1) + "\n", 0o644)

    @property
    def port_base(self) -> int:
        return int(self.remembered().get("port_base", DEFAULT_PORT_BASE))

    def create(self, *, passable: bool) -> None:
        """Make what is missing and try to write. `passable` lets another system user through, without reading."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            if not (self.ours or self.run.is_dir()) and {path.name for path in self.root.iterdir()} - {self.demo.name}:
                raise Failure(_("{folder} holds other files. Choose another folder with --data."), folder=self.root)
            self.root.chmod(0o711 if passable else 0o700)
            self.run.mkdir(mode=0o711, exist_ok=True)
            for folder in (self.secrets, self.logs, self.nats):
                folder.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.run):
                pass
        except OSError as error:
            raise Failure(_unusable(self.root, error)) from error
        if int(self.remembered().get("layout", LAYOUT)) > LAYOUT:
            raise Failure(
                _(
                    "{folder} was written by a newer Entente. Install that version, or choose another folder "
                    "with --data."
                ),
                folder=self.root,
            )


def write(path: Path, text: str, mode: int) -> None:
    """Replace a file whole: a reader sees the old text or the new one, and others never see a secret."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w") as target:
            os.fchmod(target.fileno(), mode)
            target.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _unusable(folder: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return _("There is no space left for {folder}. Free some, or choose another folder with --data.").format(
            folder=folder
        )
    return _(
        "The folder {folder} cannot be written ({reason}). Make it writable, or choose another one with --data."
    ).format(folder=folder, reason=os.strerror(error.errno or 0))
