"""OTLP/HTTP metrics and Prometheus remote write."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from entente_shared.errors import N_, UnsupportedMedia
from entente_shared.web import CurrentMember, CurrentSession, Router

from . import otlp, prometheus, queries
from .commands import Delivered
from .domain import Reading
from .edge import faults_in_words, outcome_header, push
from .schemas import CounterStartRead, CounterStarts

router = Router(tags=["metrics"])
pushes = APIRouter(tags=["metrics"])
ROOT = "/partnerships/{partnership_id}/ingest"
_PROTOBUF, _JSON = "application/x-protobuf", "application/json"
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_POINT: dict[str, Any] = {"timeUnixNano": "1769817600000000000", "asDouble": 397.5}
_METRIC: dict[str, Any] = {"name": "road.accidents.rear", "gauge": {"dataPoints": [_POINT]}}
_METRICS: dict[str, Any] = {
    "schema": {"type": "object", "examples": [{"resourceMetrics": [{"scopeMetrics": [{"metrics": [_METRIC]}]}]}]}
}
_OTLP: dict[str, Any] = {"requestBody": {"required": True, "content": {_PROTOBUF: _BINARY, _JSON: _METRICS}}}
_REMOTE_WRITE: dict[str, Any] = {"requestBody": {"required": True, "content": {_PROTOBUF: _BINARY}}}


@pushes.post(
    f"{ROOT}/otlp/v1/metrics",
    operation_id="kpi_write_otlp_metrics",
    summary="Push OpenTelemetry metrics (OTLP/HTTP, protobuf or JSON)",
    openapi_extra=_OTLP,
)
async def write_otlp(request: Request, partnership_id: UUID) -> Response:
    media = _media(request)

    def read(body: bytes) -> Reading:
        if media not in (_PROTOBUF, _JSON):
            raise UnsupportedMedia(N_("Send OTLP metrics as application/x-protobuf or application/json."))
        return otlp.read(otlp.decode(body, as_json=media == _JSON))

    def answer(reading: Reading, delivered: Delivered) -> Response:
        words = faults_in_words(request, reading, delivered, "data point")
        told = otlp.encode(_points(reading, delivered), words, as_json=media == _JSON)
        return Response(told, media_type=media, headers=outcome_header(delivered))

    return await push(request, partnership_id, read, answer)


def _points(reading: Reading, delivered: Delivered) -> int:
    """Data points of which something was refused: a histogram is two samples and one point."""
    return len({reading.origin(place) for place in delivered.faults})


@pushes.post(
    f"{ROOT}/prometheus/write",
    status_code=204,
    operation_id="kpi_write_prometheus",
    summary="Push by Prometheus remote write 1.0",
    openapi_extra=_REMOTE_WRITE,
    responses={400: {"description": "the samples named were refused, all others are kept; do not send it again"}},
)
async def write_prometheus(request: Request, partnership_id: UUID) -> Response:
    """Prometheus sends nothing again that was answered 4xx; so 400 says that all the other samples are kept."""

    def read(block: bytes) -> Reading:
        if _media(request) != _PROTOBUF or "write.v2" in request.headers.get("content-type", ""):
            raise UnsupportedMedia(N_("Send remote write 1.0 (prometheus.WriteRequest) as application/x-protobuf."))
        return prometheus.read(prometheus.inflate(block, request.app.state.runtime.settings.max_body_bytes))

    def answer(reading: Reading, delivered: Delivered) -> Response:
        headers = outcome_header(delivered)
        if not delivered.faults:
            return Response(status_code=204, headers=headers)
        words = faults_in_words(request, reading, delivered, "time series")
        return Response(f"{len(delivered.faults)} samples refused: {words}", 400, headers, "text/plain")

    return await push(request, partnership_id, read, answer)


def _media(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


@router.get(
    "/partnerships/{partnership_id}/kpis/{kpi_id}/counter-starts",
    operation_id="kpi_list_counter_starts",
    summary="When the counters began whose totals this KPI holds; a later start is a reset",
)
async def list_counter_starts(kpi_id: UUID, member: CurrentMember, session: CurrentSession) -> CounterStarts:
    rows = await queries.latest_starts(session, member.partnership_id, kpi_id)
    return CounterStarts(items=[CounterStartRead.of(row) for row in rows])
