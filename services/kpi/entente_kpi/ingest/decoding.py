"""Bodies of ingest decoded into columns, and what is said of one that cannot be."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import chain
from uuid import UUID

import msgspec
import numpy as np
from numpy.typing import NDArray

from entente_shared.errors import N_, Unprocessable
from entente_shared.web import parse_duration

from ..series.moments import EPOCH, to_us
from .columns import Columns
from .schemas import MOST, Batch, KpiBatch, KpiSample, Sample, Series

_Ints = NDArray[np.int64]
_LONGEST = timedelta(days=300 * 365)
_EARLIEST_MS, _LATEST_MS = -(2**42), 2**43  # beyond all times that are accepted, and within what can be calculated with


@dataclass(frozen=True, slots=True)
class Decoded:
    """`pointer_to` gives the JSON pointer of a sample's field, `tells_all` whether every sample's outcome is told."""

    columns: Columns
    lengths: tuple[int, ...] | None = None

    @property
    def tells_all(self) -> bool:
        return self.lengths is None

    def pointer_to(self, index: int, field: str) -> str:
        if self.lengths is None:
            return f"/samples/{index}/{field}"
        for number, length in enumerate(self.lengths):
            if index < length:
                inside = {"value": f"values/{index}", "at": f"values/{index}"}.get(field, field)
                return f"/series/{number}/{inside}"
            index -= length
        raise IndexError(index)


_KPI_DECODER = msgspec.json.Decoder(KpiBatch)
_DECODER = msgspec.json.Decoder(Batch)
_FIELDS = {
    "samples": N_("A list of at most 10,000 samples is expected here; send more in several requests."),
    "series": N_(
        "A list of series with at most 10,000 samples in all is expected here; send more in several requests."
    ),
    "kpi_id": N_("A UUID is expected here."),
    "at": N_("A time as RFC 3339 with an offset is expected here, such as 2026-01-31T12:00:00Z."),
    "value": N_("A finite number is expected here."),
    "correction": N_("true or false is expected here."),
    "values": N_("A list of finite numbers is expected here."),
    "at_ms": N_("A list of whole milliseconds since 1970-01-01T00:00:00Z is expected here."),
    "start": N_("A time as RFC 3339 with an offset is expected here, such as 2026-01-31T12:00:00Z."),
    "step": N_("A duration as ISO 8601 longer than zero is expected here, such as PT1S."),
}
_ONE_WAY = N_("Give the times in exactly one way: at, or at_ms, or start with step.")
_AS_MANY = N_("There must be as many times as values.")


class InvalidBatch(Unprocessable):
    slug = "invalid-samples"
    title = N_("The samples cannot be read")


def decode_for(kpi_id: UUID, body: bytes) -> Decoded:
    """Samples of one KPI. Raises InvalidBatch."""
    try:
        samples = _KPI_DECODER.decode(body).samples
    except (msgspec.DecodeError, RecursionError) as error:
        raise _invalid(str(error)) from None
    return Decoded(_columns([kpi_id], [len(samples)], samples))


def decode(body: bytes) -> Decoded:
    """Samples of any KPIs. Raises InvalidBatch."""
    try:
        batch = _DECODER.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _invalid(str(error)) from None
    if (batch.samples is None) == (batch.series is None):
        raise InvalidBatch(N_("Give either samples or series."), pointer="/samples")
    if batch.samples is not None:
        return Decoded(_columns([each.kpi_id for each in batch.samples], [1] * len(batch.samples), batch.samples))
    return _decoded_series(batch.series or [])


def _columns(kpi_ids: list[UUID], counts: list[int], samples: list[KpiSample] | list[Sample]) -> Columns:
    return Columns(
        kpi_ids,
        np.array(counts, np.int64),
        np.array([to_us(each.at) for each in samples], np.int64),
        np.array([each.value for each in samples], np.float64),
        np.array([each.correction for each in samples], np.bool_),
    )


def _decoded_series(series: list[Series]) -> Decoded:
    lengths = tuple(len(each.values) for each in series)
    if sum(lengths) > MOST:
        raise InvalidBatch(_FIELDS["series"], pointer="/series")
    marked = [each.correction for each in series]
    counts = np.array(lengths, np.int64)
    columns = Columns(
        [each.kpi_id for each in series],
        counts,
        _all_times(series, counts),
        np.fromiter(chain.from_iterable(each.values for each in series), np.float64, sum(lengths)),
        np.repeat(marked, counts) if any(marked) else None,
    )
    return Decoded(columns, lengths)


def _all_times(series: list[Series], counts: _Ints) -> _Ints:
    """In microseconds. Regular ones are made at one go: they are what is sent where speed matters."""
    regular = all(each.at is None and each.at_ms is None and each.start is not None for each in series)
    if not (regular and series):
        times = [_times(number, each) for number, each in enumerate(series)]
        return np.concatenate(times) if times else np.empty(0, np.int64)
    starts = [to_us(each.start or EPOCH) for each in series]
    steps = [_step(number, each.step, len(each.values)) for number, each in enumerate(series)]
    places = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    found: _Ints = np.repeat(np.array(starts), counts) + places * np.repeat(np.array(steps), counts)
    return found


def _times(number: int, series: Series) -> _Ints:
    """In microseconds."""
    ways = (series.at is not None, series.at_ms is not None, series.start is not None or series.step is not None)
    if sum(ways) != 1:
        raise InvalidBatch(_ONE_WAY, pointer=f"/series/{number}")
    count = len(series.values)
    if series.at_ms is not None:
        if series.at_ms and not _EARLIEST_MS <= min(series.at_ms) <= max(series.at_ms) <= _LATEST_MS:
            raise InvalidBatch(_FIELDS["at_ms"], pointer=f"/series/{number}/at_ms")
        times = np.array(series.at_ms, np.int64) * 1000
    elif series.at is not None:
        times = np.array([to_us(each) for each in series.at], np.int64)
    elif series.start is None:
        raise InvalidBatch(_FIELDS["start"], pointer=f"/series/{number}/start")
    else:
        times = to_us(series.start) + np.arange(count, dtype=np.int64) * _step(number, series.step, count)
    if len(times) != count:
        raise InvalidBatch(_AS_MANY, pointer=f"/series/{number}/values")
    return times


def _step(number: int, text: str | None, count: int) -> int:
    step = _parsed_step(text or "", count)
    if step is None:
        raise InvalidBatch(_FIELDS["step"], pointer=f"/series/{number}/step")
    return step


@lru_cache(maxsize=1024)
def _parsed_step(text: str, count: int) -> int | None:
    """In microseconds; None where it is no duration, or so many of it are too long."""
    try:
        step = parse_duration(text)
        whole = step * max(count, 1)
    except (ValueError, OverflowError):
        return None
    return step // timedelta(microseconds=1) if timedelta(0) < whole <= _LONGEST else None


def _invalid(message: str) -> InvalidBatch:
    """Where the body fails and how to mend it, without repeating any of it: msgspec's messages quote unknown fields."""
    problem, _, path = message.partition(" - at `$")
    pointer = path.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/")
    missing = problem.removeprefix("Object missing required field `").rstrip("`")
    if missing in _FIELDS:
        return InvalidBatch(N_("This field is required; add it."), pointer=f"{pointer}/{missing}")
    if problem.startswith("Object contains unknown field"):
        return InvalidBatch(
            N_("There is a field here that is not known; these are: {fields}."),
            pointer=pointer,
            fields=", ".join(_FIELDS),
        )
    if problem.startswith("Expected `object`"):
        return InvalidBatch(N_("An object is expected here."), pointer=pointer)
    detail = next((_FIELDS[part] for part in reversed(pointer.split("/")) if part in _FIELDS), None)
    if detail:
        return InvalidBatch(detail, pointer=pointer)
    return InvalidBatch(
        N_("The body is not valid JSON (RFC 8259): check quotes, commas and numbers; there is no NaN in it.")
    )
