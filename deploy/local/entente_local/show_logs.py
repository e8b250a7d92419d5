"""`entente logs`."""

from itertools import cycle

from rich.console import Console
from rich.text import Text

from .failure import Failure
from .folder import Folder
from .i18n import _
from .logs import follow as new_lines
from .logs import tail

_COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "red")


def show_logs(folder: Folder, service: str | None, lines: int, *, follow: bool) -> None:
    """Print the last lines of one log or of all, then what is added. Each line of several bears its log's name."""
    logs = {path.stem: path for path in sorted(folder.logs.glob("*.log"))}
    if service is not None:
        if service not in logs:
            raise Failure(
                _("There is no log of {name}. There are: {names}"), name=service, names=", ".join(logs) or "-"
            )
        logs = {service: logs[service]}
    console = Console(highlight=False, soft_wrap=True)
    colours = dict(zip(logs, cycle(_COLOURS), strict=False))

    def show(name: str, line: str) -> None:
        prefix = Text(f"{name:<11} ", colours[name]) if len(logs) > 1 else Text()
        console.print(prefix.append(line, "default"))

    offsets = {}
    for name, path in logs.items():
        last, offsets[name] = tail(path, lines)
        for line in last:
            show(name, line)
    if follow:
        try:
            for name, line in new_lines(logs, offsets):
                show(name, line)
        except KeyboardInterrupt:
            return
