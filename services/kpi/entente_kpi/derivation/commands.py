"""Compute derived KPIs whose inputs changed: piece by piece, inputs before what is computed from them.

What is due are rows, written with the samples; they go in the transaction that stores what was computed, so that a crash
costs nothing but time. A row of the formula graph is locked meanwhile: of one partnership one worker computes at a time.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import Problem

from ..evaluation import queries as tracks
from ..formulas import commands as formulas
from ..formulas import queries
from ..formulas.compiling import compile_formula
from ..formulas.domain import evaluation, graph
from ..formulas.domain.tree import Node, names, windows
from ..formulas.models import FormulaDue, FormulaGraph
from ..formulas.queries import Defined
from ..ingest.domain import EARLIEST, LATEST
from ..series import store
from . import pieces, storing
from .domain import Span, affected, merge
from .pieces import Piece

_MARKS, _PIECES = 500, 50  # in one turn
_TURN = timedelta(milliseconds=200)
_ABSORB = text(
    """
DELETE FROM timer WHERE (partnership_id, kind, subject_id) IN (
  SELECT partnership_id, kind, subject_id FROM timer
   WHERE partnership_id = :partnership_id AND kind = :kind AND due_at <= now() FOR UPDATE SKIP LOCKED)
"""
)
_TAKE = text(
    """
DELETE FROM formula_due WHERE (partnership_id, kpi_id, id) IN (
  SELECT partnership_id, kpi_id, id FROM formula_due
   WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id ORDER BY id LIMIT :most)
RETURNING since, until, input_id
"""
)


async def compute_next(session: AsyncSession, partnership_id: UUID) -> None:
    """Compute one piece of one derived KPI that is due, and come back if there is more.

    One timer does for all that are due by now: what they stand for is found below.
    """
    now = (await session.execute(select(func.now()))).scalar_one()
    if not await _take_turn(session, partnership_id):
        await formulas.wake(session, partnership_id, now + _TURN)
        return
    await session.execute(_ABSORB, {"partnership_id": partnership_id, "kind": formulas.TIMER})
    due = await _load_due(session, partnership_id)
    kpi_id = graph.next_due(await queries.load_edges(session, partnership_id), due)
    if kpi_id is None:
        return
    await _compute(session, partnership_id, kpi_id)
    if await _load_due(session, partnership_id):
        await formulas.wake(session, partnership_id, now)


async def _take_turn(session: AsyncSession, partnership_id: UUID) -> bool:
    of_partnership = select(FormulaGraph.version).where(FormulaGraph.partnership_id == partnership_id)
    return (await session.execute(of_partnership.with_for_update(skip_locked=True))).first() is not None


async def _load_due(session: AsyncSession, partnership_id: UUID) -> set[UUID]:
    statement = select(FormulaDue.kpi_id).where(FormulaDue.partnership_id == partnership_id).distinct()
    return set(await session.scalars(statement))


async def _compute(session: AsyncSession, partnership_id: UUID, kpi_id: UUID) -> None:
    """What is due from the earliest time on, as far as a turn goes. What is marked meanwhile stays marked."""
    marks = (await session.execute(_TAKE, {"partnership_id": partnership_id, "kpi_id": kpi_id, "most": _MARKS})).all()
    defined = await queries.get(session, partnership_id, kpi_id)
    try:
        done, left = await _evaluate(session, partnership_id, defined, marks)
    except Problem as problem:  # it could be computed when it was defined: units or cadences have changed since
        defined.row.problem = str(problem)
        return
    defined.row.problem = None
    await storing.store(session, partnership_id, defined, done)
    key = {"partnership_id": partnership_id, "kpi_id": kpi_id}
    if left:
        await session.execute(insert(FormulaDue), [{**key, "since": each.since, "until": each.until} for each in left])


async def _evaluate(
    session: AsyncSession, partnership_id: UUID, defined: Defined, marks: Sequence[Row[Any]]
) -> tuple[list[Piece], list[Span]]:
    """The pieces of this turn, and the spans that are left for later."""
    root, widest = await _compile(session, partnership_id, defined)
    if defined.row.problem is not None:  # what changed in between was not computed
        left = [Span(EARLIEST, None)]
    else:
        left = await _spans(session, partnership_id, marks, widest)
    done: list[Piece] = []
    while left and len(done) < _PIECES and sum(len(each.times) for each in done) < pieces.SIZE // 2:
        span = left.pop(0)
        piece = await _evaluate_piece(session, partnership_id, defined, root, widest, span)
        done.append(piece)
        if not piece.ended and piece.until is not None:
            left.insert(0, Span(piece.until, span.until))
    return done, left


async def _compile(session: AsyncSession, partnership_id: UUID, defined: Defined) -> tuple[Node, dict[UUID, timedelta]]:
    """The tree, and how far back it looks at each input that it has a window over."""
    bindings = defined.bindings
    kpi_ids = {defined.row.kpi_id, *(binding.kpi_id for binding in bindings.values())}
    tracked = {each.kpi.id: each for each in await tracks.read(session, partnership_id, kpi_ids)}
    root = compile_formula(defined, tracked)
    widest: dict[UUID, timedelta] = {}
    for name, width in windows(root).items():
        kpi_id = bindings[name].kpi_id
        widest[kpi_id] = max(width, widest.get(kpi_id, width))
    return root, widest


async def _spans(
    session: AsyncSession, partnership_id: UUID, marks: Sequence[Row[Any]], widest: Mapping[UUID, timedelta]
) -> list[Span]:
    """The times whose values the marked changes may have changed."""
    spans: list[Span] = []
    for mark in marks:
        if mark.input_id is None or mark.until is None:
            spans.append(Span(mark.since, mark.until))
            continue
        later = await store.read_range(
            session, partnership_id, mark.input_id, since=mark.until + store.INSTANT, until=LATEST, limit=1
        )
        following = later[0][0] if later else None
        spans.append(affected(mark.since, mark.until, following, widest.get(mark.input_id)))
    return merge(spans)


async def _evaluate_piece(
    session: AsyncSession,
    partnership_id: UUID,
    defined: Defined,
    root: Node,
    widest: Mapping[UUID, timedelta],
    span: Span,
) -> Piece:
    bindings = defined.bindings
    kpi_ids = {binding.kpi_id for binding in bindings.values()}
    piece = await pieces.read(session, partnership_id, defined.row.kpi_id, kpi_ids, widest, span)
    series = {
        name: evaluation.Series(*piece.inputs[bindings[name].kpi_id], bindings[name].stale_after)
        for name in names(root)
    }
    piece.column = evaluation.evaluate(root, piece.times, series)
    return piece
