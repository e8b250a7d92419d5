"""What a closed review tells."""

from entente_shared.events import kpi as events

from .models import ReviewAction, VarianceReview
from .queries import Review


def reviewed(review: Review) -> events.VarianceReviewed:
    row = review.row
    assert row.closed_at is not None, "the review was just closed"
    return events.VarianceReviewed(
        partnership_id=row.partnership_id,
        review_id=row.id,
        title=row.title,
        since=row.since,
        until=row.until,
        closed_at=row.closed_at,
        conclusion=row.conclusion,
        findings=[
            events.VarianceFinding(
                kpi_id=each.kpi_id,
                at=each.at,
                value=each.value,
                progress=each.progress,
                planned=each.planned,
                deviation=each.deviation,
                cause=each.cause,
            )
            for each in review.findings
        ],
        action_ids=[each.id for each in review.actions],
    )


def requested(row: VarianceReview, action: ReviewAction) -> events.ActionRequested:
    assert row.closed_at is not None, "the review was just closed"
    return events.ActionRequested(
        partnership_id=row.partnership_id,
        action_id=action.id,
        review_id=row.id,
        title=action.title,
        owner_member_id=action.owner_member_id,
        party_id=action.party_id,
        due_at=action.due_at,
        requested_at=row.closed_at,
        kpi_id=action.kpi_id,
        objective_id=action.objective_id,
    )
