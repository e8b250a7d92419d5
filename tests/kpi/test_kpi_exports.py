"""Downloads: they hold what is stored, cost little memory, and end with their client."""

import asyncio
import csv
import io
from datetime import UTC, datetime

import httpx
import psutil
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kpi.kpi_world import Kpi, day, stamp
from pyarrow import parquet
from sqlalchemy import update
from support.waiting import eventually

from entente_kpi.exports import child, domain, download, queries
from entente_kpi.exports import parquet as converter
from entente_shared.errors import NotFound, Unavailable
from entente_shared.events.objectives import MembershipChanged, Role
from entente_shared.ids import new_id
from entente_shared.plumbing import membership


async def fetch(kpis, path, **params):
    answer = await kpis.http.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer


def rows_of_csv(text):
    assert text.endswith("\r\n")
    return [
        (row["kpi_id"], datetime.fromisoformat(row["at"]), float(row["value"]))
        for row in csv.DictReader(io.StringIO(text, newline=""))
    ]


def rows_of_parquet(content):
    table = parquet.read_table(pa.BufferReader(content))
    assert table.schema.field("at").type == pa.timestamp("us", tz="UTC")
    return [(row["kpi_id"], row["at"].astimezone(UTC), row["value"]) for row in table.to_pylist()]


READ = {"csv": lambda answer: rows_of_csv(answer.text), "parquet": lambda answer: rows_of_parquet(answer.content)}


@pytest.mark.parametrize("file_format", READ)
async def test_a_download_holds_all_samples_of_a_kpi_over_many_pages(kpis, file_format, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 70)
    kpi = await kpis.define()
    values = {at / 7: (at - 50) * 1e-3 / 3 for at in range(280)}
    await kpi.push(values)
    answer = await fetch(kpis, f"/kpis/{kpi.id}/export", format=file_format)
    assert answer.headers["content-type"] == domain.MEDIA_TYPES[file_format]
    assert answer.headers["content-disposition"] == f'attachment; filename="kpi-{kpi.id}.{file_format}"'
    assert "content-length" not in answer.headers
    assert READ[file_format](answer) == [(str(kpi.id), day(at), value) for at, value in values.items()]

    part = await fetch(
        kpis, f"/kpis/{kpi.id}/export", **{"format": file_format, "from": stamp(day(1)), "to": stamp(day(2))}
    )
    assert [at for _, at, _ in READ[file_format](part)] == [day(at / 7) for at in range(7, 14)]
    nothing = await fetch(kpis, f"/kpis/{kpi.id}/export", **{"format": file_format, "from": stamp(day(900))})
    assert READ[file_format](nothing) == []


@pytest.mark.parametrize("file_format", READ)
async def test_several_kpis_or_all_come_one_after_another(kpis, file_format, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 5)
    monkeypatch.setattr(queries, "_MOST_KPIS", 2)
    several = [await kpis.define() for _ in range(6)]
    for number, kpi in enumerate(several):
        await kpi.push({at: float(number) for at in range(2 * number)})
    expected = [(str(kpi.id), day(at), float(number)) for number, kpi in enumerate(several) for at in range(2 * number)]
    answer = await fetch(kpis, "/samples/export", format=file_format)
    assert READ[file_format](answer) == expected
    some = [str(several[4].id), str(several[1].id)]
    answer = await fetch(kpis, "/samples/export", format=file_format, kpi_id=some)
    assert READ[file_format](answer) == [row for row in expected if row[0] in some]
    refused = await kpis.http.get("/samples/export", params={"kpi_id": [str(new_id()), some[0]]})
    assert refused.status_code == 404


async def test_a_described_download_runs_nothing_in_a_spreadsheet(kpis):
    body = {
        "name": '=HYPERLINK("//x"),\n', "unit": "1", "cadence": "P1D", "rule": {"theta_on": -0.25, "theta_off": -0.1},
    }  # fmt: skip
    made = (await kpis.http.post("/kpis", json=body)).json()
    await Kpi(kpis, made["id"]).push({0: -5.0})
    answer = await fetch(kpis, "/samples/export", described="true")
    header, row = csv.reader(io.StringIO(answer.text, newline=""))
    assert header == ["kpi_id", "name", "unit", "at", "value"]
    assert row == [made["id"], f"'{body['name']}", "1", "2026-01-01T00:00:00Z", "-5.0"]
    answer = await fetch(kpis, "/samples/export", described="true", format="parquet")
    (found,) = parquet.read_table(pa.BufferReader(answer.content)).to_pylist()
    assert (found["name"], found["unit"], found["value"]) == (body["name"], "1", -5.0)


@given(st.lists(st.tuples(st.datetimes(timezones=st.just(UTC)), st.floats(-1e100, 1e100)), max_size=20))
def test_a_csv_gives_the_same_numbers_again(points):
    kpi = domain.Exported(new_id(), "Name", "1")
    text = (domain.csv_header(described=False) + domain.csv_rows(domain.Chunk(kpi, points), described=False)).decode()
    assert [(at, value.hex()) for _, at, value in rows_of_csv(text)] == [(at, value.hex()) for at, value in points]


def test_only_text_that_a_spreadsheet_would_run_is_marked():
    assert [domain.unformula(text) for text in ("=1", "+1", "-1", "@x", "\tx", "x=1", "")] == [
        "'=1", "'+1", "'-1", "'@x", "'\tx", "x=1", "",
    ]  # fmt: skip


def test_samples_that_break_off_are_no_parquet():
    whole = b'{"described": false}\n' + converter.frame({"kpi_id": "x"}, bytes(16), bytes(16)) + bytes(8)
    sink = io.BytesIO()
    converter.convert(io.BytesIO(whole), sink)
    assert parquet.read_table(pa.BufferReader(sink.getvalue())).num_rows == 2
    for length in range(22, len(whole)):
        sink = io.BytesIO()
        with pytest.raises(EOFError):
            converter.convert(io.BytesIO(whole[:length]), sink)
        with pytest.raises(pa.ArrowInvalid):
            parquet.read_table(pa.BufferReader(sink.getvalue()))


def converters():
    return [
        each
        for each in psutil.Process().children()
        if each.status() != psutil.STATUS_ZOMBIE and converter.__name__ in each.cmdline()
    ]


async def test_a_client_that_leaves_ends_the_process(kpis, monkeypatch):
    async def endless(database, caller, selection):
        while True:
            yield [domain.Chunk(selection.kpis[0], [(day(0), 1.0)] * 5000)]
            await asyncio.sleep(0.01)

    monkeypatch.setattr(queries, "read", endless)
    kpi = await kpis.define()
    async with kpis.http.stream("GET", f"/kpis/{kpi.id}/export", params={"format": "parquet"}) as answer:
        assert answer.status_code == 200
        assert (await anext(answer.aiter_raw())).startswith(b"PAR1")
        assert len(converters()) == 1

    async def gone():
        return not converters()

    await eventually(gone)


@pytest.mark.parametrize("file_format", READ)
async def test_a_download_that_cannot_go_on_breaks_off(kpis, file_format, monkeypatch):
    """Here because its caller is no member any more; what was sent does not pass for the whole."""
    monkeypatch.setattr(queries, "PAGE", 10)
    kpi = await kpis.define()
    await kpi.push(dict.fromkeys(range(100), 0.0))
    person, member = new_id(), new_id()

    async def be(*, active):
        await kpis.deliver(
            MembershipChanged(
                partnership_id=kpis.id, member_id=member, party_id=kpis.party, organisation_id=kpis.organisation,
                person_id=person, role=Role.OBSERVER, active=active,
            )
        )  # fmt: skip

    await be(active=True)
    read, seen = queries.read, []

    async def interrupted(database, *arguments):
        pages = read(database, *arguments)
        try:
            yield await anext(pages)
            async with database.transaction(tenant=kpis.id) as session:
                await session.execute(update(membership).where(membership.c.member_id == member).values(active=False))
            yield await anext(pages)
        except NotFound as error:
            seen.append(error)
            raise

    monkeypatch.setattr(queries, "read", interrupted)
    async with kpis.client("person", kpis.organisation, person) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(f"/kpis/{kpi.id}/export", params={"format": file_format})
    assert len(seen) == 1
    assert converters() == []


async def test_a_client_that_takes_nothing_is_given_up(monkeypatch):
    monkeypatch.setattr(download, "STALL", 0.05)
    ended = []

    async def content():
        try:
            while True:
                yield b"x"
        finally:
            ended.append(True)

    async def send(message):
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def receive():
        await asyncio.Event().wait()

    answer = download.Download(content(), domain.Format.CSV, "x", new_id())
    with pytest.raises(TimeoutError):
        await answer({"type": "http"}, receive, send)
    assert ended == [True]


async def test_a_process_that_fails_breaks_the_download_off(monkeypatch):
    async def pages():
        yield [domain.Chunk(domain.Exported(new_id(), "Name", "1"), [(day(0), 1.0)] * 100_000)] * 5

    monkeypatch.setattr(child.sys, "executable", "/bin/false")
    with pytest.raises(child.ParquetError):
        async for _ in child.to_parquet(pages(), described=False):
            pass


def test_downloads_have_a_bounded_number_of_places():
    slots, one, other = download.Slots(most=3, most_each=2, most_processes=1), new_id(), new_id()
    with slots.take(one, domain.Format.PARQUET):
        with pytest.raises(Unavailable), slots.take(other, domain.Format.PARQUET):
            pass
        with slots.take(one, domain.Format.CSV):
            with pytest.raises(Unavailable), slots.take(one, domain.Format.CSV):
                pass
            with (
                slots.take(other, domain.Format.CSV),
                pytest.raises(Unavailable),
                slots.take(new_id(), domain.Format.CSV),
            ):
                pass
    with slots.take(other, domain.Format.PARQUET):
        pass


async def test_a_download_without_a_place_is_told_when_to_come_again(kpis, monkeypatch):
    monkeypatch.setattr(download, "SLOTS", download.Slots(most=0))
    kpi = await kpis.define()
    answer = await kpis.http.get(f"/kpis/{kpi.id}/export")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert answer.headers["content-type"] == "application/problem+json"
