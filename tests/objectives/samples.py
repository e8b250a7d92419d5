"""Valid mandates and terms of a charter, of which a test changes what it is about."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from entente_objectives.mandates.domain import Domain, Mandate, Money, Tier
from entente_objectives.partnerships.domain import Role
from entente_objectives.terms.domain import FloorTerm, Level, LeverTerm, ObjectiveTerm, Policy, Terms

PARTIES = [UUID(int=index) for index in range(1, 4)]
START = datetime(2026, 1, 1, tzinfo=UTC)


def euros(amount):
    return Money(Decimal(str(amount)), "EUR")


def mandate(tier=Tier.COMMITTEE, domain=Domain.ADJUSTMENT, max_amount=None, **changes):
    terms = {
        "key": f"{domain}-{tier}",
        "support": 0.5,
        "quorum": 0.5,
        "approval": 0.0,
        "expires_after": timedelta(days=30),
        "veto": None,
    }
    return Mandate(tier=tier, domain=domain, max_amount=max_amount, **{**terms, **changes})


def mandates():
    return (
        mandate(Tier.AUTOMATIC, max_amount=euros(1000)),
        mandate(Tier.COMMITTEE, max_amount=euros(50000)),
        mandate(Tier.SPONSORS),
        mandate(Tier.SPONSORS, Domain.REBASELINE),
    )


def objective(**changes):
    terms = {
        "key": "drivers",
        "title": "Fewer drivers killed",
        "kpi_id": UUID(int=11),
        "baseline": 100.0,
        "target": 80.0,
        "starts_at": START,
        "due_at": START + timedelta(days=365),
    }
    return ObjectiveTerm(**{**terms, **changes})


def lever(**changes):
    terms = {
        "key": "patrols",
        "resource_id": UUID(int=21),
        "kpi_id": UUID(int=11),
        "effect": -2.0,
        "effect_low": -3.0,
        "effect_high": -1.0,
        "lag": timedelta(days=30),
        "source": "Evaluation of 1974",
        "version": 1,
    }
    return LeverTerm(**{**terms, **changes})


def ladder():
    return (
        Level(name="Direct talks", responders=(Role.ALLIANCE_MANAGER,), limit=timedelta(days=10)),
        Level(name="Mediation", responders=(Role.MEDIATOR,), limit=timedelta(days=30)),
        Level(name="Sponsors", responders=(Role.SPONSOR,), limit=timedelta(days=60)),
    )


def policy(**changes):
    terms = {
        "churn_budget": 100.0,
        "rollback_on_failure": True,
        "verify_samples": 2,
        "damping_half_life": timedelta(days=14),
        "cap_per_period": 3,
        "review_period": timedelta(days=90),
        "cool_down": timedelta(days=7),
    }
    return Policy(**{**terms, **changes})


def terms(**changes):
    parts = {
        "objectives": (objective(),),
        "levers": (lever(),),
        "mandates": mandates(),
        "ladder": ladder(),
        "floors": (FloorTerm(party_id=PARTIES[0], share=0.5),),
        "policy": policy(),
    }
    return Terms(**{**parts, **changes})
