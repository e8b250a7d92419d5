"""What passes through the gateway, and what it remembers of it. Pure: bytes in, bytes out, time passed in."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping

Headers = Iterable[tuple[bytes, bytes]]

HOP_BY_HOP = frozenset(
    {
        b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection",
        b"te", b"trailer", b"trailers", b"transfer-encoding", b"upgrade", b"http2-settings",
    }
)  # fmt: skip
# The gateway alone says who calls and from where; Host is the service's own, Expect was answered at the door.
_REPLACED = frozenset(
    {
        b"authorization", b"host", b"expect", b"forwarded", b"x-forwarded-for", b"x-forwarded-proto",
        b"x-forwarded-host", b"x-forwarded-port", b"x-forwarded-prefix", b"x-real-ip", b"consistency-token",
    }
)  # fmt: skip
_INTERNAL = b"x-entente-"
_DROPPED_FROM_REQUEST = HOP_BY_HOP | _REPLACED
_DROPPED_FROM_RESPONSE = HOP_BY_HOP | {b"server", b"date"}


def request_headers(headers: Headers) -> list[tuple[bytes, bytes]]:
    """The client's headers that a service may see. Names are in lower case, as ASGI has them."""
    kept = [
        (name, value) for name, value in headers if name not in _DROPPED_FROM_REQUEST and not name.startswith(_INTERNAL)
    ]
    return _without_named(kept, headers)


def response_headers(headers: Headers) -> list[tuple[bytes, bytes]]:
    """A service's headers that the client may see, names in lower case. The server in front sets its own Date and
    Server.
    """
    lowered = [(name.lower(), value) for name, value in headers]
    kept = [(name, value) for name, value in lowered if name not in _DROPPED_FROM_RESPONSE]
    return _without_named(kept, lowered)


def _without_named(kept: list[tuple[bytes, bytes]], headers: Headers) -> list[tuple[bytes, bytes]]:
    """Leave out what `Connection` names as meant for the next hop only (RFC 9110, 7.6.1)."""
    listed = [value for name, value in headers if name == b"connection"]
    if not listed or all(value.lower() in {b"keep-alive", b"close"} for value in listed):
        return kept
    named = {token.strip().lower() for value in listed for token in value.split(b",")}
    return [(name, value) for name, value in kept if name not in named]


_NOTHING: Mapping[str, tuple[bytes, float]] = {}


class Hints:
    """The last Consistency-Token of each service, for some seconds, by what the next reader is likely to ask for.

    A reader that sends no token of its own waits softly for what was just written to the same partnership, whoever
    wrote it.
    """

    def __init__(self, keep: float, capacity: int) -> None:
        self._keep, self._capacity = keep, capacity
        self._seen: OrderedDict[str, dict[str, tuple[bytes, float]]] = OrderedDict()

    def remember(self, subject: str, service: str, token: bytes, now: float) -> None:
        """Keep what `token` says of the answering service itself; what it passes on of others may be a client's
        invention.
        """
        own = next(
            (part.strip() for part in token.split(b",") if part.strip().startswith(service.encode() + b":")), None
        )
        if own is None:
            return
        self._seen.setdefault(subject, {})[service] = (own, now + self._keep)
        self._seen.move_to_end(subject)
        if len(self._seen) > self._capacity:
            self._seen.popitem(last=False)

    def hint(self, subjects: Iterable[str], now: float) -> bytes | None:
        """The header's value, `<token>;soft` for each service's last write to any of `subjects`; None where there was
        none lately.
        """
        found: dict[str, tuple[float, bytes]] = {}
        for subject in subjects:
            for service, (token, until) in self._seen.get(subject, _NOTHING).items():
                if until > now:
                    found[service] = max(found.get(service, (until, token)), (until, token))
        return b", ".join(token + b";soft" for _, token in found.values()) or None
