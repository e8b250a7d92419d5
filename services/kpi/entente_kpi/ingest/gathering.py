"""Requests that wait for the next transaction of their place."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from entente_shared.auth import Caller

from .columns import Columns, Settled

_TOGETHER = 65_536  # samples in a transaction


@dataclass(frozen=True, slots=True)
class Answer:
    """`event_id` is the last event that the transaction published, for the consistency token."""

    settled: Settled
    event_id: UUID | None


@dataclass(slots=True)
class Waiting:
    caller: Caller
    columns: Columns
    answer: asyncio.Future[Answer]


@dataclass(slots=True)
class Queue:
    """Requests of one place, which is that of `caller`; `taken` are in the transaction under way.

    `expected` is how many were under way at once when the last group was committed: they are waited for up to `patience`
    seconds, and half of that without an arrival.
    """

    caller: Caller
    patience: float
    waiting: list[Waiting] = field(default_factory=list)
    taken: list[Waiting] = field(default_factory=list)
    expected: int = 1
    wanted: int = 1
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, entry: Waiting) -> None:
        self.waiting.append(entry)
        if len(self.waiting) >= self.wanted:
            self.enough.set()

    async def has(self, amount: int, within: float) -> bool:
        """Whether so many wait within so many seconds."""
        self.wanted = amount
        self.enough.clear()
        if len(self.waiting) < amount:
            with suppress(TimeoutError):
                async with asyncio.timeout(within):
                    await self.enough.wait()
        return len(self.waiting) >= amount

    async def gather(self) -> None:
        """Take those that share the next transaction."""
        for _ in range(2):
            before = len(self.waiting)
            if await self.has(self.expected, self.patience / 2) or len(self.waiting) == before:
                break
        self.take()

    def take(self) -> list[Waiting]:
        """The first of those that wait, as many as go into one transaction."""
        samples = amount = 0
        while amount < len(self.waiting) and (amount == 0 or samples + len(self.waiting[amount].columns) <= _TOGETHER):
            samples += len(self.waiting[amount].columns)
            amount += 1
        self.taken, self.waiting = self.waiting[:amount], self.waiting[amount:]
        return self.taken
