"""Compressed bodies (Content-Encoding gzip, deflate or zstd) are inflated as they come, for every route, in pieces of bounded size.

What a body may inflate to in all is bounded behind this by the limit on bodies; where a route takes bodies of any length,
by how much larger it may be than what was sent.
"""

import asyncio
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from entente_shared.errors import N_, BadRequest, TooLarge, UnsupportedMedia

PIECE = 256 * 1024
MOST_RATIO = 250
FREE = 8 * 1024 * 1024  # so much may come of however little: small bodies of zeros are no attack
_ZSTD_STEP = 256  # bytes: 128 KiB can come of 4, so that at most 8 MiB come of a step
_ZSTD_WINDOW = 8 * 1024 * 1024
_SNAPPY_PATH = "/ingest/prometheus/write"


class CorruptBody(BadRequest):
    slug = "corrupt-body"
    title = N_("The compressed body is damaged")


_CORRUPT = N_("The body cannot be decompressed as its Content-Encoding says; send it again.")


class Inflater(Protocol):
    def feed(self, chunk: bytes) -> Iterator[bytes]: ...
    def complete(self) -> bool: ...


class Zlib:
    """One or more streams of gzip, or with `wbits` 15 of what HTTP calls deflate."""

    def __init__(self, wbits: int = 31) -> None:
        self._wbits = wbits
        self._inside = zlib.decompressobj(wbits)
        self._begun = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Raises CorruptBody."""
        while chunk:
            if self._inside.eof:
                self._inside = zlib.decompressobj(self._wbits)
            self._begun = True
            try:
                yield self._inside.decompress(chunk, PIECE)
            except zlib.error:
                raise CorruptBody(_CORRUPT) from None
            chunk = self._inside.unused_data if self._inside.eof else self._inside.unconsumed_tail

    def complete(self) -> bool:
        return self._inside.eof or not self._begun


class Zstd:
    """One or more frames with a window of at most 8 MiB."""

    def __init__(self) -> None:
        import zstandard

        self._error = zstandard.ZstdError
        self._library = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._inside = self._library.decompressobj()
        self._begun = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Raises CorruptBody."""
        for start in range(0, len(chunk), _ZSTD_STEP):
            step = chunk[start : start + _ZSTD_STEP]
            while step:
                if self._inside.eof:
                    self._inside = self._library.decompressobj()
                self._begun = True
                try:
                    yield self._inside.decompress(step)
                except self._error:
                    raise CorruptBody(_CORRUPT) from None
                step = self._inside.unused_data if self._inside.eof else b""

    def complete(self) -> bool:
        return self._inside.eof or not self._begun


_INFLATERS: dict[bytes, Callable[[], Inflater]] = {
    b"gzip": Zlib,
    b"x-gzip": Zlib,
    b"deflate": partial(Zlib, 15),
    b"zstd": Zstd,
}


class Inflating:
    """ASGI middleware. Faults are raised where the body is read, so that the application answers them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            encodings = [value.strip().lower() for name, value in scope["headers"] if name == b"content-encoding"]
            if encodings not in ([], [b"identity"]) and not (
                encodings == [b"snappy"] and scope["path"].endswith(_SNAPPY_PATH)
            ):
                receive = _Inflated(receive, encodings).receive
                scope = _without_encoding(scope)
        await self._app(scope, receive, send)


def _without_encoding(scope: Scope) -> Scope:
    """As if the body had come as it is. What was sent, if it was announced, is `entente.compressed_length` then."""
    headers = dict(scope["headers"])
    kept = [item for item in scope["headers"] if item[0] not in (b"content-encoding", b"content-length")]
    announced = headers.get(b"content-length", b"")
    return {
        **scope,
        "headers": kept,
        "entente.compressed_length": int(announced) if announced.isdigit() else None,
    }


class _Inflated:
    """The messages of a body as it was before it was compressed."""

    def __init__(self, receive: Receive, encodings: list[bytes]) -> None:
        self._receive, self._encodings = receive, encodings
        self._inflater: Inflater | None = None
        self._pieces: Iterator[bytes] = iter(())
        self._more, self._ended, self._sent, self._inflated = True, False, 0, 0

    async def receive(self) -> Message:
        inflater = self._inflater = self._inflater or self._choose()
        while True:
            for piece in self._pieces:
                if piece:
                    self._weigh(len(piece))
                    await asyncio.sleep(0)  # many pieces may come of one message, and others wait for their turn
                    return {"type": "http.request", "body": piece, "more_body": True}
            if self._ended:
                return await self._receive()  # what comes after the body: that the client has left
            if not self._more:
                self._ended = True
                if not inflater.complete():
                    raise CorruptBody(_CORRUPT)
                return {"type": "http.request", "body": b"", "more_body": False}
            message = await self._receive()
            if message["type"] != "http.request":
                return message
            chunk = message.get("body", b"")
            self._sent += len(chunk)
            self._pieces, self._more = inflater.feed(chunk), message.get("more_body", False)

    def _choose(self) -> Inflater:
        kind = _INFLATERS.get(self._encodings[0]) if len(self._encodings) == 1 else None
        if kind is None:
            raise UnsupportedMedia(
                N_("Compress the body by gzip or zstd, or send it as it is."),
                headers={"Accept-Encoding": "gzip, zstd, deflate"},
            )
        return kind()

    def _weigh(self, length: int) -> None:
        self._inflated += length
        if self._inflated > max(FREE, MOST_RATIO * self._sent):
            raise TooLarge(
                N_("The body inflates to more than {ratio} times what was sent; send it uncompressed."),
                ratio=MOST_RATIO,
            )
