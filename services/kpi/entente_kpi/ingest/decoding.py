"""Bodies of ingest decoded into columns, and what is said of one that cannot be."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import chain
from uuid import UUID

import msgspec
import numpy as np
from numpy.typing import NDArray

from entente_shared.errors import N_
from entente_shared.web import parse_duration

from ..series.moments import EPOCH, to_us
from .columns import Columns
from .schemas import MOST, Batch, KpiBatch, KpiSample, Sample, Series, Table, Timed
from .unreadable import AS_MANY, FIELDS, ONE_WAY, InvalidBatch, unreadable

_Ints = NDArray[np.int64]
_LONGEST = timedelta(days=300 * 365)
_EARLIEST_MS, _LATEST_MS = -(2**42), 2**43  # beyond all times that are accepted, and within what can be calculated with


@dataclass(frozen=True, slots=True)
class Decoded:
    """`ends` are where the lists end that the samples came in (None: one by one). `pointer_to` gives the JSON pointer of a
    sample's field, `tells_all` whether every sample's outcome is told.
    """

    columns: Columns
    ends: Sequence[int] | None = None
    of_table: bool = False

    @property
    def tells_all(self) -> bool:
        return self.ends is None

    def pointer_to(self, index: int, field: str) -> str:
        if self.ends is None:
            return f"/samples/{index}/{field}"
        number = bisect_right(self.ends, index)
        index -= self.ends[number - 1] if number else 0
        if self.of_table:
            return _of_table(self.columns.kpi_ids[number]) + (f"/{index}" if field in _EACH else "")
        return f"/series/{number}/" + (f"values/{index}" if field in _EACH else field)


_EACH = frozenset({"value", "at"})  # fields of which a list has one for each sample


def _of_table(kpi_id: UUID) -> str:
    return f"/table/values/{kpi_id}"


_KPI_DECODER = msgspec.json.Decoder(KpiBatch)
_DECODER = msgspec.json.Decoder(Batch)


def decode_for(kpi_id: UUID, body: bytes) -> Decoded:
    """Samples of one KPI. Raises InvalidBatch."""
    try:
        samples = _KPI_DECODER.decode(body).samples
    except (msgspec.DecodeError, RecursionError) as error:
        raise unreadable(str(error)) from None
    return Decoded(_columns([kpi_id], [len(samples)], samples))


def decode(body: bytes) -> Decoded:
    """Samples of any KPIs. Raises InvalidBatch."""
    try:
        batch = _DECODER.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise unreadable(str(error)) from None
    if [batch.samples, batch.series, batch.table].count(None) != 2:
        raise InvalidBatch(N_("Give one of samples, series and table."), pointer="/samples")
    if batch.table is not None:
        return _decoded_table(batch.table)
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
        raise InvalidBatch(FIELDS["series"], pointer="/series")
    marked = [each.correction for each in series]
    counts = np.array(lengths, np.int64)
    columns = Columns(
        [each.kpi_id for each in series],
        counts,
        _all_times(series, counts),
        np.fromiter(chain.from_iterable(each.values for each in series), np.float64, sum(lengths)),
        np.repeat(marked, counts) if any(marked) else None,
    )
    return Decoded(columns, np.cumsum(counts).tolist())


def _decoded_table(table: Table) -> Decoded:
    lists, lengths = table.values.values(), [len(values) for values in table.values.values()]
    total = sum(lengths)
    if max(total, len(lengths)) > MOST:
        raise InvalidBatch(FIELDS["table"], pointer="/table")
    rows = lengths[0] if lengths else 0
    for kpi_id, length in zip(table.values, lengths, strict=True):
        if length != rows:
            raise InvalidBatch(AS_MANY, pointer=_of_table(kpi_id))
    columns = Columns(
        list(table.values),
        np.array(lengths, np.int64),
        np.tile(_times("/table", table, rows), len(lengths)),
        np.fromiter(chain.from_iterable(lists), np.float64, total),
        np.ones(total, np.bool_) if table.correction else None,
    )
    return Decoded(columns, np.cumsum(lengths).tolist(), of_table=True)


def _all_times(series: list[Series], counts: _Ints) -> _Ints:
    """In microseconds. Regular ones are made at one go: they are what is sent where speed matters."""
    regular = all(each.at is None and each.at_ms is None and each.start is not None for each in series)
    if not (regular and series):
        times = [_times(f"/series/{number}", each, len(each.values)) for number, each in enumerate(series)]
        return np.concatenate(times) if times else np.empty(0, np.int64)
    starts = [to_us(each.start or EPOCH) for each in series]
    steps = [_step(f"/series/{number}", each.step, len(each.values)) for number, each in enumerate(series)]
    places = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    found: _Ints = np.repeat(np.array(starts), counts) + places * np.repeat(np.array(steps), counts)
    return found


def _times(pointer: str, given: Timed, count: int) -> _Ints:
    """Of so many values, in microseconds."""
    ways = (given.at is not None, given.at_ms is not None, given.start is not None or given.step is not None)
    if sum(ways) != 1:
        raise InvalidBatch(ONE_WAY, pointer=pointer)
    if given.at_ms is not None:
        if given.at_ms and not _EARLIEST_MS <= min(given.at_ms) <= max(given.at_ms) <= _LATEST_MS:
            raise InvalidBatch(FIELDS["at_ms"], pointer=f"{pointer}/at_ms")
        times = np.array(given.at_ms, np.int64) * 1000
    elif given.at is not None:
        times = np.array([to_us(each) for each in given.at], np.int64)
    elif given.start is None:
        raise InvalidBatch(FIELDS["start"], pointer=f"{pointer}/start")
    else:
        times = to_us(given.start) + np.arange(count, dtype=np.int64) * _step(pointer, given.step, count)
    if len(times) != count:
        raise InvalidBatch(AS_MANY, pointer=f"{pointer}/values")
    return times


def _step(pointer: str, text: str | None, count: int) -> int:
    step = _parsed_step(text or "", count)
    if step is None:
        raise InvalidBatch(FIELDS["step"], pointer=f"{pointer}/step")
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
