"""Uploads of any length: read as they come, recorded and committed piece by piece."""

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from entente_shared import consistency
from entente_shared.auth import Caller
from entente_shared.errors import N_, Unavailable, UnsupportedMedia
from entente_shared.i18n import preferred_language, translate
from entente_shared.web import authenticate, load_member

from ..ingest.domain import Outcome
from ..ingest.engine import engine_of, require_pusher
from ..sources import commands
from ..sources.commands import Delivered
from ..sources.domain import Reading
from .domain import AT_ONCE, MOST_TOLD, Csv, Cutter, Format, Line, Ndjson
from .schemas import RefusedLine, UploadReport

PATH = "/samples/uploads"
_NDJSON, _CSV = "application/x-ndjson", "text/csv"
_LOST = ("40001", "40P01")  # the transaction lost to another and may simply be run again
_ATTEMPTS = 3
_HELD = 2 * 2**20  # bytes: what an upload takes at a time, whatever its length
_EXAMPLES = {
    _NDJSON: '{"kpi_id": "01939f61-2d01-7f61-b141-a3548fc06001", "at": "2026-01-31T00:00:00Z", "value": 397.5}\n',
    _CSV: "kpi_id,at,value\n01939f61-2d01-7f61-b141-a3548fc06001,2026-01-31T00:00:00Z,397.5\n",
}
_BODY = {media: {"schema": {"type": "string"}, "example": example} for media, example in _EXAMPLES.items()}


class _Streamed(APIRoute):
    """No transaction of its own: the endpoint has one for each piece. It waits for what the caller must have seen."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def streamed(request: Request) -> Response:
            runtime = request.app.state.runtime
            request.state.caller = authenticate(request)
            seen = consistency.parse(request.headers.get(consistency.HEADER))
            await consistency.wait(runtime.database, seen, runtime.producers, runtime.settings.consistency_wait)
            return await handle(request)

        return streamed


router = APIRouter(tags=["samples"], route_class=_Streamed)


@router.post(
    f"/partnerships/{{partnership_id}}{PATH}",
    operation_id="kpi_create_samples_upload",
    summary="Upload samples of any number as NDJSON or CSV",
    openapi_extra={"requestBody": {"required": True, "content": _BODY}},
)
async def upload(partnership_id: UUID, request: Request, response: Response) -> UploadReport:
    """Each piece of 10,000 lines is committed before the next is read: what was stored stays so if the rest fails.
    An upload may be sent again; what is stored already is unchanged then.
    """
    await _admitted(request, partnership_id)
    work = _Upload(request, partnership_id)
    engine, caller = engine_of(request), request.state.caller
    with engine.admission.admit(caller, _HELD):
        async for piece in _pieces(request):
            await work.take(piece)
            engine.admission.count(caller, len(piece))
    if work.last_event is not None:
        name = request.app.state.runtime.name
        response.headers[consistency.HEADER] = consistency.render(name, work.last_event, [])
    return work.report


async def _admitted(request: Request, partnership_id: UUID) -> None:
    async with request.app.state.runtime.database.transaction(request.state.caller) as session:
        require_pusher(await load_member(session, request.state.caller, partnership_id))
    if _media(request) not in (_NDJSON, _CSV):
        raise UnsupportedMedia(N_("Send the samples as application/x-ndjson or text/csv."))


def _media(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _pieces(request: Request) -> AsyncIterator[list[Line]]:
    cutter, piece = Cutter(), []
    async for chunk in request.stream():
        for line in cutter.feed(chunk):
            piece.append(line)
            if len(piece) == AT_ONCE:
                yield piece
                piece = []
    piece.extend(cutter.end())
    if piece:
        yield piece


class _Upload:
    """One upload on its way: its format once the first line is known, and the report so far."""

    def __init__(self, request: Request, partnership_id: UUID) -> None:
        self._runtime = request.app.state.runtime
        self._caller: Caller = request.state.caller
        self._partnership_id = partnership_id
        self._language = preferred_language(request.headers.get("accept-language", ""))
        self._format: Format | None = Ndjson() if _media(request) == _NDJSON else None
        self.report = UploadReport(lines=0)
        self.last_event: UUID | None = None

    async def take(self, piece: list[Line]) -> None:
        """Record one piece in a transaction of its own."""
        last = piece[-1][0]
        if self._format is None:
            self._format = Csv.of(piece[0][1])
            piece = piece[1:]
        reading = self._format.read(piece)
        try:
            delivered = await self._deliver(reading)
        except (DBAPIError, PoolTimeoutError, OSError) as error:
            detail = N_(
                "The database stopped answering before line {line}; send the upload again: what is stored is unchanged then."
            )
            raise Unavailable(detail, headers={"Retry-After": "1"}, line=self.report.lines + 1) from error
        self.report.lines = last
        self._count(reading, delivered)

    async def _deliver(self, reading: Reading) -> Delivered:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with self._runtime.database.transaction(self._caller) as session:
                    member = await load_member(session, self._caller, self._partnership_id)
                    delivered = await commands.deliver(session, member, reading)
            except DBAPIError as error:
                if attempt == _ATTEMPTS or getattr(error.orig, "sqlstate", None) not in _LOST:
                    raise
            else:
                self.last_event = session.info.get("last_event", self.last_event)
                return delivered
        raise AssertionError("unreachable")

    def _count(self, reading: Reading, delivered: Delivered) -> None:
        report, counts = self.report, delivered.counts
        report.stored += counts.get(Outcome.STORED, 0)
        report.unchanged += counts.get(Outcome.UNCHANGED, 0)
        report.corrected += counts.get(Outcome.CORRECTED, 0)
        report.quarantined += delivered.quarantined
        report.refused += len(delivered.faults)
        for place, fault in sorted(delivered.faults.items())[: MOST_TOLD - len(report.refusals)]:
            reason = translate(fault.reason, self._language)
            report.refusals.append(RefusedLine(line=reading.origin(place), field=fault.field, reason=reason))
        report.left_off = report.refused - len(report.refusals)
