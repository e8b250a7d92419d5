"""A request is passed to its service and the answer back, both as streams: nothing is held as a whole."""

from collections.abc import AsyncIterator

import aiohttp
import structlog

from entente_shared.errors import Problem

from .call import ClientGone, Receive, Send, Upload, Watch
from .domain import response_headers
from .upstream import Request, Upstreams, failures

log = structlog.get_logger(__name__)

_PATIENCE = 30.0


async def forward(upstreams: Upstreams, service: str, request: Request, receive: Receive, send: Send) -> None:
    """Raises a Problem where nothing has been answered yet. Returns in silence where the client has left."""
    upload = Upload(receive, _PATIENCE)
    try:
        with upstreams.place(service), Watch(receive) as watch:
            body = await _body(upload, watch, has_body=request.has_body)
            with failures(service):
                response = await upstreams.request(service, request, body)
            await _answer(service, response, send)
    except ClientGone:
        return
    except Problem:
        if upload.failure is None:
            raise
        if not isinstance(upload.failure, ClientGone):
            raise upload.failure from None


async def _body(upload: Upload, watch: Watch, *, has_body: bool) -> bytes | AsyncIterator[bytes] | None:
    """What to send on. The watch begins once nothing is left to be read."""
    if not has_body:
        watch.start()
        return None
    upload.on_done = watch.start
    return await upload.open()


async def _answer(service: str, response: aiohttp.ClientResponse, send: Send) -> None:
    complete = False
    try:
        headers = response_headers(response.raw_headers)
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        content = response.content
        while not complete:
            chunk = await content.readany()
            complete = content.at_eof()
            await send({"type": "http.response.body", "body": chunk, "more_body": not complete})
    except (aiohttp.ClientError, TimeoutError) as error:
        # Half an answer is out. Leaving it unfinished makes the server close the connection, which the client notices.
        log.warning("answer broke off", upstream=service, error=repr(error))
    finally:
        if not complete:
            response.close()
