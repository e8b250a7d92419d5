"""A request is passed to its service and the answer back, both as streams: nothing is held as a whole."""

from collections.abc import AsyncIterator

import structlog

from entente_shared.errors import Problem

from .call import ClientGone, Receive, Send, Upload, Watch
from .domain import response_headers
from .upstream import Request, Upstreams, failures

log = structlog.get_logger(__name__)

_PATIENCE = 20.0


class Forwarding:
    """One request on its way. `answered` once the answer's headers are out: from then on nothing else can be said."""

    def __init__(self, upstreams: Upstreams, service: str, request: Request, receive: Receive, send: Send) -> None:
        self._upstreams, self._service, self._request = upstreams, service, request
        self._receive, self._send = receive, send
        self._upload = Upload(receive, _PATIENCE)
        self._answered = False

    async def run(self) -> None:
        """Raises a Problem where nothing has been answered yet. Returns in silence where the client has left."""
        try:
            with self._upstreams.place(self._service), Watch(self._receive) as watch:
                body = await self._body(watch)
                with failures(self._service):
                    await self._exchange(body)
        except ClientGone:
            return
        except Problem as problem:
            if self._answered:
                # Leaving the answer unfinished makes the server close the connection, which the client notices.
                log.warning("answer broke off", upstream=self._service, cause=repr(problem.__cause__))
            elif self._upload.failure is None:
                raise
            elif not isinstance(self._upload.failure, ClientGone):
                raise self._upload.failure from None

    async def _body(self, watch: Watch) -> bytes | AsyncIterator[bytes] | None:
        """What to send on. The watch begins once nothing is left to be read."""
        if not self._request.has_body:
            watch.start()
            return None
        self._upload.on_done = watch.start
        return await self._upload.open()

    async def _exchange(self, body: bytes | AsyncIterator[bytes] | None) -> None:
        async with self._upstreams.deadline() as deadline:
            self._upload.on_chunk = deadline.touch
            response = await self._upstreams.request(self._service, self._request, body)
            content, complete = response.content, False
            try:
                headers = response_headers(response.raw_headers)
                self._answered = True
                await self._send({"type": "http.response.start", "status": response.status, "headers": headers})
                while not complete:
                    chunk = await content.readany()
                    complete = content.at_eof()
                    if not complete:
                        deadline.touch()
                    await self._send({"type": "http.response.body", "body": chunk, "more_body": not complete})
            finally:
                if not complete:
                    response.close()
