"""Decisions on adjustments that resources proposed, and the votes in them."""

from datetime import timedelta
from decimal import Decimal

from objectives.charters import START, mandates

from entente_shared.events import Money
from entente_shared.events.resources import AdjustmentProposed
from entente_shared.ids import new_id


def proposed(circle, amount):
    return AdjustmentProposed(
        partnership_id=circle.id,
        adjustment_id=new_id(),
        deviation_id=new_id(),
        kpi_id=new_id(),
        changes=[],
        parties=[],
        gap=-4.0,
        expected_effect=-5.0,
        horizon=timedelta(days=60),
        amount=Money(amount=Decimal(amount), currency="EUR") if amount else None,
        churn=2.0,
        churn_budget=100.0,
        levers=["patrols"],
        alternatives=[],
        penalty=0.0,
        event_time=START,
        certificate={},
        rule_version="A8/1",
    )


async def opened(circle, amount="20000", **committee):
    """A decision on an adjustment, as it is shown once it was opened."""
    await circle.agree(mandates=mandates(**committee))
    return await opened_again(circle, amount)


async def opened_again(circle, amount="20000"):
    event = proposed(circle, amount)
    await circle.producers.tell(event, correlation_id=new_id())
    path = f"{circle.path}/decisions?subject_id={event.adjustment_id}"
    return (await circle.first["sponsor"].eventually(path, lambda page: page["items"]))["items"][0]


async def vote(circle, decision, *choices, who="delegate"):
    """The parties' committee members vote in turn (None: silent); returns the decision after the last vote."""
    for organisation, choice in zip(circle.organisations, choices, strict=False):
        if choice:
            decision = await organisation[who].post(
                f"{circle.path}/decisions/{decision['id']}/votes", {"choice": choice}
            )
    return decision


async def taken(circle, status):
    told = (await circle.heard("decision_taken"))[-1]
    assert told.data["outcome"] == status
    return told
