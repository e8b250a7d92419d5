"""OTLP and Prometheus remote write: what their messages become."""

import json
import math
import struct

import cramjam
import pytest
from google.protobuf import json_format
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)

from entente_kpi.sources import otlp, prometheus
from entente_kpi.sources.domain import check_identity
from entente_shared.errors import TooLarge

T = 1767225600_000_000_000


def attribute(key, **value):
    return {"key": key, "value": value}


def metrics(*given, resource=(), scope=""):
    of_scope = {"scope": {"name": scope}, "metrics": list(given)}
    return {"resourceMetrics": [{"resource": {"attributes": list(resource)}, "scopeMetrics": [of_scope]}]}


def point(**fields):
    return {"timeUnixNano": str(T), **fields}


def read_json(body):
    return otlp.read(otlp.decode(json.dumps(body).encode(), as_json=True))


def told(reading):
    return sorted((each.name, dict(each.labels), each.values.tolist(), each.started_at) for each in reading.series)


def test_a_gauge_keeps_its_name_and_the_nearest_attribute_wins():
    reading = read_json(
        metrics(
            {"name": "depth", "gauge": {"dataPoints": [point(asDouble=1.5, attributes=[attribute("site", stringValue="lyon")])]}},
            resource=[attribute("service.name", stringValue="orders"), attribute("site", stringValue="nowhere")],
            scope="meter",
        )
    )  # fmt: skip
    labels = {"otel.scope.name": "meter", "service.name": "orders", "site": "lyon"}
    assert told(reading) == [("depth", labels, [1.5], None)]
    assert reading.series[0].times.tolist() == [T // 1000]


def test_both_encodings_say_the_same_and_ids_in_hex_do_no_harm():
    exemplar = {"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "asInt": "1"}
    body = metrics({"name": "n", "gauge": {"dataPoints": [point(asInt="9007199254740993", exemplars=[exemplar])]}})
    binary = json_format.ParseDict(body, ExportMetricsServiceRequest()).SerializeToString()
    assert told(read_json(body)) == told(otlp.read(otlp.decode(binary, as_json=False)))


@pytest.mark.parametrize(("number", "name"), [(1, "delta"), (2, "cumulative")])
def test_sums_and_histograms_tell_their_temporality_and_totals_their_start(number, name):
    start = {"startTimeUnixNano": str(T - 10**9)}
    reading = read_json(
        metrics(
            {"name": "requests", "sum": {"aggregationTemporality": number, "isMonotonic": True, "dataPoints": [point(asInt="3", **start)]}},
            {"name": "seconds", "histogram": {"aggregationTemporality": number, "dataPoints": [point(count="2", sum=0.5, **start)]}},
        )
    )  # fmt: skip
    began = (T - 10**9) // 1000 if name == "cumulative" else None
    labels = {"otel.temporality": name}
    assert told(reading) == [
        ("requests", labels, [3.0], began), ("seconds_count", labels, [2.0], began), ("seconds_sum", labels, [0.5], began),
    ]  # fmt: skip
    assert [reading.origin(place) for place in range(3)] == [0, 1, 1]


def test_a_histogram_without_a_sum_is_its_count_and_summaries_are_totals():
    reading = read_json(
        metrics(
            {"name": "h", "exponentialHistogram": {"aggregationTemporality": 1, "dataPoints": [point(count="2")]}},
            {"name": "s", "summary": {"dataPoints": [point(count="4", sum=2.5)]}},
        )
    )
    assert [each[0] for each in told(reading)] == ["h_count", "s_count", "s_sum"]


def test_points_that_cannot_be_kept_are_refused_and_those_without_a_record_left_out():
    points = [{"asInt": "1"}, point(), point(asInt="1", flags=1), point(asInt="7")]
    reading = read_json(
        metrics({"name": "n", "gauge": {"dataPoints": points}}, {"name": "", "gauge": {"dataPoints": points[-1:]}})
    )
    assert {reading.origin(place): fault.field for place, fault in reading.faults.items()} == {
        0: "time_unix_nano", 1: "value", 4: "name",
    }  # fmt: skip
    assert [each.values.tolist() for each in reading.series] == [[7.0]]


def test_attributes_of_every_kind_become_text():
    values = {
        "bool": {"boolValue": True}, "int": {"intValue": "5"}, "float": {"doubleValue": 0.5}, "none": {},
        "bytes": {"bytesValue": "AAE="}, "list": {"arrayValue": {"values": [{"intValue": "1"}, {"stringValue": "é"}]}},
        "map": {"kvlistValue": {"values": [attribute("k", boolValue=False)]}},
    }  # fmt: skip
    attributes = [attribute(key, **value) for key, value in values.items()]
    (series,) = read_json(
        metrics({"name": "n", "gauge": {"dataPoints": [point(asInt="1", attributes=attributes)]}})
    ).series
    assert dict(series.labels) == {
        "bool": "true", "int": "5", "float": "0.5", "none": "", "bytes": "0001", "list": '[1,"é"]', "map": '{"k":false}',
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "as_json"), [(b"[", True), (b"\xff", True), (b'{"resourceMetrics": 5}', True), (b"[" * 9999, True), (b"\x08", False)]
)  # fmt: skip
def test_what_is_no_request_is_refused(body, as_json):
    with pytest.raises(otlp.UnreadableMetrics):
        otlp.decode(body, as_json=as_json)


def test_the_answer_tells_what_was_refused():
    assert json.loads(otlp.encode(0, "", as_json=True)) == {}
    assert json.loads(otlp.encode(2, "why", as_json=True)) == {
        "partialSuccess": {"rejectedDataPoints": "2", "errorMessage": "why"}
    }
    response = ExportMetricsServiceResponse.FromString(otlp.encode(3, "why", as_json=False))
    assert (response.partial_success.rejected_data_points, response.partial_success.error_message) == (3, "why")


def write_request(*series):
    request = prometheus._write_request()()
    for labels, samples in series:
        added = request.timeseries.add()
        for name, value in labels.items():
            added.labels.add(name=name, value=value)
        for at, value in samples:
            added.samples.add(timestamp=at, value=value)
    return request


def stale():
    return struct.unpack("<d", struct.pack("<Q", 0x7FF0000000000002))[0]


def test_a_write_request_is_read_and_markers_of_staleness_left_out():
    up = ({"__name__": "up", "job": "node"}, [(1767225600000, 1.0), (1767225601000, stale()), (1767225602000, 0.0)])
    reading = prometheus.read(write_request(up).SerializeToString())
    (series,) = reading.series
    assert (series.name, series.labels, series.values.tolist()) == ("up", (("job", "node"),), [1.0, 0.0])
    assert series.times.tolist() == [1767225600000000, 1767225602000000]
    assert (reading.count, reading.faults) == (2, {})


def test_samples_that_cannot_be_kept_are_refused():
    bad = [(1, math.nan), (2**62, 1.0), (1, math.inf)]
    request = write_request(({"__name__": "a"}, bad), ({"job": "x"}, [(1, 1.0)]))
    request.timeseries[0].histograms.append(b"\x08\x01")
    reading = prometheus.read(request.SerializeToString())
    assert [fault.field for _, fault in sorted(reading.faults.items())] == ["value", "at", "histograms", "name"]
    assert [each.values.tolist() for each in reading.series] == [[math.inf]]  # for `screen` to refuse


def test_a_block_tells_its_length_before_it_is_inflated():
    content = b"x" * 5000
    block = bytes(cramjam.snappy.compress_raw(content))
    assert prometheus.inflate(block, 5000) == content
    for bomb in (block, b"\xff\xff\xff\xff\x0f"):
        with pytest.raises(TooLarge):
            prometheus.inflate(bomb, 4999)
    for broken in (b"", b"\xff\xff\xff\xff\xff\xff", block[:20]):
        with pytest.raises(prometheus.UnreadableWrite):
            prometheus.inflate(broken, 10_000)


def test_what_is_no_write_request_is_refused():
    with pytest.raises(prometheus.UnreadableWrite):
        prometheus.read(b"\xff\xff")


def test_names_and_labels_that_cannot_be_kept():
    assert check_identity("n", {"k": ""}) is None
    assert check_identity("", {}).field == "name"
    assert check_identity("\ud800", {}).field == "name"
    assert check_identity("n", {"": "v"}).field == "labels"
    assert check_identity("n", {f"k{n}": "v" for n in range(65)}).field == "labels"
