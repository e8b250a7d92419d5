"""The part of `packing` that ingest can afford, for many series at one go: regular times take no room, all else stays as it is."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .packing import BINARY, HEADER, RAW_HEADER, Floats, Ints, from_ordered_bits, ordered_bits

_HEADERS = np.dtype([("base", ">i8"), ("step", ">i8"), ("unit", ">i8"), ("bits", "u1"), ("summed", "u1")])
_BITS_AT = 24


def pack(times: Ints, values: Floats, starts: Ints) -> tuple[list[bytes], list[bytes]]:
    """The series that begin at `starts` in the arrays, packed as well as ingest can afford: regular times, and all else as it is."""
    ends = np.append(starts[1:], len(times))
    headers = np.zeros(len(starts), _HEADERS)
    headers["unit"], headers["bits"] = 1, 64
    steps, regular = _steps(times, starts, ends)
    headers["base"][regular], headers["step"][regular], headers["bits"][regular] = (
        times[starts[regular]],
        steps[regular],
        0,
    )
    heads, moments = headers.tobytes(), times.astype(">i8").tobytes()
    bits = ordered_bits(values).astype(">i8").tobytes()
    bounds = list(zip((8 * starts).tolist(), (8 * ends).tolist(), regular.tolist(), strict=True))
    size = HEADER.size
    return (
        [
            heads[n * size : (n + 1) * size] + (b"" if is_regular else moments[begin:end])
            for n, (begin, end, is_regular) in enumerate(bounds)
        ],
        [RAW_HEADER + bits[begin:end] for begin, end, _ in bounds],
    )


def _steps(times: Ints, starts: Ints, ends: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Of each series the first gap between two times, and whether all others are the same."""
    gaps = np.append(times[1:] - times[:-1], 0)
    gaps[ends - 1] = np.where(ends - starts > 1, gaps[starts], 0)  # what lies between two series is none
    steps = gaps[starts]
    return steps, (np.minimum.reduceat(gaps, starts) == steps) & (np.maximum.reduceat(gaps, starts) == steps)


def fits(scale: int, times: bytes, values: bytes) -> bool:
    """Whether samples are packed as `pack` does."""
    return scale == BINARY and times[_BITS_AT] in (0, 64) and values.startswith(RAW_HEADER)


def unpack(counts: Sequence[int], times: Sequence[bytes], values: Sequence[bytes]) -> tuple[Ints, Floats]:
    """Series that are packed so, at one go, one after the other."""
    lengths, size = np.array(counts, np.int64), HEADER.size
    headers = np.frombuffer(b"".join([each[:size] for each in times]), _HEADERS)
    places = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    moments = np.repeat(headers["base"].astype(np.int64), lengths)
    moments += places * np.repeat(headers["step"].astype(np.int64), lengths)
    moments[np.repeat(headers["bits"] == 64, lengths)] = np.frombuffer(b"".join([each[size:] for each in times]), ">i8")
    bits = np.frombuffer(b"".join([each[size:] for each in values]), ">i8").astype(np.int64)
    return moments, from_ordered_bits(bits)
