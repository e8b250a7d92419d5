"""Tables for the terminal."""

from rich.table import Table

from .folder import Folder
from .i18n import _
from .ports import Ports
from .postgres import socket_folder
from .programs import ALL
from .records import Phase
from .status import Row


def processes(found: list[Row]) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column(_("process"))
    shown.add_column(_("pid"), justify="right")
    shown.add_column(_("state"))
    shown.add_column(_("uptime"), justify="right")
    shown.add_column(_("memory"), justify="right")
    shown.add_column(_("ready"))
    shown.add_column(_("remark"))
    for row in found:
        shown.add_row(
            row.name,
            str(row.pid or "-"),
            phase_text(row.phase),
            _duration(row.uptime),
            f"{row.memory / 2**20:.0f} MiB",
            _("yes") if row.ready else _("no"),
            row.remark,
            style=None if row.ready else "red",
        )
    shown.add_row(_("total"), "", "", "", f"{sum(row.memory for row in found) / 2**20:.0f} MiB", "", "", style="bold")
    return shown


def phase_text(phase: Phase) -> str:
    return {
        Phase.STARTING: _("starting"),
        Phase.READY: _("running"),
        Phase.WAITING: _("restarting"),
        Phase.STOPPING: _("stopping"),
        Phase.STOPPED: _("stopped"),
    }[phase]


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"{days} d {hours:02}:{minutes:02}" if days else f"{hours:02}:{minutes:02}:{rest:02}"


def addresses(folder: Folder, port_base: int) -> Table:
    """Where everything is found."""
    ports = Ports(port_base)
    gateway = ports.url("gateway")
    shown = Table(box=None, pad_edge=False, show_header=False)
    shown.add_column(style="bold")
    shown.add_column(overflow="fold")
    for name, address in (
        (_("API"), f"{gateway}/v1"),
        (_("documentation"), f"{gateway}/docs"),
        *((name, ports.url(name)) for name in ALL if name != "gateway"),
        ("nats", ports.url("nats")),
        ("postgres", str(socket_folder(folder))),
        (_("data"), str(folder.root)),
    ):
        shown.add_row(name, address)
    return shown
