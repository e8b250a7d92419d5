"""Examples of bodies in the OpenAPI document."""

from typing import Any

PROPOSAL: dict[str, Any] = {
    "based_on": 2,
    "note": "A later due date, as the winter stops the works",
    "objectives": [
        {
            "key": "rear-passengers",
            "title": "Fewer rear passengers killed or seriously injured",
            "kpi_id": "01939f61-2d01-7f61-b141-a3548fc06001",
            "baseline": 401.25,
            "target": 340.0,
            "starts_at": "2026-01-01T00:00:00Z",
            "due_at": "2027-06-30T00:00:00Z",
        }
    ],
    "levers": [
        {
            "key": "patrols-rear",
            "resource_id": "01939f61-2d03-7365-b585-e798d3040003",
            "kpi_id": "01939f61-2d01-7f61-b141-a3548fc06001",
            "effect": -1.8,
            "effect_low": -2.6,
            "effect_high": -0.9,
            "lag": "P61D",
            "source": "Evaluation of roadside checks, 1974",
        }
    ],
    "mandates": [
        {
            "key": "adjustments-committee",
            "domain": "adjustment",
            "tier": "committee",
            "max_amount": {"amount": "250000.00", "currency": "EUR"},
            "support": 0.5,
            "quorum": 0.66,
            "approval": 0.33,
            "expires_after": "P30D",
            "veto": {"grounds": ["safety", "legal_obligation"], "window": "P7D"},
        },
        {
            "key": "adjustments-sponsors",
            "domain": "adjustment",
            "tier": "sponsors",
            "support": 0.5,
            "quorum": 0.5,
            "approval": 0.5,
            "expires_after": "P30D",
        },
        {
            "key": "baselines",
            "domain": "rebaseline",
            "tier": "sponsors",
            "support": 0.5,
            "quorum": 1.0,
            "approval": 0.5,
            "expires_after": "P60D",
        },
    ],
    "ladder": [
        {"name": "Direct talks", "responders": ["alliance_manager"], "limit": "P10D"},
        {"name": "Mediation", "responders": ["mediator", "committee_member"], "limit": "P30D"},
        {"name": "Sponsors", "responders": ["sponsor"], "limit": "P60D"},
    ],
    "floors": [{"party_id": "01939f60-1c01-7b22-9d02-6f104b8c2002", "share": 0.4}],
    "policy": {
        "churn_budget": 120.0,
        "rollback_on_failure": True,
        "verify_samples": 2,
        "damping_half_life": "P14D",
        "cap_per_period": 3,
        "review_period": "P90D",
        "cool_down": "P7D",
    },
}
