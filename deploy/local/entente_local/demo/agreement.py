"""What the three parties put into their charter. Pure: ids in, the bodies of requests out."""

from datetime import UTC, datetime
from typing import Any

from ..i18n import _
from . import figures, means
from .people import MANAGER, MEMBER, SPONSOR
from .setting import Setting

PLAN_STARTS, PLAN_DUE = datetime(1976, 1, 1, tzinfo=UTC), datetime(1984, 12, 1, tzinfo=UTC)
TARGET = 0.8
LAW = datetime(1983, 1, 31, tzinfo=UTC)
RULE = {"theta_on": -0.25, "theta_off": -0.1, "for": "P59D", "keep": "P59D"}
"""A deviation has to hold for two months before it counts, and to be gone for two before it is over."""


def titles() -> dict[str, str]:
    """What each KPI is called."""
    return {
        "drivers": _("Drivers killed or seriously injured"),
        "front_passengers": _("Front passengers killed or seriously injured"),
        "rear_passengers": _("Rear passengers killed or seriously injured"),
    }


def kpi(subject: str) -> dict[str, Any]:
    return {
        "name": titles()[subject],
        "unit": "{person}/mo",
        "cadence": "P31D",
        "on_conflict": "reject",
        "rule": RULE,
    }


def charter(setting: Setting, baselines: dict[str, float]) -> dict[str, Any]:
    """The terms that the ministry proposes first."""
    return {
        "based_on": None,
        "objectives": [_objective(subject, kpi_id, baselines[subject]) for subject, kpi_id in setting.kpis.items()],
        "levers": _levers(setting),
        "mandates": _mandates(),
        "ladder": _ladder(90),
        "floors": [{"party_id": party_id, "share": 0.1} for party_id in setting.parties.values()],
        "policy": _policy(),
    }


def counter_proposal(terms: dict[str, Any], based_on: int) -> dict[str, Any]:
    """What the car makers ask for: more time to talk before a conflict climbs."""
    return {**terms, "based_on": based_on, "ladder": _ladder(120)}


def _objective(subject: str, kpi_id: str, baseline: float) -> dict[str, Any]:
    """From the baseline in January 1976 to 80% of it in December 1984, in the partnership's years."""
    return {
        "key": subject.replace("_", "-"),
        "title": titles()[subject],
        "kpi_id": kpi_id,
        "baseline": baseline,
        "target": TARGET * baseline,
        "starts_at": figures.move(PLAN_STARTS).isoformat(),
        "due_at": figures.move(PLAN_DUE).isoformat(),
    }


def _levers(setting: Setting) -> list[dict[str, Any]]:
    sources = means.sources()
    return [
        lever.body(key, sources[key], setting.resources[lever.resource], setting.kpis[lever.subject])
        for key, lever in means.LEVERS.items()
    ]


def _mandates() -> list[dict[str, Any]]:
    """Small adjustments happen by themselves, larger ones need the committee, the largest ones and new goals the sponsors."""
    return [
        _mandate("automatic", "adjustment", "50000"),
        _mandate("committee", "adjustment", "500000"),
        _mandate("sponsors", "adjustment", None),
        _mandate("sponsors", "rebaseline", None),
    ]


def _mandate(tier: str, domain: str, limit: str | None) -> dict[str, Any]:
    return {
        "key": f"{domain}-{tier}",
        "domain": domain,
        "tier": tier,
        "max_amount": limit and {"amount": limit, "currency": means.CURRENCY},
        "support": 0.5,
        "quorum": 0.5,
        "approval": 0.0,
        "expires_after": "P60D",
        "veto": None,
    }


def _ladder(negotiation: int) -> list[dict[str, Any]]:
    return [
        {"name": _("Negotiation"), "responders": [MANAGER], "limit": f"P{negotiation}D"},
        {"name": _("Mediation"), "responders": [MEMBER], "limit": "P365D"},
        {"name": _("Sponsors"), "responders": [SPONSOR], "limit": "P730D"},
    ]


def _policy() -> dict[str, Any]:
    return {
        "churn_budget": 1000.0,
        "rollback_on_failure": True,
        "verify_samples": 3,
        "damping_half_life": "P14D",
        "cap_per_period": 3,
        "review_period": "P365D",
        "cool_down": "P30D",
    }
