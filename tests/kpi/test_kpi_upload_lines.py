"""Lines of uploads: cut out of a stream in bounded memory, and read as NDJSON or CSV."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente_kpi.uploads.domain import LONGEST_LINE, Csv, Cutter, InvalidHeader, Ndjson

KPI = "01939f61-2d01-7f61-b141-a3548fc06001"
AT = "2026-01-01T00:00:00Z"
MICROS = 1767225600_000_000


def cut(chunks):
    cutter = Cutter()
    return [line for chunk in chunks for line in cutter.feed(chunk)] + list(cutter.end())


@given(
    st.lists(st.sampled_from([b"", b" ", b"a", b"bc\r"]), max_size=8),
    st.lists(st.integers(0, 20), max_size=5),
    st.booleans(),
)
def test_lines_do_not_depend_on_where_the_stream_is_cut(lines, cuts, ended):
    body = b"\n".join(lines) + (b"\n" if ended else b"")
    places = sorted({0, len(body), *(min(place, len(body)) for place in cuts)})
    chunks = [body[start:end] for start, end in itertools.pairwise(places)]
    assert cut(chunks) == [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]


@pytest.mark.parametrize("size", [1000, 100_000, 300_000])
def test_a_line_that_is_too_long_is_left_out_and_never_held(size):
    body = b"first\n" + b"x" * 200_000 + b"\nlast" + b"\n" + b"y" * 200_000
    cutter, found = Cutter(), []
    for start in range(0, len(body), size):
        found += cutter.feed(body[start : start + size])
        assert len(cutter._rest) <= LONGEST_LINE
    assert found + list(cutter.end()) == [(1, b"first"), (2, None), (3, b"last"), (4, None)]


def ndjson(*lines):
    return Ndjson().read(
        [
            (n, line if line is None or isinstance(line, bytes) else json.dumps(line).encode())
            for n, line in enumerate(lines, 1)
        ]
    )


def faults(reading):
    return {reading.origin(place): fault.field for place, fault in reading.faults.items()}


def test_a_line_names_a_kpi_or_a_foreign_series():
    reading = ndjson(
        {"kpi_id": KPI, "at": AT, "value": 1}, {"name": "up", "labels": {"b": "2", "a": "1"}, "at": AT, "value": 2.5},
        {"kpi_id": KPI, "at": "2026-01-01T01:00:00.5+01:00", "value": 3, "correction": True},
    )  # fmt: skip
    direct, foreign = reading.series
    assert (str(direct.kpi_id), direct.times.tolist(), direct.values.tolist()) == (
        KPI,
        [MICROS, MICROS + 500_000],
        [1.0, 3.0],
    )
    assert (direct.corrections.tolist(), foreign.corrections) == ([False, True], None)
    assert (foreign.name, foreign.labels, foreign.kpi_id) == ("up", (("a", "1"), ("b", "2")), None)
    assert reading.faults == {}


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (None, "line"), (b"{", "line"), (b"[]", "line"), (b'"\xff"', "line"), (b"[" * 50_000, "line"),
        ({"kpi_id": KPI, "at": AT, "value": 1, "extra": 1}, "line"),
        ({"at": AT, "value": 1}, "kpi_id"), ({"kpi_id": KPI, "name": "n", "at": AT, "value": 1}, "kpi_id"),
        ({"kpi_id": "x", "at": AT, "value": 1}, "kpi_id"), ({"kpi_id": KPI, "value": 1}, "at"),
        ({"kpi_id": KPI, "at": "2026-01-01T00:00:00", "value": 1}, "at"), ({"kpi_id": KPI, "at": 5, "value": 1}, "at"),
        ({"kpi_id": KPI, "at": AT}, "value"), ({"kpi_id": KPI, "at": AT, "value": "1"}, "value"),
        (f'{{"kpi_id": "{KPI}", "at": "{AT}", "value": NaN}}'.encode(), "line"),
        ({"kpi_id": KPI, "at": AT, "value": 1, "correction": 1}, "correction"),
        ({"name": "n", "labels": {"a": 1}, "at": AT, "value": 1}, "labels"), ({"name": "", "at": AT, "value": 1}, "name"),
        ({"name": 5, "at": AT, "value": 1}, "name"), ({"name": "n", "labels": {"": "x"}, "at": AT, "value": 1}, "labels"),
    ],
)  # fmt: skip
def test_a_faulty_line_of_ndjson(line, field):
    reading = ndjson({"kpi_id": KPI, "at": AT, "value": 1}, line)
    assert faults(reading) == {2: field}
    assert reading.count == 2


def csv(header, *lines):
    return Csv.of(header.encode()).read(
        [(n, None if line is None else line.encode()) for n, line in enumerate(lines, 2)]
    )


def test_csv_with_kpis():
    reading = csv("\ufeffvalue,at,kpi_id,correction\r", f"1.5,{AT},{KPI},\r", f"2,2026-01-02T00:00:00Z,{KPI},true")
    (series,) = reading.series
    assert (str(series.kpi_id), series.values.tolist(), series.corrections.tolist()) == (KPI, [1.5, 2.0], [False, True])


def test_csv_with_names_takes_all_other_fields_as_labels():
    reading = csv("name,site,at,value,line", f'"up, now",lyon,{AT},1e3,', f"up,,{AT},-.5,a")
    assert [(each.name, each.labels) for each in reading.series] == [
        ("up, now", (("site", "lyon"),)), ("up", (("line", "a"),)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (f"x,{AT},1", "kpi_id"), (f"{KPI},yesterday,1", "at"), (f"{KPI},2026-01-01T00:00:00,1", "at"),
        (f"{KPI},{AT},nan", "value"), (f"{KPI},{AT},1_0", "value"), (f"{KPI},{AT},", "value"), (f"{KPI},{AT}", "line"),
        (f'{KPI},"{AT},1', "line"), (None, "line"),
    ],
)  # fmt: skip
def test_a_faulty_line_of_csv(line, field):
    assert faults(csv("kpi_id,at,value", line)) == {2: field}


def test_faulty_flags_and_text_in_csv():
    assert faults(csv("kpi_id,at,value,correction", f"{KPI},{AT},1,maybe")) == {2: "correction"}
    assert faults(Csv.of(b"kpi_id,at,value").read([(2, b"\xff")])) == {2: "line"}


@pytest.mark.parametrize(
    "header", ["kpi_id,at", "at,value", "kpi_id,name,at,value", "kpi_id,at,value,site", "name,at,value,", "name,at,value,a,a", '"name']
)  # fmt: skip
def test_a_header_that_cannot_be_used(header):
    with pytest.raises(InvalidHeader):
        Csv.of(header.encode())


def test_a_first_line_that_is_none():
    for line in (None, b"\xff"):
        with pytest.raises(InvalidHeader):
            Csv.of(line)
