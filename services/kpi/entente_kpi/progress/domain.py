"""When a KPI's progress is published: at once where the last publication is old enough, else with the next sweep."""

from dataclasses import dataclass
from datetime import datetime, timedelta

PAUSE = timedelta(seconds=1)
REST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Announced:
    """What was published of a KPI, in Postgres time, as `now` is. `armed`: something newer waits for the sweep."""

    armed: bool
    published_at: datetime | None

    def due(self, now: datetime) -> bool:
        """Whether what is new is published at once."""
        return not self.armed and (self.published_at is None or now - self.published_at >= PAUSE)

    def after_a_rest(self, before: "Announced", now: datetime) -> bool:
        """Whether this was published now, after none had been for a minute."""
        last = before.published_at
        return self.published_at == now and (last is None or now - last >= REST)

    def held_back(self) -> "Announced":
        return self if self.armed else Announced(armed=True, published_at=self.published_at)
