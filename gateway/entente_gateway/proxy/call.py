"""One request on its way through: its body from the client, and the watch on whether the client is still there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from types import TracebackType
from typing import Any, Self

from entente_shared.errors import N_, Problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_WATCH_AFTER = 0.05


class ClientGone(Exception):  # noqa: N818 - nothing went wrong here: somebody left
    """The client closed its connection before it had sent its whole body."""


class BodyTooSlow(Problem):
    status, slug, title = 408, "request-timeout", N_("The request did not arrive in time")


def _nothing() -> None:
    """Until somebody wants to know."""


class Upload:
    """The client's body. One that arrives at once is passed on as bytes, a longer one as a stream: never held as a
    whole.
    """

    def __init__(self, receive: Receive, patience: float) -> None:
        self._receive, self._patience = receive, patience
        self.done = False
        self.failure: ClientGone | BodyTooSlow | None = None
        self.on_done: Callable[[], None] = _nothing
        self.on_chunk: Callable[[], None] = _nothing

    async def open(self) -> bytes | AsyncIterator[bytes]:
        first = await self._next()
        if not self.done:
            return self._rest(first)
        self.on_done()
        return first

    async def _rest(self, chunk: bytes) -> AsyncIterator[bytes]:
        yield chunk
        while not self.done:
            yield await self._next()
        self.on_done()

    async def _next(self) -> bytes:
        try:
            async with asyncio.timeout(self._patience):
                message = await self._receive()
        except TimeoutError:
            self.failure = BodyTooSlow(N_("The body stopped arriving; send the request again."))
            raise self.failure from None
        if message["type"] == "http.disconnect":
            self.failure = ClientGone()
            raise self.failure
        self.on_chunk()
        self.done = not message.get("more_body", False)
        body: bytes = message.get("body", b"")
        return body


class Watch:
    """Cancels the task in its block when the client leaves, so that the service is told too.

    It starts to look only after a moment: most requests are answered by then and pay for no second task. `start` is
    called once the body has been read, because two readers would take messages from one another.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._main: asyncio.Task[Any] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._over = False
        self.gone = False

    def start(self) -> None:
        if not self._over:
            self._timer = self._loop.call_later(_WATCH_AFTER, self._look)

    def _look(self) -> None:
        self._task = self._loop.create_task(self._wait())

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if not self._over and self._main is not None:
            self.gone = True
            self._main.cancel()

    def __enter__(self) -> Self:
        self._main = asyncio.current_task()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        self._over = True
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
        if self.gone and kind is asyncio.CancelledError and self._main is not None:
            self._main.uncancel()
            return True
        return False
