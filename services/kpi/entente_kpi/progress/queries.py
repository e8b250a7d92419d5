"""The newest samples of a KPI, however dense or sparse they are."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from ..evaluation.queries import Tracked
from ..series import store
from ..trajectories.domain import BEGINNING

_MANY = 4  # times as many as wanted are read at most, at a time
_TRIES = 12


async def newest(
    session: AsyncSession, tracked: Tracked, count: int, until: datetime | None = None
) -> list[store.Point]:
    """At most `count`, by rising time, the last of them at or before `until`; found by looking back further or less far.

    Of a series much denser than its cadence there may be fewer.
    """
    kpi, latest_at = tracked.kpi, tracked.track.latest_at
    if latest_at is None:
        return []
    end = min(until or latest_at, latest_at)
    whole = end - BEGINNING
    back, too_far, found = min(count * kpi.cadence, whole), False, list[store.Point]()
    for _ in range(_TRIES):
        begin, most = end - back, _MANY * count
        page = await store.read_range(
            session, kpi.partnership_id, kpi.id, since=begin, until=end + store.INSTANT, limit=most + 1
        )
        if len(page) > most:
            too_far, back = True, back / _MANY
            continue
        found = page
        if too_far or len(found) >= count or back >= whole:
            break
        back = min(back * _MANY, whole)
    return found[-count:]
