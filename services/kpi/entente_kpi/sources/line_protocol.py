"""InfluxDB line protocol: `measurement,tag=value field=1.5,other=2i 1700000000000000000`.

A body whose lines are all plain (no escapes, quotes or comments, and a time on each) is read as columns by a few passes
over all of it; any other is read line by line, and lines that need it by the library. A sample's series is named
`measurement.field`, its labels are the tags.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain, repeat

import numpy as np
from line_protocol_parser import LineFormatError, parse_line  # type: ignore[import-untyped]
from numpy.typing import NDArray

from entente_shared.errors import N_

from ..ingest.domain import OUT_OF_TIME, Fault
from .domain import UNDATED, ForeignSeries, Labels, Reading, check_identity, limit
from .gathering import Gathering, Identity

MALFORMED = Fault("line", N_("This is no line protocol: measurement,tag=value field=number time is expected."))
NOT_A_NUMBER = Fault("field", N_("A number, true or false is expected; KPIs take no text."))
BAD_TIME = Fault("time", N_("A whole number of the precision asked for is expected as time."))

Identify = Callable[[], tuple[str, Labels]]

_SPECIAL = (b"\\", b'"', b"#")
_TRUE, _FALSE = (b"t", b"T", b"true", b"True", b"TRUE"), (b"f", b"F", b"false", b"False", b"FALSE")
_FLOATING = b"0123456789+-.eE"
_SPACE, _NEWLINE, _COMMA, _EQUALS = 32, 10, 44, 61


class Precision(StrEnum):
    NS = "ns"
    US = "us"
    MS = "ms"
    S = "s"
    M = "m"
    H = "h"


_MICROSECONDS = {
    Precision.US: 1,
    Precision.MS: 10**3,
    Precision.S: 10**6,
    Precision.M: 6 * 10**7,
    Precision.H: 36 * 10**8,
}


class _FaultyError(ValueError):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


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
    times = _in_microseconds(np.fromiter(map(int, stamps), np.int64, len(stamps)), precision)
    together = b",".join(fields)
    marks = np.frombuffer(together, dtype=np.uint8)
    if not _cycle(marks[(marks == _COMMA) | (marks == _EQUALS)], _EQUALS, _COMMA):
        return None
    parts = together.replace(b"=", b",").split(b",")
    names, values = parts[0::2], _numbers(parts[1::2])
    if len(names) == len(prefixes):
        return _Columns(prefixes, names, times, values, None)
    counts = [each.count(b",") + 1 for each in fields]
    lines = np.repeat(np.arange(1, len(counts) + 1), counts)
    return _Columns(
        list(chain.from_iterable(map(repeat, prefixes, counts))), names, np.repeat(times, counts), values, lines
    )


def _cycle(marks: NDArray[np.uint8], *expected: int) -> bool:
    return all(bool((marks[n :: len(expected)] == mark).all()) for n, mark in enumerate(expected))


def _numbers(texts: Sequence[bytes]) -> NDArray[np.float64]:
    """Raises ValueError or _FaultyError. What Python takes besides (underscores, nan) stays out by its letters."""
    joined = b" ".join(texts)
    letters = joined.translate(None, _FLOATING + b" ")
    if not letters:
        return np.fromiter(map(float, texts), np.float64, len(texts))
    whole = len(letters) == len(texts) and not joined.translate(None, b"0123456789-i ")
    if whole and (joined + b" ").count(b"i ") == len(texts):
        return np.fromiter(map(float, joined.replace(b"i", b"").split(b" ")), np.float64, len(texts))
    return np.fromiter(map(_number, texts), np.float64, len(texts))


def _number(text: bytes) -> float:
    last = text[-1:]
    if last in (b"i", b"u"):
        digits = text[:-1]
        if not digits.removeprefix(b"-" if last == b"i" else b"").isdigit():
            raise _FaultyError(MALFORMED)
        return float(digits)
    if text in _TRUE:
        return 1.0
    if text in _FALSE:
        return 0.0
    if last == b'"':
        raise _FaultyError(NOT_A_NUMBER)
    if text.translate(None, _FLOATING):
        raise _FaultyError(MALFORMED)
    return float(text)


def _in_microseconds(stamps: NDArray[np.int64], precision: Precision) -> NDArray[np.int64]:
    """Raises OverflowError where the clock of 64 bits ends."""
    if precision is Precision.NS:
        return stamps // 1000
    factor = _MICROSECONDS[precision]
    most = -(UNDATED + 1) // factor
    if stamps.min() < -most or stamps.max() > most:
        raise OverflowError
    return stamps * factor


def _grouped(columns: _Columns) -> Reading:
    """Series by series, each in the order of the body. Raises _FaultyError where a name cannot be."""
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
        identity = _identity(prefix, name)
        series.append(ForeignSeries(*identity, times[start:end], values[start:end], order[start:end]))
        start = end
    return Reading(series, len(keys), {}, columns.lines)


@lru_cache(maxsize=8192)
def _identity(prefix: bytes, field: bytes) -> tuple[str, Labels]:
    """Name and labels of a plain series. Raises _FaultyError."""
    try:
        measurement, *pairs = prefix.decode().split(",")
        tags = dict(pair.split("=") for pair in pairs)
        return _named(measurement, field.decode(), tags, len(pairs))
    except ValueError:  # also no UTF-8, and a tag without exactly one =
        raise _FaultyError(MALFORMED) from None


def _named(measurement: str, field: str, tags: dict[str, str], count: int) -> tuple[str, Labels]:
    if not measurement or not field or len(tags) != count or not all(tags.values()):
        raise _FaultyError(MALFORMED)
    name, labels = f"{measurement}.{field}", tuple(sorted(tags.items()))
    fault = check_identity(name, labels)
    if fault:
        raise _FaultyError(fault)
    return name, labels


def _line_by_line(body: bytes, precision: Precision) -> Reading:
    samples = Gathering()
    for number, raw in enumerate(body.split(b"\n"), 1):
        line = raw.strip(b" \r\t")
        if not line or line.startswith(b"#"):
            continue
        try:
            time, found = _escaped(line) if any(mark in line for mark in _SPECIAL) else _one(line)
            stamp = UNDATED if time is None else _stamp(time, precision)
        except (_FaultyError, ValueError) as error:
            samples.refuse(number, error.fault if isinstance(error, _FaultyError) else MALFORMED)
            continue
        for identify, value in found:
            _add(samples, number, identify, stamp, value)
    return samples.reading()


def _add(samples: Gathering, line: int, identify: Identify, stamp: int, value: bytes | float | str) -> None:
    try:
        identity = identify()
        if isinstance(value, str):
            raise _FaultyError(NOT_A_NUMBER)
        number = _number(value) if isinstance(value, bytes) else float(value)
    except _FaultyError as error:
        samples.refuse(line, error.fault)
    except ValueError:
        samples.refuse(line, MALFORMED)
    else:
        samples.add(line, Identity(*identity), stamp, number)


def _one(line: bytes) -> tuple[int | None, Iterator[tuple[Identify, bytes | float | str]]]:
    """Time, and series and value of each sample, of a line without escapes and quotes."""
    prefix, fields, *stamp = line.split()
    if len(stamp) > 1:
        raise _FaultyError(MALFORMED)
    pairs = [pair.partition(b"=") for pair in fields.split(b",")]
    if not all(name and mark and b"=" not in value for name, mark, value in pairs):
        raise _FaultyError(MALFORMED)
    if stamp and stamp[0].translate(None, b"0123456789-"):
        raise _FaultyError(BAD_TIME)
    time = int(stamp[0]) if stamp else None
    return time, ((lambda name=name: _identity(prefix, name), value) for name, _, value in pairs)


def _escaped(line: bytes) -> tuple[int | None, Iterator[tuple[Identify, bytes | float | str]]]:
    try:
        found = parse_line(line.decode())
    except (LineFormatError, UnicodeDecodeError):
        raise _FaultyError(MALFORMED) from None
    measurement, tags = found["measurement"], found["tags"]
    names = (
        (lambda name=name: _named(measurement, name, tags, len(tags)), value) for name, value in found["fields"].items()
    )
    return found["time"], names


def _stamp(time: int, precision: Precision) -> int:
    stamp = time // 1000 if precision is Precision.NS else time * _MICROSECONDS[precision]
    if not UNDATED < stamp < -UNDATED:
        raise _FaultyError(OUT_OF_TIME)
    return stamp
