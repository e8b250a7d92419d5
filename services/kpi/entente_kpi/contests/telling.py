"""The events of contests. One that concerns an open deviation belongs to its saga."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import kpi as events
from entente_shared.outbox import publish

from ..deviations.models import Deviation
from .models import Contest


def tell_opened(session: AsyncSession, contest: Contest, deviation: Deviation | None) -> None:
    event = events.SampleContested(
        partnership_id=contest.partnership_id,
        contest_id=contest.id,
        kpi_id=contest.kpi_id,
        party_id=contest.party_id,
        from_at=contest.from_at,
        to_at=contest.to_at,
        reason=contest.reason,
        at=contest.opened_at,
        deviation_id=deviation.id if deviation else None,
    )
    _publish(session, contest, event, deviation)


def tell_closed(session: AsyncSession, contest: Contest, deviation: Deviation | None, *, still_contested: bool) -> None:
    assert contest.resolved_at is not None, "it is closed"
    event = events.ContestResolved(
        partnership_id=contest.partnership_id,
        contest_id=contest.id,
        kpi_id=contest.kpi_id,
        outcome=events.ContestState(contest.state),
        reason=contest.resolution or "",
        at=contest.resolved_at,
        deviation_id=deviation.id if deviation else None,
        still_contested=still_contested,
    )
    _publish(session, contest, event, deviation)


def _publish(
    session: AsyncSession,
    contest: Contest,
    event: events.SampleContested | events.ContestResolved,
    deviation: Deviation | None,
) -> None:
    """The event, and after it the contest's state for those who hold automation back."""
    saga = deviation.correlation_id if deviation else None
    event_id = publish(session, event, correlation_id=saga, causation_id=saga)
    publish(session, _state(contest), correlation_id=saga or event_id, causation_id=event_id)


def _state(contest: Contest) -> events.ContestChanged:
    return events.ContestChanged(
        partnership_id=contest.partnership_id,
        contest_id=contest.id,
        kpi_id=contest.kpi_id,
        party_id=contest.party_id,
        from_at=contest.from_at,
        to_at=contest.to_at,
        state=events.ContestState(contest.state),
        opened_at=contest.opened_at,
        resolved_at=contest.resolved_at,
    )
