"""OTLP metrics (opentelemetry.io/docs/specs/otlp): what each kind of metric becomes.

Gauges and sums keep their name and value; histograms and summaries become `<name>_count` and `<name>_sum`. Attributes of
the resource, of the scope (its name, as `otel.scope.name`) and of the point become labels, the nearest winning. Sums and
histograms get the label `otel.temporality`, so that totals and differences of one name are never taken for one series.
"""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from entente_shared.errors import N_, BadRequest

from ..ingest.domain import Fault
from .domain import Labels, Reading, check_identity
from .gathering import Gathering, Identity

if TYPE_CHECKING:
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

TIMELESS = Fault("time_unix_nano", N_("A data point needs its time."))
VALUELESS = Fault("value", N_("A data point needs a value."))
_NO_RECORDED_VALUE = 1
_CUMULATIVE = 2
_TEMPORALITIES = {1: "delta", _CUMULATIVE: "cumulative"}
_KINDS = ("gauge", "sum", "histogram", "exponential_histogram", "summary")


class UnreadableMetrics(BadRequest):
    slug = "unreadable-metrics"
    title = N_("The metrics cannot be read")


def decode(body: bytes, *, as_json: bool) -> "ExportMetricsServiceRequest":
    """Raises UnreadableMetrics."""
    from google.protobuf import json_format
    from google.protobuf.message import DecodeError
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

    try:
        if as_json:
            return json_format.Parse(body, ExportMetricsServiceRequest(), ignore_unknown_fields=True)
        return ExportMetricsServiceRequest.FromString(body)
    except (DecodeError, json_format.ParseError, UnicodeDecodeError, RecursionError):
        raise UnreadableMetrics(
            N_("The body is no ExportMetricsServiceRequest; check that the content type tells its encoding.")
        ) from None


def encode(rejected: int, message: str, *, as_json: bool) -> bytes:
    """The answer: which part of the points was refused and why; empty where none was."""
    from google.protobuf import json_format
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceResponse

    response = ExportMetricsServiceResponse()
    if rejected:
        response.partial_success.rejected_data_points = rejected
        response.partial_success.error_message = message
    if as_json:
        return json_format.MessageToJson(response, indent=None).encode()
    return response.SerializeToString()


def read(request: "ExportMetricsServiceRequest") -> Reading:
    """The samples of all data points. Their origins are the points' numbers. Raises TooManySamples."""
    samples = Gathering()
    number = 0
    for resource in request.resource_metrics:
        of_resource = dict(_attributes(resource.resource.attributes))
        for scope in resource.scope_metrics:
            of_scope = {**of_resource, **({"otel.scope.name": scope.scope.name} if scope.scope.name else {})}
            for metric in scope.metrics:
                for point, temporality in _points(metric):
                    labels = {**of_scope, **dict(_attributes(point.attributes)), **_told(temporality)}
                    _read_point(samples, number, metric.name, labels, point, temporality)
                    number += 1
    return samples.reading()


def _points(metric: Any) -> Iterator[tuple[Any, int | None]]:
    kind = metric.WhichOneof("data")
    if kind in _KINDS:
        data = getattr(metric, kind)
        temporality = getattr(data, "aggregation_temporality", _CUMULATIVE if kind == "summary" else None)
        yield from ((point, temporality) for point in data.data_points)


def _told(temporality: int | None) -> dict[str, str]:
    told = _TEMPORALITIES.get(temporality or 0)
    return {"otel.temporality": told} if told else {}


def _read_point(
    samples: Gathering, number: int, name: str, labels: dict[str, str], point: Any, temporality: int | None
) -> None:
    if point.flags & _NO_RECORDED_VALUE:
        return
    fault = None if point.time_unix_nano else TIMELESS
    found = list(_values(name, point))
    fault = fault or (None if found else VALUELESS) or check_identity(found[0][0], labels)
    if fault:
        samples.refuse(number, fault)
        return
    frozen: Labels = tuple(sorted(labels.items()))
    started_at = point.start_time_unix_nano // 1000 if temporality == _CUMULATIVE else 0
    for series, value in found:
        samples.add(number, Identity(series, frozen, started_at or None), point.time_unix_nano // 1000, value)


def _values(name: str, point: Any) -> Iterator[tuple[str, float]]:
    fields = point.DESCRIPTOR.fields_by_name
    if "as_double" in fields:
        kind = point.WhichOneof("value")
        if kind is not None:
            yield name, float(getattr(point, kind))
        return
    yield f"{name}_count", float(point.count)
    if not fields["sum"].has_presence or point.HasField("sum"):
        yield f"{name}_sum", point.sum


def _attributes(attributes: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for attribute in attributes:
        yield attribute.key, _text(attribute.value)


def _text(value: Any) -> str:
    """An attribute's value as text: lists and maps as JSON."""
    plain = _plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_plain(each) for each in value.array_value.values]
    if kind == "kvlist_value":
        return {each.key: _plain(each.value) for each in value.kvlist_value.values}
    if kind == "bytes_value":
        return value.bytes_value.hex()
    return getattr(value, kind) if kind else ""
