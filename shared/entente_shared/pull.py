"""Pulling messages of a durable in batches, without waiting for a batch to fill.

nats-py's own `fetch` of many lingers until its time-out once the first message came; here whatever has arrived is
returned at once, and one request stays open on the server, so that an event is handled when it is stored.
"""

import asyncio
import json
from typing import Self

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

_EXPIRES = 5.0


class ConsumerGoneError(NatsError):
    """The durable or its stream is no longer there."""


class Pull:
    def __init__(self, broker: Client, stream: str, durable: str, batch: int) -> None:
        self._broker, self._batch = broker, batch
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._inbox = broker.new_inbox()
        self._arrived: asyncio.Queue[Msg] = asyncio.Queue()
        self._outstanding = 0
        self._asked_at = 0.0
        self._subscription: Subscription | None = None

    async def __aenter__(self) -> Self:
        self._subscription = await self._broker.subscribe(self._inbox, cb=self._arrived.put)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._subscription is not None and not self._broker.is_closed:
            await self._subscription.unsubscribe()

    async def next(self, timeout: float) -> list[Msg]:  # noqa: ASYNC109 - a bound on idle waiting, not on work
        """All messages that have arrived, at least one, in order; or none after `timeout` seconds.

        Raises ConsumerGoneError where the broker says so, or where it answers nothing at all.
        """
        await self._ask()
        messages: list[Msg] = []
        try:
            async with asyncio.timeout(timeout):
                message = await self._arrived.get()
        except TimeoutError:
            if asyncio.get_running_loop().time() - self._asked_at > _EXPIRES + 2.0:
                self._outstanding = 0
                raise ConsumerGoneError("no answer from the consumer") from None
            return messages
        self._take(message, messages)
        while len(messages) < self._batch and not self._arrived.empty():
            self._take(self._arrived.get_nowait(), messages)
        return messages

    async def _ask(self) -> None:
        if self._outstanding > 0:
            return
        request = {"batch": self._batch, "expires": int(_EXPIRES * 1e9)}
        await self._broker.publish(self._subject, json.dumps(request).encode(), reply=self._inbox)
        self._outstanding, self._asked_at = self._batch, asyncio.get_running_loop().time()

    def _take(self, message: Msg, messages: list[Msg]) -> None:
        status = (message.headers or {}).get("Status")
        if status is None:
            self._outstanding -= 1
            messages.append(message)
            return
        self._outstanding = 0
        if status not in ("404", "408"):
            raise ConsumerGoneError((message.headers or {}).get("Description", status))
