"""What a service does when an event arrives: handlers by event contract."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from .events import Event
from .outbox import Received

E = TypeVar("E", bound=Event)
Handler = Callable[[AsyncSession, E, Received], Awaitable[None]]
Texts = Sequence[tuple[Received, str]]
RawHandler = Callable[[AsyncSession, Texts], Awaitable[None]]


@dataclass(frozen=True)
class Registered:
    contract: type[Event]
    handle: Handler[Any]


class Handlers:
    """Handlers of events. Merge the slices' into the service's by `Handlers(one, another)`."""

    def __init__(self, *others: "Handlers") -> None:
        self._by_type: dict[str, list[Registered]] = {}
        self._every: list[RawHandler] = []
        for other in others:
            for event_type, registered in other._by_type.items():  # noqa: SLF001 - of its own kind
                self._by_type.setdefault(event_type, []).extend(registered)
            self._every.extend(other._every)  # noqa: SLF001 - of its own kind

    def on(self, contract: type[E]) -> Callable[[Handler[E]], Handler[E]]:
        """Register a handler. It runs in the transaction that records the event as handled, once per event."""

        def register(handle: Handler[E]) -> Handler[E]:
            self._by_type.setdefault(contract.contract.type, []).append(Registered(contract, handle))
            return handle

        return register

    def every(self, handle: RawHandler) -> RawHandler:
        """Register a handler of all events of all producers; it gets those of one partnership that came together, with their
        JSON texts.
        """
        self._every.append(handle)
        return handle

    @property
    def producers(self) -> set[str] | None:
        """Whose events are handled; None for everybody's."""
        if self._every:
            return None
        return {registered.contract.contract.producer for many in self._by_type.values() for registered in many}

    async def handle_every(self, session: AsyncSession, together: Texts) -> None:
        for handle_raw in self._every:
            await handle_raw(session, together)

    async def handle(self, session: AsyncSession, received: Received, data: str) -> None:
        for registered in self._by_type.get(received.type, ()):
            event = registered.contract.model_validate_json(data)
            await registered.handle(session, event, received)
