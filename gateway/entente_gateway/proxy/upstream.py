"""The services behind the gateway: one pooled aiohttp session for all, and how their failures are told."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiohttp
from multidict import CIMultiDict, istr
from yarl import URL

from entente_shared.errors import N_, BadGateway, GatewayTimeout, Unavailable

from .domain import Headers

_AUTOMATIC = (istr("User-Agent"), istr("Accept"), istr("Accept-Encoding"), istr("Content-Type"))
# istr objects spare aiohttp the folding of each name; all others are made as they come.
_NAMES = {
    name.lower().encode(): istr(name)
    for name in (
        "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Consistency-Token", "Content-Length",
        "Content-Type", "Cookie", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "Origin",
        "Traceparent", "User-Agent", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
    )
}  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """Seconds: to connect, in which nothing moves either way, for the whole exchange; and how many requests at a time."""

    connect: float = 2.0
    idle: float = 30.0
    total: float = 300.0
    in_flight: int = 1024
    keep_alive: float = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """What to send: `address` is the path and query as they came, `has_body` whether the client announced a body."""

    method: str
    address: str
    headers: Headers
    has_body: bool


class Deadline:
    """Ends its block with TimeoutError once nothing moved for `idle` seconds, or after `total`.

    One for the whole exchange: the timers of aiohttp cost more and do not see a client that takes nothing.
    """

    def __init__(self, idle: float, total: float) -> None:
        self._loop = asyncio.get_running_loop()
        now = self._loop.time()
        self._idle, self._end, self._open = idle, now + total, True
        self._timeout = asyncio.timeout_at(min(now + idle, self._end))

    async def __aenter__(self) -> Self:
        await self._timeout.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._open = False
        await self._timeout.__aexit__(kind, error, traceback)

    def touch(self) -> None:
        """Something moved."""
        if self._open and not self._timeout.expired():
            self._timeout.reschedule(min(self._loop.time() + self._idle, self._end))


class Upstreams:
    """`addresses` are base URLs by service, without a path."""

    def __init__(self, addresses: Mapping[str, str], limits: Limits) -> None:
        self._bases = {service: address.rstrip("/") for service, address in addresses.items()}
        self._limits = limits
        self._in_flight = dict.fromkeys(self._bases, 0)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=self._limits.keep_alive, ttl_dns_cache=5),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect),
            auto_decompress=False,
            skip_auto_headers=_AUTOMATIC,
            read_bufsize=2**17,
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def request(
        self, service: str, request: Request, body: bytes | AsyncIterator[bytes] | None
    ) -> aiohttp.ClientResponse:
        """The service's answer once its headers have come."""
        if self._session is None or service not in self._bases:
            raise Unavailable(N_("No address is configured for the service {service}."), service=service)
        headers = CIMultiDict(
            [(_NAMES.get(name) or name.decode("latin-1"), _text(value)) for name, value in request.headers]
        )
        url = URL(self._bases[service] + request.address, encoded=True)
        return await self._session.request(request.method, url, headers=headers, data=body, allow_redirects=False)

    def deadline(self) -> Deadline:
        return Deadline(self._limits.idle, self._limits.total)

    @contextmanager
    def place(self, service: str) -> Iterator[None]:
        """A bounded number of requests to one service at a time: a slow one fills its own queue only."""
        busy = self._in_flight.get(service, 0)
        if busy >= self._limits.in_flight:
            raise Unavailable(
                N_("The service {service} is busy; try again shortly."), headers={"Retry-After": "1"}, service=service
            )
        self._in_flight[service] = busy + 1
        try:
            yield
        finally:
            self._in_flight[service] -= 1


@contextmanager
def failures(service: str) -> Iterator[None]:
    """Tell a service's failure as a problem: 503 where it was never reached, 504 where it took too long, else 502."""
    try:
        yield
    except TimeoutError as error:
        raise GatewayTimeout(N_("The service {service} did not answer in time."), service=service) from error
    except aiohttp.ClientConnectorError as error:
        detail = N_("The service {service} cannot be reached; nothing was done, try again shortly.")
        raise Unavailable(detail, headers={"Retry-After": "1"}, service=service) from error
    except (aiohttp.ClientError, OSError) as error:
        raise BadGateway(N_("The service {service} broke off or answered what is no HTTP."), service=service) from error


def _text(value: bytes) -> str:
    """Header values travel as UTF-8 where they are, which is what aiohttp writes."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
