"""Downloads of samples."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from entente_shared.web import CurrentMember, CurrentSession, Member, Router

from ..definitions.loading import LoadedKpi
from ..series.schemas import From, To
from . import domain, queries
from .child import Pages, to_parquet
from .domain import Exported, Format
from .download import Download

router = Router(tags=["samples"])

As = Annotated[Format, Query(alias="format")]
Described = Annotated[bool, Query(description="add the KPI's name and unit to each row")]
KpiIds = Annotated[list[UUID], Query(alias="kpi_id", max_length=500, description="of these KPIs; none: of all")]
_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "kpi_id, at and value of each sample, KPI by KPI, by rising time",
        "content": {media.partition(";")[0]: {"schema": {"type": "string"}} for media in domain.MEDIA_TYPES.values()},
    }
}


@router.get(
    "/partnerships/{partnership_id}/kpis/{kpi_id}/export",
    operation_id="kpi_export_kpi_samples",
    summary="Download the samples of a KPI as CSV or Parquet",
    response_class=Response,
    responses=_CONTENT,
)
async def export_kpi(
    kpi: LoadedKpi,
    member: CurrentMember,
    request: Request,
    *,
    file_format: As = Format.CSV,
    since: From = None,
    to: To = None,
    described: Described = False,
) -> Response:
    """A download that was broken off has no end: a Parquet file without its footer, a chunked body without its last chunk."""
    of = [Exported(kpi.kpi.id, kpi.kpi.name, kpi.kpi.unit)]
    return _download(request, member, of, f"kpi-{kpi.kpi.id}", file_format, since, to, described=described)


@router.get(
    "/partnerships/{partnership_id}/samples/export",
    operation_id="kpi_export_samples",
    summary="Download the samples of several KPIs, or of all, as CSV or Parquet",
    response_class=Response,
    responses=_CONTENT,
)
async def export_samples(
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    *,
    kpi_ids: KpiIds = [],  # noqa: B006 - FastAPI copies it
    file_format: As = Format.CSV,
    since: From = None,
    to: To = None,
    described: Described = False,
) -> Response:
    """Samples that are stored or corrected while the download runs may be in it or not; all others are, once."""
    of = await queries.select_kpis(session, member.partnership_id, kpi_ids)
    return _download(request, member, of, "samples", file_format, since, to, described=described)


def _download(
    request: Request,
    member: Member,
    of: Sequence[Exported],
    name: str,
    file_format: Format,
    since: datetime | None,
    to: datetime | None,
    *,
    described: bool,
) -> Download:
    selection = queries.Selection(member.partnership_id, of, *queries.select_time(since, to))
    pages = queries.read(request.app.state.runtime.database, member.caller, selection)
    content = _csv if file_format is Format.CSV else to_parquet
    return Download(content(pages, described=described), file_format, name, member.organisation_id)


async def _csv(pages: Pages, *, described: bool) -> AsyncGenerator[bytes, None]:
    yield domain.csv_header(described=described)
    async with aclosing(pages):
        async for page in pages:
            rows = b"".join(domain.csv_rows(chunk, described=described) for chunk in page)
            if rows:
                yield rows
