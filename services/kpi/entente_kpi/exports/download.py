"""A download: streamed, a bounded number at a time, ended when the client leaves or takes nothing any more."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from uuid import UUID

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from entente_shared.errors import N_, Unavailable

from .domain import MEDIA_TYPES, Format

STALL = 30.0  # seconds in which a client takes nothing


class Slots:
    """How many downloads there may be: in all, of one organisation, and in processes of their own."""

    def __init__(self, most: int = 4, most_each: int = 2, most_processes: int = 2) -> None:
        self.most, self.most_each, self.most_processes = most, most_each, most_processes
        self._busy: Counter[UUID | Format] = Counter()

    @contextmanager
    def take(self, organisation_id: UUID, file_format: Format) -> Iterator[None]:
        running = self._busy[Format.CSV] + self._busy[Format.PARQUET]
        processes = self._busy[Format.PARQUET] + (file_format is Format.PARQUET)
        if running >= self.most or self._busy[organisation_id] >= self.most_each or processes > self.most_processes:
            detail = N_("Too many downloads are under way; try again when one has ended.")
            raise Unavailable(detail, headers={"Retry-After": "10"})
        mine: Counter[UUID | Format] = Counter((organisation_id, file_format))
        self._busy += mine
        try:
            yield
        finally:
            self._busy -= mine


SLOTS = Slots()


class Download(Response):
    """`content` is not begun before there is a place for it. An answer that breaks off is left without its end."""

    def __init__(
        self, content: AsyncGenerator[bytes, None], file_format: Format, name: str, organisation_id: UUID
    ) -> None:
        disposition = {"Content-Disposition": f'attachment; filename="{name}.{file_format}"'}
        super().__init__(headers=disposition, media_type=MEDIA_TYPES[file_format])
        del self.headers["content-length"]
        self._content, self._place = content, (organisation_id, file_format)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        with SLOTS.take(*self._place):
            sending, leaving = asyncio.create_task(self._send(send)), asyncio.create_task(_leave(receive))
            try:
                await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                sending.cancel()
                leaving.cancel()
                await asyncio.gather(sending, leaving, return_exceptions=True)
            if not sending.cancelled():
                sending.result()

    async def _send(self, send: Send) -> None:
        async with aclosing(self._content) as content:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            async for block in content:
                async with asyncio.timeout(STALL):
                    await send({"type": "http.response.body", "body": block, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _leave(receive: Receive) -> None:
    """Returns when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        continue
