"""Prometheus remote write 1.0 (prometheus.io/docs/specs/prw/remote_write_spec): a snappy block with a WriteRequest."""

import struct
from functools import cache
from typing import Any

from entente_shared.errors import N_, BadRequest, TooLarge

from ..ingest.domain import OUT_OF_TIME, Fault
from .domain import Reading, check_identity
from .gathering import Gathering, Identity

NATIVE_HISTOGRAM = Fault("histograms", N_("Native histograms are not taken; turn send_native_histograms off."))
NOT_FINITE = Fault("value", N_("A finite number is expected."))
_STALE = 0x7FF0000000000002
_BITS = struct.Struct("<d"), struct.Struct("<Q")
_FURTHEST = 2**62 // 1000  # milliseconds: beyond it microseconds leave 64 bits
_TEXT, _DOUBLE, _INT64, _MESSAGE, _BYTES = 9, 1, 3, 11, 12
_OPTIONAL, _REPEATED = 1, 3
_MESSAGES: dict[str, tuple[tuple[str, int, int, int, str], ...]] = {
    "Label": (("name", 1, _TEXT, _OPTIONAL, ""), ("value", 2, _TEXT, _OPTIONAL, "")),
    "Sample": (("value", 1, _DOUBLE, _OPTIONAL, ""), ("timestamp", 2, _INT64, _OPTIONAL, "")),
    "TimeSeries": (
        ("labels", 1, _MESSAGE, _REPEATED, "Label"),
        ("samples", 2, _MESSAGE, _REPEATED, "Sample"),
        ("histograms", 4, _BYTES, _REPEATED, ""),
    ),
    "WriteRequest": (("timeseries", 1, _MESSAGE, _REPEATED, "TimeSeries"),),
}


class UnreadableWrite(BadRequest):
    slug = "unreadable-write"
    title = N_("The write request cannot be read")


@cache
def _write_request() -> Any:
    """The message's class. Fields that are not used here (exemplars, metadata) are skipped as unknown."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    file = descriptor_pb2.FileDescriptorProto(
        name="entente/prometheus.proto", package="entente.prometheus", syntax="proto3"
    )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, kind, label, other in fields:
            added = message.field.add(name=field, number=number)
            added.type, added.label = kind, label  # type: ignore[assignment]
            if other:
                added.type_name = f".entente.prometheus.{other}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("entente.prometheus.WriteRequest"))


def inflate(block: bytes, most: int) -> bytes:
    """What a snappy block holds. Its length stands in front and is looked at first. Raises TooLarge, UnreadableWrite."""
    import cramjam

    try:
        length = cramjam.snappy.decompress_raw_len(block)
        if length > most:
            raise TooLarge(N_("The body inflates to more than {limit} bytes; send smaller batches."), limit=most)
        return bytes(cramjam.snappy.decompress_raw(block))
    except cramjam.DecompressionError:
        raise UnreadableWrite(N_("The body is no snappy block; Content-Encoding: snappy is expected.")) from None


def read(content: bytes) -> Reading:
    """The samples of a WriteRequest; markers of staleness are left out. Raises UnreadableWrite, TooManySamples."""
    from google.protobuf.message import DecodeError

    try:
        request = _write_request().FromString(content)
    except DecodeError:
        raise UnreadableWrite(N_("The body is no prometheus.WriteRequest of remote write 1.0.")) from None
    samples = Gathering()
    for number, series in enumerate(request.timeseries):
        labels = {label.name: label.value for label in series.labels}
        name = labels.pop("__name__", "")
        fault = check_identity(name, labels)
        identity = Identity(name, tuple(sorted(labels.items())))
        for sample in series.samples:
            _read_sample(samples, number, identity, sample, fault)
        for _ in series.histograms:
            samples.refuse(number, NATIVE_HISTOGRAM)
    return samples.reading()


def _read_sample(samples: Gathering, number: int, identity: Identity, sample: Any, fault: Fault | None) -> None:
    value = sample.value
    if value != value:  # noqa: PLR0124 - NaN, of which there are many kinds
        double, whole = _BITS
        if whole.unpack(double.pack(value))[0] == _STALE:
            return
        fault = fault or NOT_FINITE
    if abs(sample.timestamp) > _FURTHEST:
        fault = fault or OUT_OF_TIME
    if fault:
        samples.refuse(number, fault)
    else:
        samples.add(number, identity, sample.timestamp * 1000, value)
