"""Bodies of rounds, profiles and assessments as they are sent, of which a test changes what it is about."""

from typing import Any

START, END = "2026-01-01T00:00:00Z", "2036-01-01T00:00:00Z"
MIDDLE = "2031-01-01T00:00:00Z"


def expectation(key: str, **changes: Any) -> dict[str, Any]:
    body = {
        "key": key,
        "title": f"About {key}",
        "unit": "1",
        "target_low": 0.0,
        "target_high": 100.0,
        "due_from": START,
        "due_until": END,
    }
    return {**body, **changes}


def asked(*keys: str) -> dict[str, Any]:
    return {"expectations": [expectation(key) for key in keys or ("accidents", "costs")]}


def expected(key: str, importance: float, **changes: Any) -> dict[str, Any]:
    body = {"key": key, "importance": importance, "target": 50.0, "due_at": MIDDLE, "confidence": 0.5}
    return {**body, **changes}


def culture(clan: float, adhocracy: float, market: float, hierarchy: float) -> dict[str, float]:
    return {"clan": clan, "adhocracy": adhocracy, "market": market, "hierarchy": hierarchy}


PRACTICES = {
    "decision_speed": 5.0,
    "risk_appetite": 5.0,
    "planning_horizon": 5.0,
    "formality": 5.0,
    "quality_standards": 5.0,
}
BALANCED = culture(25, 25, 25, 25)


def profile(word: str = "ours", **changes: Any) -> dict[str, Any]:
    body = {
        "motivations": f"{word}: why we are here",
        "ambitions": f"{word}: where to",
        "constraints": f"{word}: what holds us",
        "values": {"now": BALANCED, "preferred": BALANCED},
        "practices": PRACTICES,
        "expectations": [expected("accidents", 60), expected("costs", 40)],
    }
    return {**body, **changes}


def dimension(key: str) -> dict[str, Any]:
    return {
        "key": key,
        "title": f"About {key}",
        "low": "never",
        "middle": "about half the time",
        "high": "always",
    }


def dimensions(*keys: str) -> dict[str, Any]:
    return {"dimensions": [dimension(key) for key in keys or ("reliability",)]}
