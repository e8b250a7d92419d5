"""InfluxDB line protocol: plain bodies are read as columns, all others line by line, and both say the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente_kpi.sources import line_protocol
from entente_kpi.sources.domain import MOST_SAMPLES, UNDATED, TooManySamples, screen
from entente_kpi.sources.line_protocol import read
from entente_kpi.sources.line_values import Precision

T = 1767225600000000000


def samples(reading):
    """(name, labels, microseconds, value) in the order of the body."""
    found = [
        (place, each.name, dict(each.labels), time, value)
        for each in reading.series
        for place, time, value in zip(each.places.tolist(), each.times.tolist(), each.values.tolist(), strict=True)
    ]
    return [rest for _, *rest in sorted(found, key=lambda item: item[0])]


def faults(reading):
    return {reading.origin(place): fault.field for place, fault in reading.faults.items()}


def test_a_series_is_named_by_measurement_and_field_and_labelled_by_its_tags():
    body = f"requests,site=lyon,line=a count=3i,seconds=0.5 {T}\nrequests,site=nice count=4i {T}\n".encode()
    labels = {"line": "a", "site": "lyon"}
    assert samples(read(body, Precision.NS)) == [
        ["requests.count", labels, T // 1000, 3.0],
        ["requests.seconds", labels, T // 1000, 0.5],
        ["requests.count", {"site": "nice"}, T // 1000, 4.0],
    ]


@pytest.mark.parametrize(
    ("precision", "factor"), [("ns", None), ("us", 1), ("ms", 10**3), ("s", 10**6), ("m", 6 * 10**7), ("h", 36 * 10**8)]
)
@pytest.mark.parametrize("suffix", ["", "\n# remark"])
def test_times_are_of_the_precision_asked_for(precision, factor, suffix):
    reading = read(f"a f=1 1234567{suffix}".encode(), Precision(precision))
    assert [each[2] for each in samples(reading)] == [1234 if factor is None else 1234567 * factor]


def test_a_line_without_a_time_is_dated_by_its_receipt():
    reading = read(f"a f=1\na f=2 {T}\n".encode(), Precision.NS)
    assert reading.undated
    reading.date(77)
    assert [each[2] for each in samples(reading)] == [77, T // 1000]
    assert not read(f"a f=2 {T}".encode(), Precision.NS).undated


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1.0), ("-1.5e3", -1500.0), ("+2.", 2.0), ("7i", 7.0), ("-7i", -7.0), ("7u", 7.0), ("t", 1.0), ("TRUE", 1.0),
     ("f", 0.0), ("False", 0.0)],
)  # fmt: skip
@pytest.mark.parametrize("quoted", [False, True])
def test_values(text, value, quoted):
    other = f'\nb,c=d\\ e f="text" {T}' if quoted else ""
    assert samples(read(f"a f={text} {T}{other}".encode(), Precision.NS))[0][3] == value


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("a", "line"), ("a f", "line"), ("a f= 1", "line"), ("a =1 1", "line"), (",x=y f=1 1", "line"),
        ("a,x f=1 1", "line"), ("a,x= f=1 1", "line"), ("a,x=y,x=z f=1 1", "line"), ("a f=1,g 1", "line"),
        ("a f=1=2 1", "line"), ("a f=1_0 1", "line"), ("a f=nan 1", "line"), ("a f=infinity 1", "line"),
        ("a f=1.5i 1", "line"), ("a f=-1u 1", "line"), ("a f=1-2i 1", "line"), ("a f=1i2 1", "line"),
        ("a f=1 1 1", "line"), ("a f=1 x", "time"), ("a f=1 1_0", "time"), ("a f=1 1-2", "line"),
        ("a f=1 99999999999999999999999", "at"), ('a f="text" 1', "field"), ('a f="open 1', "line"),
        ("a\\ b f=1 x", "line"), (f"{'n' * 600} f=1 1", "name"), ("a\0 f=1 1", "name"), ("a,x=\0 f=1 1", "labels"),
        ("a\\ b f=1 1\0x", "line"), (f"a,x={'v' * 9000} f=1 1", "labels"),
    ],
)  # fmt: skip
def test_a_faulty_line_is_refused_and_its_neighbours_are_not(line, field):
    reading = read(f"ok f=1 {T}\n{line}\nok f=2 {T}".encode(), Precision.NS)
    assert faults(reading) == {2: field}
    assert [each[3] for each in samples(reading)] == [1.0, 2.0]
    assert reading.count == 3


def test_text_that_is_no_utf8_is_refused():
    for mark in (b"", b"\\ "):
        assert faults(read(b"a" + mark + b"\xff f=1 1", Precision.NS)) == {1: "line"}


def test_text_among_numbers_is_refused_alone():
    reading = read(f'a x=1,y="text",z=2i {T}'.encode(), Precision.NS)
    assert faults(reading) == {1: "field"}
    assert sorted(each[0] for each in samples(reading)) == ["a.x", "a.z"]


def test_times_and_values_that_no_kpi_can_hold_are_refused():
    ends = -(2**63), 2**63 - 1
    lines = "".join(f"a f=1 {time}\n" for time in ends)
    reading = screen(read(f"{lines}a f=1e999 {T // 1000}\na f=2 {T // 1000}\n".encode(), Precision.US))
    assert faults(reading) == {1: "at", 2: "at", 3: "value"}
    assert [each[3] for each in samples(reading)] == [2.0]
    assert screen(read(b"a f=1 9223372036854775807", Precision.US)).series == []


def test_empty_bodies_hold_nothing():
    for body in (b"", b"\n", b"\n\n# only remarks\n"):
        reading = screen(read(body, Precision.NS))
        assert (reading.count, reading.series, reading.faults) == (0, [], {})


def test_leading_blank_lines_count():
    assert faults(read(b"\n\na", Precision.NS)) == {3: "line"}


@pytest.mark.parametrize("line", ["a f=1 1", "a f=1", "a"])
def test_a_request_has_a_limit(line):
    with pytest.raises(TooManySamples):
        read("\n".join([line] * (MOST_SAMPLES + 1)).encode(), Precision.NS)


names = st.text("abcxyz09_.é", min_size=1, max_size=4)
values = st.one_of(
    st.integers(-(10**6), 10**6).map(lambda n: f"{n}i"), st.floats(-1e9, 1e9).map(repr), st.sampled_from(["t", "false"])
)
lines = st.builds(
    lambda name, tags, fields, time: (
        name + "".join(f",{k}={v}" for k, v in tags.items()) + " "
        + ",".join(f"{k}={v}" for k, v in fields.items()) + f" {time}"
    ),
    names, st.dictionaries(names, names, max_size=3), st.dictionaries(names, values, min_size=1, max_size=3),
    st.integers(-(10**18), 4 * 10**18),
)  # fmt: skip


@given(st.lists(lines, min_size=1, max_size=8), st.sampled_from(list(Precision)))
def test_columns_and_lines_are_read_alike(given_lines, precision):
    body = "\n".join(given_lines).encode()
    columns, one_by_one = line_protocol.read(body, precision), line_protocol._line_by_line(body, precision)
    assert samples(columns) == samples(one_by_one)
    assert {place: columns.origin(place) for place in range(columns.count)} == {
        place: one_by_one.origin(place) for place in range(one_by_one.count)
    }
    assert columns.faults == one_by_one.faults


def test_undated_is_no_time_that_can_be_sent():
    assert int(np.iinfo(np.int64).min) == UNDATED
    assert faults(read(f"a f=1 {UNDATED}".encode(), Precision.US)) == {1: "at"}
