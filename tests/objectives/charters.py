"""Bodies of charters as they are sent, of which a test changes what it is about."""

from typing import Any

from entente_shared.ids import new_id

START = "2026-01-01T00:00:00Z"


def mandate(tier: str, max_amount: str | None = None, domain: str = "adjustment", **changes: Any) -> dict[str, Any]:
    body = {
        "key": f"{domain}-{tier}".replace("_", "-"),
        "domain": domain,
        "tier": tier,
        "max_amount": {"amount": max_amount, "currency": "EUR"} if max_amount else None,
        "support": 0.5,
        "quorum": 0.5,
        "approval": 0.0,
        "expires_after": "P30D",
        "veto": None,
    }
    return {**body, **changes}


def mandates(**committee: Any) -> list[dict[str, Any]]:
    return [
        mandate("automatic", "1000"),
        mandate("committee", "50000", **committee),
        mandate("sponsors"),
        mandate("sponsors", domain="rebaseline"),
    ]


def objective(key: str = "drivers", **changes: Any) -> dict[str, Any]:
    body = {
        "key": key,
        "title": "Fewer drivers killed",
        "kpi_id": str(new_id()),
        "baseline": 100.0,
        "target": 80.0,
        "starts_at": START,
        "due_at": "2027-01-01T00:00:00Z",
    }
    return {**body, **changes}


def charter(**changes: Any) -> dict[str, Any]:
    body = {
        "based_on": None,
        "objectives": [objective()],
        "levers": [
            {
                "key": "patrols",
                "resource_id": str(new_id()),
                "kpi_id": str(new_id()),
                "effect": -2.5,
                "effect_low": -3.0,
                "effect_high": -1.0,
                "lag": "P30D",
                "source": "Evaluation of 1974",
                "version": 1,
            }
        ],
        "mandates": mandates(),
        "ladder": [
            {"name": "Direct talks", "responders": ["alliance_manager"], "limit": "P10D"},
            {"name": "Mediation", "responders": ["mediator", "committee_member"], "limit": "P30D"},
            {"name": "Sponsors", "responders": ["sponsor"], "limit": "P60D"},
        ],
        "floors": [],
        "policy": {
            "churn_budget": 100.0,
            "rollback_on_failure": True,
            "verify_samples": 2,
            "damping_half_life": "P14D",
            "cap_per_period": 3,
            "review_period": "P90D",
            "cool_down": "P7D",
        },
    }
    return {**body, **changes}
