"""Who may push now: what waits is bounded, and beyond it, or beyond a key's quota, requests are turned away early."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

from fastapi import Request

from entente_shared.auth import Caller
from entente_shared.errors import N_, TooMany, Unavailable

from .quota import Quota

_WAITING_BYTES = 64 * 2**20  # of bodies that were let in and are not answered yet
_INFLATED = 10  # times as large, where only what was sent is known


class Admission:
    """One per process."""

    def __init__(self, quota: Quota) -> None:
        self._quota, self._bytes = quota, 0

    @contextmanager
    def admit(self, caller: Caller, size: int) -> Iterator[None]:
        """Hold room for a body of `size` bytes until it is answered.

        Raises Unavailable where there is none, and TooMany where the key has used up its quota.
        """
        seconds = self._quota.wait(caller.principal, time.monotonic())
        if seconds:
            raise TooMany(
                N_("This key may push {rate} samples a second and has pushed more; send the request again later."),
                headers={
                    "Retry-After": str(ceil(seconds)),
                    "RateLimit-Policy": f'"samples";q={self._quota.rate:.0f};w=1',
                },
                rate=f"{self._quota.rate:.0f}",
            )
        if self._bytes + size > _WAITING_BYTES:
            raise Unavailable(
                N_("More samples are arriving than can be stored; nothing of this request was. Send it again shortly."),
                headers={"Retry-After": "1"},
            )
        self._bytes += size
        try:
            yield
        finally:
            self._bytes -= size

    def count(self, caller: Caller, samples: int) -> None:
        """Count samples against the key's quota."""
        self._quota.take(caller.principal, samples, time.monotonic())


def body_size(request: Request) -> int:
    """How many bytes the body may come to."""
    most: int = request.app.state.runtime.settings.max_body_bytes
    if "content-length" in request.headers:
        return int(request.headers["content-length"])
    sent = request.scope.get("entente.compressed_length")
    return most if sent is None else min(most, _INFLATED * sent)
