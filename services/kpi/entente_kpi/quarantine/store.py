"""Writing to the quarantine: series by their digest, samples by `unnest`, both counted under the holder's lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, any_, func, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.ids import new_id

from .domain import Labels, Reason, digest
from .models import QuarantinedSeries, QuarantineHolder

_GIVEN = """
unnest(CAST(:series AS uuid[]), CAST(:times AS timestamptz[]), CAST(:values AS float8[]), CAST(:corrections AS bool[]),
       CAST(:starts AS timestamptz[])) WITH ORDINALITY AS given (series_id, at, value, correction, started_at, number)
"""
_PUT = f"""
WITH put AS (
  INSERT INTO quarantined_sample
         (partnership_id, organisation_id, series_id, at, value, correction, started_at, principal)
  SELECT :partnership_id, :organisation_id, series_id, at, value, correction, started_at, :principal
    FROM {_GIVEN} ORDER BY number
      ON CONFLICT (partnership_id, series_id, at, value)
      DO UPDATE SET position = DEFAULT, correction = excluded.correction, principal = excluded.principal
  RETURNING xmax = 0 AS fresh
)
SELECT count(*) FILTER (WHERE fresh) FROM put
"""  # noqa: S608 - constants
_KNOWN = f"""
SELECT known.series_id IS NULL FROM {_GIVEN}
  LEFT JOIN quarantined_sample AS known ON known.partnership_id = :partnership_id
        AND known.series_id = given.series_id AND known.at = given.at AND known.value = given.value
 ORDER BY number
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Held:
    """One sample for the quarantine; `place` is its index in the request."""

    place: int
    series_id: UUID
    at: datetime
    value: float
    correction: bool
    started_at: datetime | None


async def take_turns(session: AsyncSession, partnership_id: UUID, organisation_id: UUID) -> None:
    """Replays and drops of one organisation go one after the other. Pushes take no part: they lock KPIs, then the holder."""
    key = f"quarantine {partnership_id} {organisation_id}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


async def lock_holder(session: AsyncSession, partnership_id: UUID, organisation_id: UUID) -> tuple[int, int]:
    """Samples and series that the organisation has there; nobody else changes them until the transaction ends."""
    row = {"partnership_id": partnership_id, "organisation_id": organisation_id, "samples": 0, "series": 0}
    statement = upsert(QuarantineHolder).values(row)
    locked = statement.on_conflict_do_update(
        index_elements=["partnership_id", "organisation_id"], set_={"samples": QuarantineHolder.samples}
    ).returning(QuarantineHolder.samples, QuarantineHolder.series)
    found = (await session.execute(locked)).one()
    return found.samples, found.series


async def count_up(
    session: AsyncSession, partnership_id: UUID, organisation_id: UUID, *, samples: int = 0, series: int = 0
) -> None:
    await session.execute(
        update(QuarantineHolder)
        .where(QuarantineHolder.partnership_id == partnership_id, QuarantineHolder.organisation_id == organisation_id)
        .values(samples=QuarantineHolder.samples + samples, series=QuarantineHolder.series + series)
    )


async def put_series(
    session: AsyncSession,
    partnership_id: UUID,
    organisation_id: UUID,
    wanted: Sequence[tuple[str, Labels, Reason]],
    room: int,
) -> tuple[list[UUID | None], int]:
    """The ids of series, None where there is no room for another one; and how many are new."""
    digests = [digest(name, labels) for name, labels, _ in wanted]
    table = QuarantinedSeries
    mine = (table.partnership_id == partnership_id, table.organisation_id == organisation_id)
    given = any_(literal(digests, ARRAY(LargeBinary)))
    found = await session.execute(
        update(table)
        .where(*mine, table.digest == given)
        .values(last_received_at=func.now())
        .returning(table.digest, table.id)
    )
    ids: dict[bytes, UUID] = {bytes(row.digest): row.id for row in found}
    fresh: list[dict[str, Any]] = []
    for key, (name, labels, reason) in zip(digests, wanted, strict=True):
        if key not in ids and len(fresh) < room:
            ids[key] = new_id()
            fresh.append(
                {"partnership_id": partnership_id, "id": ids[key], "organisation_id": organisation_id, "digest": key,
                 "name": name, "labels": dict(labels), "reason": reason}
            )  # fmt: skip
    if fresh:
        await session.execute(insert(table), fresh)
    return [ids.get(key) for key in digests], len(fresh)


async def put_samples(
    session: AsyncSession, partnership_id: UUID, organisation_id: UUID, principal: str, held: Sequence[Held]
) -> int:
    """Keep samples, none of which comes twice; returns how many were not there before."""
    parameters = {
        **_columns(held),
        "partnership_id": partnership_id,
        "organisation_id": organisation_id,
        "principal": principal,
    }
    fresh: int = (await session.execute(text(_PUT), parameters)).scalar_one()
    return fresh


async def which_are_new(session: AsyncSession, partnership_id: UUID, held: Sequence[Held]) -> list[bool]:
    rows = await session.execute(text(_KNOWN), {**_columns(held), "partnership_id": partnership_id})
    return list(rows.scalars())


def _columns(held: Sequence[Held]) -> dict[str, Any]:
    return {
        "series": [each.series_id for each in held],
        "times": [each.at for each in held],
        "values": [each.value for each in held],
        "corrections": [each.correction for each in held],
        "starts": [each.started_at for each in held],
    }
