"""Numbers packed into bytes that SQL can read too (`entente_unpack` in the migrations is the same rule).

A packed sequence of whole numbers is a header of 26 bytes and a payload of `bits` bits each, most significant first:

    base, step, unit (8 bytes each, big endian), bits (0 to 57, or 64), summed (0 or 1)

Number i is `base + i * step + unit * u_i`, where `u_i` is what the payload holds at i; with `summed` it is the sum of all up
to i (frame of reference and delta coding: Lemire, Boytsov 2015). So a regular cadence has no payload at all. The payload
ends with enough zeros for eight bytes to be read at any number.

Values are decimals where all are (`n / 10 ** scale` gives each one back exactly), else the bits of IEEE 754 doubles, in the
order of the numbers (`scale` is BINARY).
"""

import struct
from dataclasses import dataclass
from functools import reduce
from math import gcd

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BINARY = -1
HEADER = struct.Struct(">qqqBB")
_MOST_BITS = 57  # with an offset of up to 7 bits they fit into the 8 bytes that SQL reads at once
_MOST_SCALE = 9
_EXACT = 2.0**53
_TAIL = b"\0" * 8
RAW_HEADER = HEADER.pack(0, 0, 1, 64, 0)
_LOW_63 = np.int64(0x7FFF_FFFF_FFFF_FFFF)


@dataclass(frozen=True, slots=True)
class Packed:
    """Samples by rising time: microseconds since 1970 UTC, and values."""

    count: int
    first: int
    last: int
    scale: int
    times: bytes
    values: bytes


def pack(times: Ints, values: Floats) -> Packed:
    """Pack at least one sample as tightly as this format can."""
    scale, packed = pack_values(values)
    return Packed(len(times), int(times[0]), int(times[-1]), scale, pack_ints(times), packed)


def unpack(count: int, scale: int, times: bytes, values: bytes) -> tuple[Ints, Floats]:
    return unpack_ints(count, times), unpack_values(count, scale, values)


def pack_values(values: Floats) -> tuple[int, bytes]:
    """The scale and the packed numbers that stand for the values."""
    scale, numbers = _numbers(values)
    return scale, pack_ints(numbers)


def unpack_values(count: int, scale: int, packed: bytes) -> Floats:
    numbers = unpack_ints(count, packed)
    return numbers / 10.0**scale if scale != BINARY else from_ordered_bits(numbers)


def pack_ints(numbers: Ints) -> bytes:
    """The shorter of the two codings."""
    plain, summed = _plain(numbers), _summed(numbers)
    return min((each for each in (plain, summed) if each is not None), key=len, default=_raw(numbers))


def unpack_ints(count: int, packed: bytes) -> Ints:
    base, step, unit, bits, summed = HEADER.unpack_from(packed)
    if bits == 64:
        return np.frombuffer(packed, ">i8", count, HEADER.size).astype(np.int64)
    numbers = _unpack_bits(count, bits, packed)
    if summed:
        np.cumsum(numbers, out=numbers)
    numbers *= unit
    numbers += base
    if step:
        numbers += np.arange(count, dtype=np.int64) * step
    return numbers


def _plain(numbers: Ints) -> bytes | None:
    base = int(numbers.min())
    return _coded(base, 0, numbers - base, summed=False) if int(numbers.max()) - base < 2**62 else None


def _summed(numbers: Ints) -> bytes | None:
    if int(numbers.max()) - int(numbers.min()) >= 2**62:
        return None
    gaps = np.diff(numbers)
    step = int(gaps.min()) if len(gaps) else 0
    rest = np.concatenate(([0], gaps - step))
    return _coded(int(numbers[0]), step, rest, summed=True) if int(rest.max()) < 2**62 else None


def _coded(base: int, step: int, rest: Ints, *, summed: bool) -> bytes | None:
    unit = _unit(rest)
    units = rest // unit
    bits = int(units.max()).bit_length()
    return HEADER.pack(base, step, unit, bits, summed) + _pack_bits(units, bits) if bits <= _MOST_BITS else None


def _raw(numbers: Ints) -> bytes:
    return RAW_HEADER + numbers.astype(">i8").tobytes()


def _unit(rest: Ints) -> int:
    """The largest number that divides all. A few tell in most cases that it is 1."""
    found = reduce(gcd, rest[:16].tolist(), 0)
    return int(np.gcd.reduce(rest)) or 1 if found != 1 else 1


def _pack_bits(numbers: Ints, bits: int) -> bytes:
    if bits == 0:
        return b""
    matrix = np.unpackbits(numbers.astype(">i8").view(np.uint8).reshape(-1, 8), axis=1)
    return np.packbits(matrix[:, 64 - bits :]).tobytes() + _TAIL


def _unpack_bits(count: int, bits: int, packed: bytes) -> Ints:
    if bits == 0:
        return np.zeros(count, np.int64)
    payload = np.frombuffer(packed, np.uint8, offset=HEADER.size)
    starts = np.arange(count, dtype=np.int64) * bits
    windows = np.lib.stride_tricks.sliding_window_view(payload, 8)[starts >> 3]
    whole = np.ascontiguousarray(windows).view(">u8").ravel().astype(np.uint64)
    shift = (64 - bits - (starts & 7)).astype(np.uint64)
    return ((whole >> shift) & np.uint64(2**bits - 1)).astype(np.int64)


def _numbers(values: Floats) -> tuple[int, Ints]:
    """The scale and the whole numbers that stand for the values."""
    for scale in range(_MOST_SCALE + 1):
        factor = 10.0**scale
        scaled = values * factor
        if not (np.abs(scaled) < _EXACT).all():
            break
        numbers = np.rint(scaled)
        if (numbers / factor == values).all():
            return scale, numbers.astype(np.int64)
    return BINARY, ordered_bits(values)


def ordered_bits(values: Floats) -> Ints:
    """A double's bits as a whole number that rises with it: those of negative ones but for the sign are inverted."""
    bits = np.ascontiguousarray(values).view(np.int64)
    return bits ^ ((bits >> 63) & _LOW_63)


def from_ordered_bits(numbers: Ints) -> Floats:
    return (numbers ^ ((numbers >> 63) & _LOW_63)).view(np.float64)
