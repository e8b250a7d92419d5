"""All programs of one installation, and the order in which they stop."""

import asyncio
from collections.abc import Callable

from .child import Backoff, Child
from .failure import Failure
from .i18n import _
from .process import Spec


class Supervisor:
    """Its children in the order in which they were started. `changed` is called after each change of any of them."""

    def __init__(
        self, changed: Callable[[], None], note: Callable[[str], None], backoff: Backoff | None = None
    ) -> None:
        self._changed, self._note, self._backoff = changed, note, backoff or Backoff()
        self.children: dict[str, Child] = {}
        self.hurry = asyncio.Event()

    def launch(self, spec: Spec) -> Child:
        self.children[spec.name] = child = Child(spec, self._backoff, self._changed, self._note)
        return child

    async def ready(self, child: Child, within: float) -> None:
        """Wait until a child was ready once. Raises Failure when it keeps dying, or after `within` seconds."""
        try:
            async with asyncio.timeout(within):
                await asyncio.shield(child.first_ready)
        except TimeoutError:
            raise Failure(
                _("{name} was not ready after {seconds:.0f} s. `entente logs {name}` shows why."),
                name=child.spec.name,
                seconds=within,
            ) from None

    async def stop(self) -> None:
        """Stop all, the highest rank first. Setting `hurry` cuts the grace short."""
        for rank in sorted({child.spec.rank for child in self.children.values()}, reverse=True):
            same = [child for child in self.children.values() if child.spec.rank == rank]
            await asyncio.gather(*(child.stop(self.hurry) for child in same))
