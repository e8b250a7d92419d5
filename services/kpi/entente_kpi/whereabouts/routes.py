"""Where a sample went."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from entente_shared.i18n import preferred_language, translate
from entente_shared.web import CurrentMember, CurrentSession, Router, Timestamp

from . import domain, queries
from .schemas import CorrectionRead, DroppedRead, WaitingRead, WhereaboutsRead

router = Router(tags=["samples"])


@router.get(
    "/partnerships/{partnership_id}/samples/whereabouts",
    operation_id="kpi_get_sample_whereabouts",
    summary="Say where a sample went: stored, replaced, rejected, quarantined, dropped or unknown",
)
async def whereabouts(
    *,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    at: Annotated[Timestamp, Query(description="the sample's time")],
    value: Annotated[float | None, Query(allow_inf_nan=False, description="as it was sent")] = None,
    kpi_id: Annotated[UUID | None, Query()] = None,
    name: Annotated[str | None, Query(min_length=1, max_length=500, description="of the foreign series")] = None,
    label: Annotated[list[str] | None, Query(max_length=64, description="key=value, for each of its labels")] = None,
) -> WhereaboutsRead:
    domain.check(by_kpi=kpi_id is not None, by_name=name is not None)
    if kpi_id is not None:
        found = await queries.by_kpi(session, member, kpi_id, at, value)
    else:
        found = await queries.by_series(session, member, name or "", domain.labels(label or []), at, value)
    language = preferred_language(request.headers.get("accept-language", ""))
    return WhereaboutsRead(
        state=found.state,
        reason=translate(domain.REASONS[found.state], language),
        kpi_id=found.kpi_id,
        value=found.value,
        corrections=[CorrectionRead.of(row) for row in found.corrections],
        quarantined=[
            WaitingRead.of(row, row.refused and translate(row.refused, language)) for row in found.quarantined
        ],
        dropped=[DroppedRead.of(row) for row in found.dropped],
    )
