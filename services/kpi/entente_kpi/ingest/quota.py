"""How many samples a key may push: a token bucket for each (RFC 2697's idea). Pure; time is passed in, in seconds."""

from collections import OrderedDict
from dataclasses import dataclass

BURST = 10.0  # seconds of its rate that a key may push at once
_CAPACITY = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Quota:
    """`rate` samples a second for each key; 0: as many as it likes. A bucket that ran over is paid back first."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, key: str, now: float) -> float:
        """Seconds until the key may push again; 0 if it may now."""
        bucket = self._bucket(key, now)
        return 0.0 if self.rate == 0 or bucket.left > 0 else -bucket.left / self.rate + 1 / self.rate

    def take(self, key: str, samples: int, now: float) -> None:
        """Count samples that were let in."""
        self._bucket(key, now).left -= samples

    def _bucket(self, key: str, now: float) -> _Bucket:
        whole = self.rate * BURST
        bucket = self._buckets.setdefault(key, _Bucket(whole, now))
        self._buckets.move_to_end(key)
        bucket.left = min(whole, bucket.left + (now - bucket.at) * self.rate)
        bucket.at = now
        if len(self._buckets) > _CAPACITY:
            self._buckets.popitem(last=False)
        return bucket
