"""When a KPI's progress is published: at once where the last publication is old enough, else with the next sweep."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

PAUSE = timedelta(seconds=1)
REST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Announced:
    """What was published of a KPI by `read_at` (Postgres time). `armed`: something newer waits for the sweep."""

    armed: bool
    published_at: datetime | None
    read_at: datetime

    @property
    def at_once(self) -> bool:
        return not self.armed and (self.published_at is None or self.read_at - self.published_at >= PAUSE)

    def after_a_rest(self, before: "Announced") -> bool:
        """Whether this was published after none had been for a minute."""
        last = before.published_at
        return self.published_at == self.read_at and (last is None or self.read_at - last >= REST)

    def published(self) -> "Announced":
        return replace(self, armed=False, published_at=self.read_at)

    def held_back(self) -> "Announced":
        return replace(self, armed=True)
