"""Series as partner systems know them, whatever protocol they speak, and what is wrong with single samples of theirs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from entente_shared.errors import N_, TooLarge

from ..ingest.domain import EARLIEST, LARGEST, LATEST, OUT_OF_RANGE, OUT_OF_TIME, Fault

Labels = tuple[tuple[str, str], ...]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
UNDATED = np.iinfo(np.int64).min  # stands for the time of receipt, which a reader does not know
MOST_SAMPLES = 50_000
LONGEST_NAME = 500
LONGEST_LABELS = 8_192
MOST_LABELS = 64

UNNAMED = Fault("name", N_("The series needs a name of 1 to 500 characters, without NUL."))
LABELLED_TOO_MUCH = Fault(
    "labels", N_("A series takes at most 64 labels with 8,192 characters in all; none may be empty or hold NUL.")
)
QUARANTINE_FULL = Fault(
    "name",
    N_("No mapping rule matches this series, and your organisation's quarantine is full; map or drop what is there."),
)


class TooManySamples(TooLarge):
    slug = "too-many-samples"
    title = N_("The request holds too many samples")


def micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC, exactly."""
    return (moment - EPOCH) // INSTANT


def moment_of(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


FIRST, LAST = micros(EARLIEST), micros(LATEST)


@dataclass(frozen=True, slots=True)
class ForeignSeries:
    """Samples of one series. `times` (int64) are microseconds since 1970 UTC, `values` float64, `places` (int64) the
    index of each sample in its request.

    `kpi_id`: the sender named the KPI itself. `corrections`: which samples replace another value. `started_at`: when the
    counting began whose total so far these values are (microseconds).
    """

    name: str
    labels: Labels
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    places: NDArray[np.int64]
    kpi_id: UUID | None = None
    corrections: NDArray[np.bool_] | None = None
    started_at: int | None = None

    def only(self, kept: NDArray[np.bool_]) -> "ForeignSeries":
        corrections = None if self.corrections is None else self.corrections[kept]
        return ForeignSeries(
            self.name, self.labels, self.times[kept], self.values[kept], self.places[kept],
            self.kpi_id, corrections, self.started_at,
        )  # fmt: skip


@dataclass(slots=True)
class Reading:
    """What a reader found: `count` samples, of which those at `faults` are refused.

    `origins` tells for each place where it stood in the body: a line (from 1) or a data point (from 0); None: in line
    place + 1.
    """

    series: list[ForeignSeries]
    count: int
    faults: dict[int, Fault] = field(default_factory=dict)
    origins: NDArray[np.int64] | None = None

    def origin(self, place: int) -> int:
        return place + 1 if self.origins is None else int(self.origins[place])

    @property
    def undated(self) -> bool:
        return any(bool((each.times == UNDATED).any()) for each in self.series)

    def date(self, now: int) -> None:
        """Give samples without a time the moment of their receipt."""
        for each in self.series:
            each.times[each.times == UNDATED] = now


def screen(reading: Reading) -> Reading:
    """Without the samples that no KPI can hold; they are among the faults then."""
    if not reading.series:
        return reading
    bad = _unfit(
        np.concatenate([each.times for each in reading.series]),
        np.concatenate([each.values for each in reading.series]),
    )
    if not bad.any():
        return reading
    faults, kept = dict(reading.faults), []
    for each in reading.series:
        unfit = _unfit(each.times, each.values)
        for n in np.flatnonzero(unfit).tolist():
            timely = FIRST <= int(each.times[n]) < LAST
            faults[int(each.places[n])] = OUT_OF_RANGE if timely else OUT_OF_TIME
        if not unfit.all():
            kept.append(each.only(~unfit))
    return Reading(kept, reading.count, faults, reading.origins)


def _unfit(times: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """NaN is unfit too: it is not at most anything."""
    return (times < FIRST) | (times >= LAST) | ~(np.abs(values) <= LARGEST)


def check_identity(name: str, labels: Mapping[str, str] | Labels) -> Fault | None:
    """Whether a series' name and labels can be kept and shown."""
    if not 1 <= len(name) <= LONGEST_NAME or not _storable(name):
        return UNNAMED
    pairs = labels.items() if isinstance(labels, Mapping) else labels
    length = sum(len(key) + len(value) for key, value in pairs)
    whole = all(key and _storable(key) and _storable(value) for key, value in pairs)
    return None if whole and length <= LONGEST_LABELS and len(pairs) <= MOST_LABELS else LABELLED_TOO_MUCH


def _storable(text: str) -> bool:
    """PostgreSQL's text holds neither NUL nor half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def limit(count: int) -> None:
    """Raises TooManySamples."""
    if count > MOST_SAMPLES:
        raise TooManySamples(
            N_("A request takes at most {most} samples; send more of them in several requests."), most=MOST_SAMPLES
        )
