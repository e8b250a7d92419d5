"""What the parties bring and what they need it for. Pure: ids in, the bodies of requests out.

Each party's resource serves two needs: one that works on a KPI through a lever, and one that it would rather serve. An
adjustment takes from the second for the first, which is why it costs something and has to be decided.
"""

from dataclasses import dataclass
from typing import Any

from ..i18n import _
from .people import INSURER, MAKERS, MINISTRY

CURRENCY = "EUR"
PERIODS = 12
"""Months ahead that are planned."""


@dataclass(frozen=True)
class Resource:
    """`capacity` units in each month, worth `value` each."""

    party: str
    unit: str
    value: str
    capacity: float

    def body(self, name: str) -> dict[str, Any]:
        value = {"amount": self.value, "currency": CURRENCY}
        return {"name": name, "unit": self.unit, "unit_value": value, "capacity": [self.capacity] * PERIODS}


@dataclass(frozen=True)
class Need:
    """Between `least` and `most` units in each month; without a subject it works on no KPI."""

    resource: str
    subject: str | None
    least: float
    most: float
    priority: float


@dataclass(frozen=True)
class Lever:
    """How many casualties a month one more unit is expected to avoid, between `low` and `high`, after `lag`."""

    resource: str
    subject: str
    effect: float
    low: float
    high: float
    lag: str

    def body(self, key: str, source: str, resource_id: str, kpi_id: str) -> dict[str, Any]:
        return {
            "key": key,
            "resource_id": resource_id,
            "kpi_id": kpi_id,
            "effect": -self.effect,
            "effect_low": -self.high,
            "effect_high": -self.low,
            "lag": self.lag,
            "source": source,
            "version": 1,
        }


RESOURCES = {
    "patrols": Resource(MINISTRY, "patrol", "1400", 60.0),
    "airtime": Resource(MAKERS, "spot", "2000", 20.0),
    "fund": Resource(INSURER, "grant", "500", 40.0),
}
NEEDS = {
    "drink_driving": Need("patrols", "drivers", 5.0, 60.0, 1.0),
    "motorways": Need("patrols", None, 10.0, 50.0, 2.0),
    "belt_campaign": Need("airtime", "front_passengers", 2.0, 20.0, 1.0),
    "model_launches": Need("airtime", None, 8.0, 16.0, 2.0),
    "child_seats": Need("fund", "rear_passengers", 5.0, 40.0, 1.0),
    "car_theft": Need("fund", None, 10.0, 30.0, 2.0),
}
LEVERS = {
    "drink-driving-patrols": Lever("patrols", "drivers", 0.8, 0.3, 1.3, "P60D"),
    "belt-campaign": Lever("airtime", "front_passengers", 1.0, 0.4, 1.6, "P60D"),
    "child-seats": Lever("fund", "rear_passengers", 0.5, 0.2, 0.8, "P75D"),
}


def resource_names() -> dict[str, str]:
    return {"patrols": _("Road patrols"), "airtime": _("Advertising time"), "fund": _("Prevention fund")}


def need_names() -> dict[str, str]:
    return {
        "drink_driving": _("Patrols against drink-driving"),
        "motorways": _("Patrols on motorways"),
        "belt_campaign": _("Campaign for seat belts"),
        "model_launches": _("Launches of new models"),
        "child_seats": _("Child seats and belts in the rear"),
        "car_theft": _("Protection against car theft"),
    }


def sources() -> dict[str, str]:
    """Where the expected effects come from."""
    return {
        "drink-driving-patrols": _("Trial in two counties, 1974"),
        "belt-campaign": _("Campaign of 1973"),
        "child-seats": _("Estimate of the insurer"),
    }
