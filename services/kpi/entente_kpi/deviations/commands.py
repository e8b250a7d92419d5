"""Bring the deviations of a KPI in line with an evaluation, and tell of it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import Event
from entente_shared.events import kpi as events
from entente_shared.ids import new_id
from entente_shared.outbox import publish

from ..definitions import commands as definitions
from ..evaluation.domain import State
from ..evaluation.queries import Tracked
from ..trajectories.domain import Assessment
from .domain import Crossing, Span
from .models import Deviation


def crossing(row: Deviation) -> Crossing:
    return Crossing(row.crossing, row.opened_at, row.closed_at)


def reconcile(
    session: AsyncSession,
    tracked: Tracked,
    standing: Sequence[Deviation],
    pairs: Sequence[tuple[Crossing | None, Span | None]],
    reason: str,
) -> None:
    """Open, amend, close and annul; `pairs` are those of `domain.match`, `reason` says why one would not have fired."""
    rows = {row.crossing: row for row in standing}
    before = {row.id: _public(row) for row in standing}
    for known, span in pairs:
        if known is None and span is not None:
            row = _open(session, tracked, span)
            rows[row.crossing] = row
        elif known is not None and span is not None:
            _amend(session, tracked, rows[known.number], span)
        elif known is not None:
            _annul(session, rows[known.number], reason)
    for row in rows.values():
        row.state = tracked.shown if _stands_open(row) else State.OK
        if before.get(row.id) != _public(row):
            _tell(session, _public(row), row)


def _stands_open(row: Deviation) -> bool:
    return row.closed_at is None and not row.annulled


def _open(session: AsyncSession, tracked: Tracked, span: Span) -> Deviation:
    """A crossing takes its number when it is first seen, and keeps it."""
    assert span.opened is not None, "a new crossing was seen to open"
    tracked.track.crossings += 1
    rule = definitions.public_rule(tracked.threshold)
    row = Deviation(
        partnership_id=tracked.kpi.partnership_id,
        id=new_id(),
        kpi_id=tracked.kpi.id,
        rule_id=tracked.threshold.id,
        crossing=tracked.track.crossings,
        rule=rule.model_dump(mode="json"),
        annulled=False,
        closed_at=None,
    )
    _record(row, span.opened)
    session.add(row)
    opening = _opening(row, span.opened, rule, contested=tracked.contested)
    row.correlation_id = publish(session, opening, starts_saga=True)
    if span.closed:
        _close(session, row, span.closed)
    return row


def _opening(
    row: Deviation, opened: Assessment, rule: events.ThresholdRule, *, contested: bool
) -> events.DeviationOpened:
    return events.DeviationOpened(
        partnership_id=row.partnership_id,
        deviation_id=row.id,
        kpi_id=row.kpi_id,
        objective_id=row.objective_id,
        crossing=row.crossing,
        at=opened.at,
        value=opened.value,
        planned_value=opened.planned_value,
        gap=opened.gap,
        baseline=row.baseline,
        target=row.target,
        progress=opened.progress,
        planned=opened.planned,
        deviation=opened.deviation,
        rule=rule,
        trajectory_revision=row.trajectory_revision,
        contested=contested,
    )


def _record(row: Deviation, opened: Assessment) -> None:
    trajectory = opened.trajectory
    row.objective_id, row.trajectory_revision = trajectory.objective_id, trajectory.revision
    row.baseline, row.target = trajectory.baseline, trajectory.target
    row.opened_at, row.value, row.planned_value = opened.at, opened.value, opened.planned_value
    row.progress, row.planned, row.deviation = opened.progress, opened.planned, opened.deviation


def _amend(session: AsyncSession, tracked: Tracked, row: Deviation, span: Span) -> None:
    if span.opened:
        _record(row, span.opened)
    if span.closed is None:
        if row.closed_at is not None and span.latest is not None:
            _tell(session, _reopening(row, span.latest, contested=tracked.contested), row)
        row.closed_at = row.closed_value = None
    elif row.closed_at is None:
        _close(session, row, span.closed)
    else:
        row.closed_at, row.closed_value = span.closed.at, span.closed.value


def _reopening(row: Deviation, latest: Assessment, *, contested: bool) -> events.DeviationReopened:
    return events.DeviationReopened(
        partnership_id=row.partnership_id,
        deviation_id=row.id,
        kpi_id=row.kpi_id,
        crossing=row.crossing,
        at=latest.at,
        value=latest.value,
        planned_value=latest.planned_value,
        gap=latest.gap,
        deviation=latest.deviation,
        contested=contested,
    )


def _close(session: AsyncSession, row: Deviation, closed: Assessment) -> None:
    row.closed_at, row.closed_value = closed.at, closed.value
    _tell(
        session,
        events.DeviationClosed(
            partnership_id=row.partnership_id,
            deviation_id=row.id,
            kpi_id=row.kpi_id,
            crossing=row.crossing,
            at=closed.at,
            value=closed.value,
            deviation=closed.deviation,
        ),
        row,
    )


def _annul(session: AsyncSession, row: Deviation, reason: str) -> None:
    row.annulled, row.annulled_because = True, reason
    _tell(
        session,
        events.DeviationAnnulled(
            partnership_id=row.partnership_id,
            deviation_id=row.id,
            kpi_id=row.kpi_id,
            crossing=row.crossing,
            reason=reason,
        ),
        row,
    )


def _public(row: Deviation) -> events.DeviationChanged:
    return events.DeviationChanged(
        partnership_id=row.partnership_id,
        deviation_id=row.id,
        kpi_id=row.kpi_id,
        crossing=row.crossing,
        state=events.DeviationState(row.state),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        annulled=row.annulled,
    )


def _tell(session: AsyncSession, event: Event, row: Deviation) -> None:
    """Whatever happens to a deviation belongs to the saga that it started."""
    publish(session, event, correlation_id=row.correlation_id, causation_id=row.correlation_id)
