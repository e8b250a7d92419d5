"""Store what was computed of a derived KPI, and note the times that have no value."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
from sqlalchemy import delete, insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from ..formulas.domain.evaluation import FAULTS, Fault
from ..formulas.models import FormulaGap
from ..formulas.queries import Defined
from ..ingest import commands as ingest
from ..ingest.columns import Columns
from . import pieces
from .pieces import Piece

MOST_GAPS = 10_000
_BEHIND_MOST_GAPS = text(
    """
DELETE FROM formula_gap WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id AND at < (
  SELECT at FROM formula_gap WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id
   ORDER BY at DESC OFFSET :most LIMIT 1)
"""
)


async def store(session: AsyncSession, partnership_id: UUID, defined: Defined, done: Sequence[Piece]) -> None:
    """Record what differs from what is stored, all at once, and note the times that have no value."""
    fresh = [piece.fresh for piece in done]
    times = np.concatenate([piece.times[where] for piece, where in zip(done, fresh, strict=True)])
    values = np.concatenate([piece.column.values[where] for piece, where in zip(done, fresh, strict=True)])
    if len(times):
        columns = Columns(
            kpi_ids=[defined.row.kpi_id],
            counts=np.array([len(times)]),
            times=times,
            values=values,
            corrections=np.ones(len(times), dtype=np.bool_),
        )
        reason = f"Version {defined.row.version} of its formula has another value since its inputs changed"
        principal = f"formula:{defined.row.version}"
        await ingest.record_columns(session, partnership_id, principal, columns, computed_because=reason)
    for piece in done:
        await _note_gaps(session, partnership_id, defined.row.kpi_id, piece)


async def _note_gaps(session: AsyncSession, partnership_id: UUID, kpi_id: UUID, piece: Piece) -> None:
    """An input that has no value yet is no fault; but a value computed before, where there is none now, is told."""
    faults, stands = piece.column.faults, piece.present
    noted = np.flatnonzero((faults != 0) & (stands | (faults != FAULTS.index(Fault.MISSING))))
    replaced = [FormulaGap.partnership_id == partnership_id, FormulaGap.kpi_id == kpi_id, FormulaGap.at >= piece.since]
    if piece.until is not None:
        replaced.append(FormulaGap.at < piece.until)
    await session.execute(delete(FormulaGap).where(*replaced))
    key = {"partnership_id": partnership_id, "kpi_id": kpi_id}
    rows = [
        {**key, "at": pieces.moment(piece.times[n]), "fault": FAULTS[faults[n]], "value_stands": bool(stands[n])}
        for n in noted.tolist()
    ]
    if rows:
        await session.execute(insert(FormulaGap), rows)
        await session.execute(_BEHIND_MOST_GAPS, {**key, "most": MOST_GAPS - 1})
