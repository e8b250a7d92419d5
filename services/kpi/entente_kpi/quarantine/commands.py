"""Keep samples that belong to no KPI, and drop what a person gives up."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.ids import new_id
from entente_shared.web import Member

from ..sources.domain import ForeignSeries, moment_of
from . import domain, queries, store
from .domain import Reason, SeriesNotFound
from .models import QuarantineDrop, QuarantinedSample, QuarantinedSeries
from .store import Held


async def keep(session: AsyncSession, member: Member, unmapped: Sequence[tuple[ForeignSeries, Reason]]) -> set[int]:
    """Put series into the caller's organisation's quarantine. Returns the places of samples that found no room."""
    partnership_id, organisation_id = member.partnership_id, member.organisation_id
    samples, series = await store.lock_holder(session, partnership_id, organisation_id)
    wanted = [(each.name, each.labels, reason) for each, reason in unmapped]
    ids, fresh_series = await store.put_series(
        session, partnership_id, organisation_id, wanted, domain.MOST_SERIES - series
    )
    held, refused = _held([each for each, _ in unmapped], ids)
    room = domain.MOST_SAMPLES - samples
    if len(held) > room:
        kept = domain.admitted(await store.which_are_new(session, partnership_id, held), room)
        refused.update(each.place for each, stays in zip(held, kept, strict=True) if not stays)
        held = [each for each, stays in zip(held, kept, strict=True) if stays]
    principal = member.caller.principal
    fresh = await store.put_samples(session, partnership_id, organisation_id, principal, held) if held else 0
    await store.count_up(session, partnership_id, organisation_id, samples=fresh, series=fresh_series)
    return refused


def _held(unmapped: Sequence[ForeignSeries], ids: Sequence[UUID | None]) -> tuple[list[Held], set[int]]:
    """In the order of the request, each (series, time, value) once where it stands last; and what has no series."""
    last: dict[tuple[UUID, int, float], Held] = {}
    refused: set[int] = set()
    for series, series_id in zip(unmapped, ids, strict=True):
        if series_id is None:
            refused.update(series.places.tolist())
            continue
        started_at = None if series.started_at is None else moment_of(series.started_at)
        corrections = [False] * len(series.times) if series.corrections is None else series.corrections.tolist()
        columns = (series.places.tolist(), series.times.tolist(), series.values.tolist(), corrections)
        for place, time, value, correction in zip(*columns, strict=True):
            last[series_id, time, value] = Held(place, series_id, moment_of(time), value, correction, started_at)
    return sorted(last.values(), key=lambda each: each.place), refused


async def drop(session: AsyncSession, member: Member, series_ids: Sequence[UUID], because: str) -> int:
    """Throw series away for good; what and why stays readable. Returns the number of samples. Raises SeriesNotFound."""
    await store.take_turns(session, member.partnership_id, member.organisation_id)
    await store.lock_holder(session, member.partnership_id, member.organisation_id)
    sample, series = QuarantinedSample, QuarantinedSeries
    found = (
        await session.execute(
            select(series, func.count(), func.min(sample.at), func.max(sample.at))
            .join(sample, (sample.partnership_id == series.partnership_id) & (sample.series_id == series.id))
            .where(*queries.mine(member, series), series.id.in_(series_ids))
            .group_by(series.partnership_id, series.id)
        )
    ).all()
    if {row[0].id for row in found} != set(series_ids):
        raise SeriesNotFound(domain.NO_SUCH_SERIES)
    count = sum(samples for _, samples, _, _ in found)
    rows = [
        {
            "partnership_id": each.partnership_id, "id": new_id(), "organisation_id": each.organisation_id,
            "digest": each.digest, "name": each.name, "labels": each.labels, "samples": samples, "first_at": first,
            "last_at": last, "because": because, "principal": member.caller.principal,
        }
        for each, samples, first, last in found
    ]  # fmt: skip
    await session.execute(insert(QuarantineDrop), rows)
    await session.execute(
        delete(sample).where(sample.partnership_id == member.partnership_id, sample.series_id.in_(series_ids))
    )
    await remove_empty(session, member, series_ids, samples=count)
    return count


async def remove_empty(session: AsyncSession, member: Member, series_ids: Sequence[UUID], *, samples: int) -> None:
    """Take away those of the series that have no sample left, and count `samples` and them off."""
    sample, series = QuarantinedSample, QuarantinedSeries
    left = select(sample.series_id).where(
        sample.partnership_id == member.partnership_id, sample.series_id.in_(series_ids)
    )
    gone = await session.execute(
        delete(series)
        .where(series.partnership_id == member.partnership_id, series.id.in_(series_ids), series.id.not_in(left))
        .returning(series.id)
    )
    await store.count_up(
        session, member.partnership_id, member.organisation_id, samples=-samples, series=-len(gone.all())
    )
