"""Publishing a window of messages to JetStream: all are sent, then all acknowledgements are awaited.

nats-py's own `publish_async` leaves a publish that the server refused without an answer until the time-out.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription


@dataclass(frozen=True)
class Message:
    subject: str
    payload: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Ack:
    """Where the stream holds the message. `duplicate` says that it had it already."""

    sequence: int
    duplicate: bool


class RefusedError(Exception):
    """The server did not store the message."""


Outcome = Ack | Exception


class Publisher:
    def __init__(self, broker: Client) -> None:
        self._broker, self._inbox = broker, broker.new_inbox()
        self._subscription: Subscription | None = None
        self._waiting: dict[str, asyncio.Future[Outcome]] = {}
        self._sent = 0

    async def publish(self, messages: Sequence[Message], timeout: float) -> list[Outcome]:  # noqa: ASYNC109 - per window
        """Publish in order; returns each message's outcome: its Ack, RefusedError or TimeoutError."""
        if self._subscription is None:
            self._subscription = await self._broker.subscribe(f"{self._inbox}.*", cb=self._answered)
        futures: dict[str, asyncio.Future[Outcome]] = {}
        for message in messages:
            self._sent += 1
            reply = f"{self._inbox}.{self._sent}"
            futures[reply] = self._waiting[reply] = asyncio.get_running_loop().create_future()
            await self._broker.publish(message.subject, message.payload, reply, message.headers)
        await asyncio.wait(futures.values(), timeout=timeout)
        for reply in futures:
            self._waiting.pop(reply, None)
        return [future.result() if future.done() else TimeoutError() for future in futures.values()]

    async def _answered(self, answer: Msg) -> None:
        future = self._waiting.pop(answer.subject, None)
        if future is not None and not future.done():
            future.set_result(_outcome(answer))


def _outcome(answer: Msg) -> Outcome:
    if (answer.headers or {}).get("Status"):
        return RefusedError("there is no stream")
    content = json.loads(answer.data)
    if "error" in content:
        return RefusedError(content["error"].get("description", "refused"))
    return Ack(int(content["seq"]), bool(content.get("duplicate", False)))
