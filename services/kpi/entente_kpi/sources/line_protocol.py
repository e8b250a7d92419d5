"""InfluxDB line protocol: `measurement,tag=value field=1.5,other=2i 1700000000000000000`.

A body whose lines are all plain (no escapes, quotes or comments, and a time on each) is read as columns by a few passes
over all of it; any other is read line by line, and lines that need it by the library. A sample's series is named
`measurement.field`, its labels are the tags.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np
from line_protocol_parser import LineFormatError, parse_line  # type: ignore[import-untyped]
from numpy.typing import NDArray

from .domain import UNDATED, ForeignSeries, Labels, Reading, limit
from .gathering import Gathering, Identity
from .line_values import (
    BAD_TIME,
    MALFORMED,
    NOT_A_NUMBER,
    FaultyError,
    Precision,
    identity_of,
    in_microseconds,
    named,
    number_of,
    numbers,
    stamp_of,
)

Identify = Callable[[], tuple[str, Labels]]

_SPECIAL = (b"\\", b'"', b"#")
_SPACE, _NEWLINE, _COMMA, _EQUALS = 32, 10, 44, 61


@dataclass(frozen=True, slots=True)
class _Columns:
    """One entry for each sample; `lines` is None where each line has one sample."""

    prefixes: Sequence[bytes]
    fields: Sequence[bytes]
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    lines: NDArray[np.int64] | None


def read(body: bytes, precision: Precision) -> Reading:
    """The samples of a body; those without a time are UNDATED. Raises TooManySamples."""
    try:
        columns = _plain(body.strip(b"\n"), precision) if not body.startswith(b"\n") else None
        if columns is not None:
            limit(len(columns.times))
            return _grouped(columns)
    except (ValueError, OverflowError):
        pass  # some line is not plain; which one is told by reading them one by one
    return _line_by_line(body, precision)


def _plain(body: bytes, precision: Precision) -> _Columns | None:
    """Columns of a body of plain lines, else None or ValueError."""
    if not body or any(mark in body for mark in _SPECIAL):
        return None
    whole = np.frombuffer(body, dtype=np.uint8)
    blanks = whole[whole <= _SPACE]
    tokens = body.split()
    if len(tokens) != len(blanks) + 1 or len(tokens) % 3 or not _cycle(blanks, _SPACE, _SPACE, _NEWLINE):
        return None
    prefixes, fields, stamps = tokens[0::3], tokens[1::3], tokens[2::3]
    if b"".join(stamps).translate(None, b"0123456789-"):
        return None
    times = in_microseconds(np.fromiter(map(int, stamps), np.int64, len(stamps)), precision)
    together = b",".join(fields)
    marks = np.frombuffer(together, dtype=np.uint8)
    if not _cycle(marks[(marks == _COMMA) | (marks == _EQUALS)], _EQUALS, _COMMA):
        return None
    parts = together.replace(b"=", b",").split(b",")
    names, values = parts[0::2], numbers(parts[1::2])
    if len(names) == len(prefixes):
        return _Columns(prefixes, names, times, values, None)
    counts = [each.count(b",") + 1 for each in fields]
    lines = np.repeat(np.arange(1, len(counts) + 1), counts)
    return _Columns(
        list(chain.from_iterable(map(repeat, prefixes, counts))), names, np.repeat(times, counts), values, lines
    )


def _cycle(marks: NDArray[np.uint8], *expected: int) -> bool:
    return all(bool((marks[n :: len(expected)] == mark).all()) for n, mark in enumerate(expected))


def _grouped(columns: _Columns) -> Reading:
    """Series by series, each in the order of the body. Raises FaultyError where a name cannot be."""
    keys = list(zip(columns.prefixes, columns.fields, strict=True))
    number = dict.fromkeys(keys, 0)
    for n, key in enumerate(number):
        number[key] = n
    codes = np.fromiter(map(number.__getitem__, keys), np.int64, len(keys))
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(number))).tolist()
    times, values = columns.times[order], columns.values[order]
    series, start = [], 0
    for (prefix, name), end in zip(number, ends, strict=True):
        identity = identity_of(prefix, name)
        series.append(ForeignSeries(*identity, times[start:end], values[start:end], order[start:end]))
        start = end
    return Reading(series, len(keys), {}, columns.lines)


def _line_by_line(body: bytes, precision: Precision) -> Reading:
    samples = Gathering()
    for number, raw in enumerate(body.split(b"\n"), 1):
        line = raw.strip(b" \r\t")
        if not line or line.startswith(b"#"):
            continue
        try:
            time, found = _escaped(line) if any(mark in line for mark in _SPECIAL) else _one(line)
            stamp = UNDATED if time is None else stamp_of(time, precision)
        except (FaultyError, ValueError) as error:
            samples.refuse(number, error.fault if isinstance(error, FaultyError) else MALFORMED)
            continue
        for identify, value in found:
            _add(samples, number, identify, stamp, value)
    return samples.reading()


def _add(samples: Gathering, line: int, identify: Identify, stamp: int, value: bytes | float | str) -> None:
    try:
        identity = identify()
        if isinstance(value, str):
            raise FaultyError(NOT_A_NUMBER)
        number = number_of(value) if isinstance(value, bytes) else float(value)
    except FaultyError as error:
        samples.refuse(line, error.fault)
    except ValueError:
        samples.refuse(line, MALFORMED)
    else:
        samples.add(line, Identity(*identity), stamp, number)


def _one(line: bytes) -> tuple[int | None, Iterator[tuple[Identify, bytes | float | str]]]:
    """Time, and series and value of each sample, of a line without escapes and quotes."""
    prefix, fields, *stamp = line.split()
    if len(stamp) > 1:
        raise FaultyError(MALFORMED)
    pairs = [pair.partition(b"=") for pair in fields.split(b",")]
    if not all(name and mark and b"=" not in value for name, mark, value in pairs):
        raise FaultyError(MALFORMED)
    if stamp and stamp[0].translate(None, b"0123456789-"):
        raise FaultyError(BAD_TIME)
    time = int(stamp[0]) if stamp else None
    return time, ((lambda name=name: identity_of(prefix, name), value) for name, _, value in pairs)


def _escaped(line: bytes) -> tuple[int | None, Iterator[tuple[Identify, bytes | float | str]]]:
    if b"\0" in line:
        raise FaultyError(MALFORMED)  # the library would stop reading there
    try:
        found = parse_line(line.decode())
    except (LineFormatError, UnicodeDecodeError):
        raise FaultyError(MALFORMED) from None
    measurement, tags = found["measurement"], found["tags"]
    names = (
        (lambda name=name: named(measurement, name, tags, len(tags)), value) for name, value in found["fields"].items()
    )
    return found["time"], names
