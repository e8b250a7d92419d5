"""Running a service as a process: one uvicorn worker with uvloop, which drains on SIGTERM."""

import gc
import sys
from collections.abc import Callable
from typing import Any

import uvicorn
from pydantic import ValidationError

from .settings import ServiceSettings
from .telemetry import set_up_logs, set_up_traces

_KEEP_ALIVE = 75  # longer than the gateway's pool keeps a connection, so that it never writes to one that closes
_DRAIN = 10
_COLLECTED = 20_000  # new objects, of which requests make many that go by themselves


def serve(service: str, settings_type: type[ServiceSettings], create_app: Callable[[Any], Any]) -> None:
    """Read the settings, build the application and serve it until SIGTERM. A missing setting is one clear sentence."""
    try:
        settings = settings_type()
    except ValidationError as error:
        missing = ", ".join(f"ENTENTE_{str(item['loc'][0]).upper()}" for item in error.errors())
        sys.exit(f"entente {service}: set or correct {missing} (see the configuration table in README.md).")
    set_up_logs(service, settings.log_level, settings.log_format)
    set_up_traces(service)
    app = create_app(settings)
    gc.collect()
    gc.freeze()  # what is there now stays for good
    gc.set_threshold(_COLLECTED)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_DRAIN,
    )
