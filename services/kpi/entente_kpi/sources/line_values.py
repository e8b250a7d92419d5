"""The parts of a line of the InfluxDB line protocol: names, numbers and times."""

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from entente_shared.errors import N_

from ..ingest.domain import OUT_OF_TIME, Fault
from .domain import UNDATED, Labels, check_identity

MALFORMED = Fault("line", N_("This is no line protocol: measurement,tag=value field=number time is expected."))
NOT_A_NUMBER = Fault("field", N_("A number, true or false is expected; KPIs take no text."))
BAD_TIME = Fault("time", N_("A whole number of the precision asked for is expected as time."))

_TRUE, _FALSE = (b"t", b"T", b"true", b"True", b"TRUE"), (b"f", b"F", b"false", b"False", b"FALSE")
_FLOATING = b"0123456789+-.eE"


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


class FaultyError(ValueError):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


def numbers(texts: Sequence[bytes]) -> NDArray[np.float64]:
    """Raises ValueError or FaultyError. What Python takes besides (underscores, nan) stays out by its letters."""
    joined = b" ".join(texts)
    letters = joined.translate(None, _FLOATING + b" ")
    if not letters:
        return np.fromiter(map(float, texts), np.float64, len(texts))
    whole = len(letters) == len(texts) and not joined.translate(None, b"0123456789-i ")
    if whole and (joined + b" ").count(b"i ") == len(texts):
        return np.fromiter(map(float, joined.replace(b"i", b"").split(b" ")), np.float64, len(texts))
    return np.fromiter(map(number_of, texts), np.float64, len(texts))


def number_of(text: bytes) -> float:
    last = text[-1:]
    if last in (b"i", b"u"):
        digits = text[:-1]
        if not digits.removeprefix(b"-" if last == b"i" else b"").isdigit():
            raise FaultyError(MALFORMED)
        return float(digits)
    if text in _TRUE:
        return 1.0
    if text in _FALSE:
        return 0.0
    if last == b'"':
        raise FaultyError(NOT_A_NUMBER)
    if text.translate(None, _FLOATING):
        raise FaultyError(MALFORMED)
    return float(text)


def in_microseconds(stamps: NDArray[np.int64], precision: Precision) -> NDArray[np.int64]:
    """Raises OverflowError where the clock of 64 bits ends."""
    if precision is Precision.NS:
        return stamps // 1000
    factor = _MICROSECONDS[precision]
    most = -(UNDATED + 1) // factor
    if stamps.min() < -most or stamps.max() > most:
        raise OverflowError
    return stamps * factor


@lru_cache(maxsize=8192)
def identity_of(prefix: bytes, field: bytes) -> tuple[str, Labels]:
    """Name and labels of a plain series. Raises FaultyError."""
    try:
        measurement, *pairs = prefix.decode().split(",")
        tags, name = dict(pair.split("=") for pair in pairs), field.decode()
    except ValueError:  # also no UTF-8, and a tag without exactly one =
        raise FaultyError(MALFORMED) from None
    return named(measurement, name, tags, len(pairs))


def named(measurement: str, field: str, tags: dict[str, str], count: int) -> tuple[str, Labels]:
    if not measurement or not field or len(tags) != count or not all(tags.values()):
        raise FaultyError(MALFORMED)
    name, labels = f"{measurement}.{field}", tuple(sorted(tags.items()))
    fault = check_identity(name, labels)
    if fault:
        raise FaultyError(fault)
    return name, labels


def stamp_of(time: int, precision: Precision) -> int:
    stamp = time // 1000 if precision is Precision.NS else time * _MICROSECONDS[precision]
    if not UNDATED < stamp < -UNDATED:
        raise FaultyError(OUT_OF_TIME)
    return stamp
