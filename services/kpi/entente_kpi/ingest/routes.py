"""Push samples: the hot path. The body is decoded by `decoding`, and requests that arrive together commit together."""

from typing import Annotated
from uuid import UUID

import msgspec
import numpy as np
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from entente_shared import consistency
from entente_shared.auth import Caller
from entente_shared.errors import N_, Problem, UnsupportedMedia
from entente_shared.i18n import preferred_language, translate
from entente_shared.web import authenticate, load_member, write

from ..definitions.loading import unknown_kpi
from . import commands, decoding, document, schemas
from .admission import body_size
from .columns import CODES, STORED, Settled
from .decoding import Decoded
from .domain import UNKNOWN_KPI, Outcome
from .engine import engine_of, require_pusher

router = APIRouter(tags=["samples"])

DryRun = Annotated[bool, Query(description="say what would become of each sample, and store none")]


@router.post(
    "/partnerships/{partnership_id}/kpis/{kpi_id}/samples",
    operation_id="kpi_create_kpi_samples",
    summary="Push samples of one KPI, at most 10,000",
    response_model=schemas.IngestReport,
    openapi_extra=document.OF_ONE,
)
async def push_kpi_samples(
    request: Request, partnership_id: UUID, kpi_id: UUID, *, dry_run: DryRun = False
) -> Response:
    return await push(request, partnership_id, kpi_id, dry_run=dry_run)


@router.post(
    "/partnerships/{partnership_id}/samples",
    operation_id="kpi_create_samples",
    summary="Push samples of several KPIs, at most 10,000",
    response_model=schemas.IngestReport,
    openapi_extra=document.OF_MANY,
)
async def push_samples(request: Request, partnership_id: UUID, *, dry_run: DryRun = False) -> Response:
    return await push(request, partnership_id, None, dry_run=dry_run)


async def push(request: Request, partnership_id: UUID, kpi_id: UUID | None, *, dry_run: bool = False) -> Response:
    """Samples of one KPI, or of any without `kpi_id`."""
    runtime = request.app.state.runtime
    caller = authenticate(request)
    seen = consistency.parse(request.headers.get(consistency.HEADER))
    if seen:
        await consistency.wait(runtime.database, seen, runtime.producers, runtime.settings.consistency_wait)
    engine = engine_of(request)
    with engine.admission.admit(caller, body_size(request)):
        try:
            decoded = _decode(request, kpi_id, await request.body())
        except Problem:
            await _entitle(
                request, caller, partnership_id
            )  # a stranger is told nothing but that there is no partnership
            raise
        if dry_run:
            return await _try(request, caller, partnership_id, decoded, of_one=kpi_id is not None)
        if "idempotency-key" in request.headers:
            engine.admission.count(caller, len(decoded.columns))
            return await _push_once(request, caller, partnership_id, decoded, seen, of_one=kpi_id is not None)
        recorded = await engine.record(caller, partnership_id, decoded.columns)
        response = _respond(request, decoded, recorded.settled, of_one=kpi_id is not None)
        return _with_token(response, recorded.event_id, seen)


def _decode(request: Request, kpi_id: UUID | None, body: bytes) -> Decoded:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMedia(N_("Send the samples as application/json."))
    return decoding.decode(body) if kpi_id is None else decoding.decode_for(kpi_id, body)


async def _entitle(request: Request, caller: Caller, partnership_id: UUID) -> None:
    async with request.app.state.runtime.database.transaction(caller) as session:
        require_pusher(await load_member(session, caller, partnership_id))


async def _try(request: Request, caller: Caller, partnership_id: UUID, decoded: Decoded, *, of_one: bool) -> Response:
    async with request.app.state.runtime.database.transaction(caller) as session:
        require_pusher(await load_member(session, caller, partnership_id))
        settled = await commands.try_columns(session, partnership_id, decoded.columns)
    return _respond(request, decoded, settled, of_one=of_one)


async def _push_once(
    request: Request,
    caller: Caller,
    partnership_id: UUID,
    decoded: Decoded,
    seen: list[consistency.Seen],
    *,
    of_one: bool,
) -> Response:
    """With an Idempotency-Key: the key, the samples and the answer are written in one transaction of their own."""

    async def act(request: Request) -> Response:
        session = request.state.session
        require_pusher(await load_member(session, caller, partnership_id))
        settled = await commands.record_columns(session, partnership_id, caller.principal, decoded.columns)
        return _respond(request, decoded, settled, of_one=of_one)

    return _with_token(*await write(request, caller, act), seen)


def _with_token(response: Response, event_id: UUID | None, seen: list[consistency.Seen]) -> Response:
    if event_id is not None:
        response.headers[consistency.HEADER] = consistency.render("kpi", event_id, seen)
    return response


def _respond(request: Request, decoded: Decoded, settled: Settled, *, of_one: bool) -> Response:
    if of_one and settled.faults and all(fault is UNKNOWN_KPI for fault in settled.faults.values()):
        raise unknown_kpi()
    report = _report(decoded, settled, preferred_language(request.headers.get("accept-language", "")))
    return Response(msgspec.json.encode(report), media_type="application/json")


def _report(decoded: Decoded, settled: Settled, language: str) -> schemas.Report:
    codes = settled.outcomes
    if not decoded.tells_all and not codes.any():  # all stored, as nearly always
        return schemas.Report(accepted=len(codes), unchanged=0, corrected=0, rejected=0, outcomes=[])
    told = np.arange(len(codes)) if decoded.tells_all else np.flatnonzero(codes != STORED)
    outcomes = {
        index: schemas.SampleOutcome(index, CODES[code])
        for index, code in zip(told.tolist(), codes[told].tolist(), strict=True)
    }
    for index, fault in settled.faults.items():
        outcomes[index].pointer = decoded.pointer_to(index, fault.field)
        outcomes[index].reason = translate(fault.reason, language)
    return schemas.Report(
        accepted=settled.count(Outcome.STORED),
        unchanged=settled.count(Outcome.UNCHANGED),
        corrected=settled.count(Outcome.CORRECTED),
        rejected=len(settled.faults),
        outcomes=list(outcomes.values()),
    )
