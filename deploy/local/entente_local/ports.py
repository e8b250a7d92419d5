"""The addresses of one installation: consecutive ports on the loopback address."""

import errno
import os
import socket
from dataclasses import dataclass

import psutil

from .failure import Failure
from .i18n import _

HOST = "127.0.0.1"
ORDER = ("gateway", "objectives", "kpi", "conflicts", "resources", "nats")


@dataclass(frozen=True)
class Ports:
    base: int

    def of(self, name: str) -> int:
        return self.base + ORDER.index(name)

    def url(self, name: str) -> str:
        scheme = "nats" if name == "nats" else "http"
        return f"{scheme}://{HOST}:{self.of(name)}"

    def check_free(self) -> None:
        """Raises Failure, naming the port and who has it, unless all can be listened on."""
        for name in ORDER:
            reason = unavailable(self.of(name))
            if reason is not None:
                raise Failure(
                    _(
                        "Port {port}, which {name} needs, cannot be used: {reason}. Stop what holds it, or choose "
                        "others: entente up --port-base {other}"
                    ),
                    port=self.of(name),
                    name=name,
                    reason=reason,
                    other=_other_base(self.base),
                )


def unavailable(port: int) -> str | None:
    """Why a port cannot be listened on; None if it can."""
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as the servers do: closing connections do not count
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return os.strerror(error.errno or 0)
            return _("it is in use by {who}").format(who=_holder(port))
    return None


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("inet"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,) and connection.pid:
                return f"{psutil.Process(connection.pid).name()} ({connection.pid})"
    except psutil.Error:
        pass
    return _("another program")


def _other_base(base: int) -> int:
    return base + 100 if base + 200 < 65536 else 8100
