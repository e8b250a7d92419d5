"""Word that the process is about to stop. ASGI tells only once all requests have ended, which an open stream never
does.
"""

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType


def on_stop(act: Callable[[], None]) -> None:
    """Call `act` in the running loop on SIGTERM or SIGINT, besides what the server does then."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _chained(loop, act, signal.getsignal(number)))


def _chained(loop: asyncio.AbstractEventLoop, act: Callable[[], None], before: object) -> Callable[..., None]:
    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(act)
        if callable(before):
            before(number, frame)

    return handle
