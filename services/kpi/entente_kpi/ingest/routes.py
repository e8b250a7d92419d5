"""Push samples. The body is decoded by `schemas`, not by FastAPI: this is the hot path."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import Query, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, UnsupportedMedia
from entente_shared.events.objectives import Role
from entente_shared.i18n import preferred_language, translate
from entente_shared.web import CurrentMember, CurrentSession, Member, Router

from ..definitions.loading import LoadedKpi
from . import commands, schemas
from .domain import Outcome, Settlement

router = Router(tags=["samples"])

DryRun = Annotated[bool, Query(description="say what would become of each sample, and store none")]
_POINT = {
    "at": {"type": "string", "format": "date-time", "description": "RFC 3339 with an offset"},
    "value": {"type": "number", "minimum": -1e100, "maximum": 1e100},
    "correction": {
        "type": "boolean",
        "default": False,
        "description": "replace another value that is stored for this time",
    },
}
_EXAMPLE = {"at": "2026-01-31T00:00:00Z", "value": 397.5}


def _body(properties: dict[str, Any], required: list[str], example: dict[str, Any]) -> dict[str, Any]:
    sample = {"type": "object", "additionalProperties": False, "required": required, "properties": properties}
    samples = {"type": "array", "maxItems": schemas.MOST, "items": sample}
    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["samples"],
        "properties": {"samples": samples},
    }
    content = {"application/json": {"schema": schema, "example": {"samples": [example]}}}
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "/partnerships/{partnership_id}/kpis/{kpi_id}/samples",
    operation_id="kpi_create_kpi_samples",
    summary="Push samples of one KPI, at most 10,000",
    response_model=schemas.IngestReport,
    openapi_extra=_body(_POINT, ["at", "value"], _EXAMPLE),
)
async def push_kpi_samples(
    kpi: LoadedKpi, request: Request, member: CurrentMember, session: CurrentSession, *, dry_run: DryRun = False
) -> Response:
    _admit(request, member)
    samples = schemas.decode_for(kpi.kpi.id, await request.body())
    return await _record(request, member, session, samples, dry_run=dry_run)


@router.post(
    "/partnerships/{partnership_id}/samples",
    operation_id="kpi_create_samples",
    summary="Push samples of several KPIs, at most 10,000",
    response_model=schemas.IngestReport,
    openapi_extra=_body(
        {"kpi_id": {"type": "string", "format": "uuid"}, **_POINT},
        ["kpi_id", "at", "value"],
        {"kpi_id": "01939f61-2d01-7f61-b141-a3548fc06001", **_EXAMPLE},
    ),
)
async def push_samples(
    request: Request, member: CurrentMember, session: CurrentSession, *, dry_run: DryRun = False
) -> Response:
    _admit(request, member)
    return await _record(request, member, session, schemas.decode(await request.body()), dry_run=dry_run)


def _admit(request: Request, member: Member) -> None:
    member.require(Role.CONTRIBUTOR, Role.ALLIANCE_MANAGER, Role.SPONSOR, scope="samples:write")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMedia(N_("Send the samples as application/json."))


async def _record(
    request: Request, member: Member, session: AsyncSession, samples: Sequence[schemas.Sample], *, dry_run: bool
) -> Response:
    if dry_run:
        settlement = await commands.try_samples(session, member.partnership_id, samples)
    else:
        settlement = await commands.record_samples(session, member.partnership_id, member.caller.principal, samples)
    report = _report(settlement, preferred_language(request.headers.get("accept-language", "")))
    return Response(msgspec.json.encode(report), media_type="application/json")


def _report(settlement: Settlement, language: str) -> schemas.Report:
    outcomes = [schemas.SampleOutcome(index, outcome) for index, outcome in enumerate(settlement.outcomes)]
    for index, fault in settlement.faults.items():
        outcomes[index].pointer = f"/samples/{index}/{fault.field}"
        outcomes[index].reason = translate(fault.reason, language)
    count = settlement.outcomes.count
    return schemas.Report(
        accepted=count(Outcome.STORED),
        unchanged=count(Outcome.UNCHANGED),
        corrected=count(Outcome.CORRECTED),
        rejected=len(settlement.faults),
        outcomes=outcomes,
    )
