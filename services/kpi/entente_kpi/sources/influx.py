"""InfluxDB's write addresses, versions 1 and 2, for clients that already run. It answers what they need to write."""

import re
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request, Response

from entente_shared.errors import N_, BadRequest
from entente_shared.web import CurrentMember, Router

from . import line_protocol
from .commands import Delivered
from .domain import Reading
from .edge import faults_in_words, outcome_header, push
from .line_values import Precision

router = Router(tags=["influxdb"])
pushes = APIRouter(tags=["influxdb"])
ROOT = "/partnerships/{partnership_id}/ingest/influx"
_VERSION = {"X-Influxdb-Version": "1.8.10", "X-Influxdb-Build": "OSS"}
_V1 = {
    "": Precision.NS, "n": Precision.NS, "ns": Precision.NS, "u": Precision.US, "us": Precision.US, "µ": Precision.US,
    "ms": Precision.MS, "s": Precision.S, "m": Precision.M, "h": Precision.H,
}  # fmt: skip
_V2 = {"": Precision.NS, "ns": Precision.NS, "us": Precision.US, "ms": Precision.MS, "s": Precision.S}
_PARTIAL: dict[int | str, dict[str, Any]] = {
    400: {"description": "partial write: the lines named were refused, all others are kept; do not send it again"}
}
_LINES = "measurement,tag=value field=1.5 1700000000000000000"
_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"text/plain": {"schema": {"type": "string"}, "example": _LINES}}}
}
_CREATE = re.compile(r'\s*CREATE\s+DATABASE\s+("[^"]+"|\w+)(\s+WITH\s.*)?\s*;?\s*', re.IGNORECASE)
_SHOW = re.compile(r"\s*SHOW\s+DATABASES\s*;?\s*", re.IGNORECASE)

Given = Annotated[str, Query(max_length=200)]


class InvalidPrecision(BadRequest):
    slug = "invalid-precision"
    title = N_("There is no such precision")


@pushes.post(
    f"{ROOT}/write",
    status_code=204,
    operation_id="kpi_write_influx_v1",
    summary="Push InfluxDB line protocol, as version 1 does",
    openapi_extra=_BODY,
    responses=_PARTIAL,
)
async def write_v1(request: Request, partnership_id: UUID, precision: Given = "", db: Given = "") -> Response:
    _ = db  # a partnership is the database; clients name one all the same
    return await _write(request, partnership_id, _precision(precision, _V1), lambda words: {"error": words})


@pushes.post(
    f"{ROOT}/api/v2/write",
    status_code=204,
    operation_id="kpi_write_influx_v2",
    summary="Push InfluxDB line protocol, as version 2 does",
    openapi_extra=_BODY,
    responses=_PARTIAL,
)
async def write_v2(request: Request, partnership_id: UUID, precision: Given = "", bucket: Given = "") -> Response:
    _ = bucket
    told = {"code": "invalid"}
    return await _write(request, partnership_id, _precision(precision, _V2), lambda words: {**told, "message": words})


def _precision(given: str, known: dict[str, Precision]) -> Precision:
    if given not in known:
        raise InvalidPrecision(
            N_("precision must be one of {known}."), known=", ".join(name for name in known if name.isascii() and name)
        )
    return known[given]


async def _write(
    request: Request, partnership_id: UUID, precision: Precision, refusal: Callable[[str], dict[str, str]]
) -> Response:
    """204 where all is kept; else 400 with the words of a partial write, whose other lines are kept all the same."""

    def answer(reading: Reading, delivered: Delivered) -> Response:
        headers = {**_VERSION, **outcome_header(delivered)}
        if not delivered.faults:
            return Response(status_code=204, headers=headers)
        words = faults_in_words(request, reading, delivered, "line")
        body = refusal(f"partial write: {words} dropped={len(delivered.faults)}")
        return Response(msgspec.json.encode(body), 400, headers, "application/json")

    return await push(request, partnership_id, lambda body: line_protocol.read(body, precision), answer)


@router.get(f"{ROOT}/ping", status_code=204, operation_id="kpi_ping_influx_v1", summary="Whether one may write here")
@router.get(
    f"{ROOT}/api/v2/ping", status_code=204, operation_id="kpi_ping_influx_v2", summary="Whether one may write here"
)
async def ping(_member: CurrentMember) -> Response:
    return Response(status_code=204, headers=_VERSION)


@router.get(
    f"{ROOT}/health", operation_id="kpi_get_influx_health", summary="What InfluxDB clients ask before they write"
)
@router.get(
    f"{ROOT}/api/v2/health",
    operation_id="kpi_get_influx_health_v2",
    summary="What InfluxDB clients ask before they write",
)
async def health(_member: CurrentMember) -> dict[str, str]:
    return {"name": "influxdb", "message": "ready for queries and writes", "status": "pass", "version": "1.8.10"}


@router.get(
    f"{ROOT}/query", operation_id="kpi_get_influx_query", summary="CREATE DATABASE and SHOW DATABASES, nothing else"
)
@router.post(
    f"{ROOT}/query", operation_id="kpi_create_influx_query", summary="CREATE DATABASE and SHOW DATABASES, nothing else"
)
async def query(request: Request, _member: CurrentMember, q: Annotated[str, Query(max_length=1000)] = "") -> Response:
    """What clients of version 1 may say before they write, in the query or as a form. A partnership is the only database
    there is.
    """
    q = q or dict(parse_qsl((await request.body()).decode("utf-8", "replace"))).get("q", "")
    if _CREATE.fullmatch(q):
        return _results({"statement_id": 0})
    if _SHOW.fullmatch(q):
        series = {"name": "databases", "columns": ["name"], "values": [["entente"]]}
        return _results({"statement_id": 0, "series": [series]})
    body = msgspec.json.encode({"error": "only CREATE DATABASE and SHOW DATABASES are answered; read by GET .../kpis"})
    return Response(body, 400, media_type="application/json", headers=_VERSION)


def _results(result: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode({"results": [result]}), media_type="application/json", headers=_VERSION)
