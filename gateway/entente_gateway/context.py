"""The W3C trace context of a request: taken up from the client or begun here, so that answers, events and log lines
can be joined.

Spans are made only where they are exported: a request that is passed on should not pay for one that nobody records.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import SpanKind

from entente_shared import telemetry

_FORM = re.compile(rb"[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def take_up(header: bytes | None) -> bytes:
    """The client's traceparent, or a new one where it sent none that can be read."""
    if header is not None and _FORM.fullmatch(header):
        return header
    drawn = secrets.token_hex(24)
    return f"00-{drawn[:32]}-{drawn[32:]}-01".encode()


class Tracing:
    def __init__(self) -> None:
        self._recording = telemetry.exporting()

    @contextmanager
    def request(self, name: str, traceparent: bytes) -> Iterator[bytes]:
        """Gives the traceparent to pass on: that of the span which covers the block, where spans are recorded."""
        if not self._recording:
            yield traceparent
            return
        with telemetry.continued(name, traceparent.decode(), SpanKind.SERVER):
            yield (telemetry.traceparent() or "").encode() or traceparent
