"""KPIs that most partnerships need, to start from: the articles' own first. What they suggest, the parties may change."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from entente_shared.errors import N_, Unprocessable

from ..definitions.domain import Aggregation, Direction, Level
from ..evaluation.domain import Rule

_DAY = timedelta(days=1)


class UnknownTemplate(Unprocessable):
    slug = "unknown-template"
    title = N_("There is no such template")


def _rule(cadence: timedelta) -> Rule:
    """A quarter of the way behind plan fires, a tenth recovers; two late samples are one too many."""
    return Rule(
        theta_on=-0.25,
        theta_off=-0.1,
        hold=timedelta(0),
        keep=cadence,
        stale_after=3 * cadence,
        evaluation_delay=timedelta(0),
    )


@dataclass(frozen=True, slots=True)
class Template:
    """`name` and `description` are English, marked for translation. A unit of EUR stands for the partnership's currency."""

    key: str
    name: str
    description: str
    unit: str
    level: Level
    direction: Direction
    aggregation: Aggregation
    cadence: timedelta

    @property
    def rule(self) -> Rule:
        return _rule(self.cadence)

    def suggestion(self) -> dict[str, Any]:
        """The fields of a definition that it suggests, but for its texts."""
        names = ("unit", "level", "direction", "aggregation", "cadence", "rule")
        return {"template": self.key, **{name: getattr(self, name) for name in names}}


_STRATEGIC, _TACTICAL, _OPERATIONAL = Level.STRATEGIC, Level.TACTICAL, Level.OPERATIONAL
_RISING, _FALLING, _BAND = Direction.RISING, Direction.FALLING, Direction.BAND
_SUM, _MEAN, _LAST = Aggregation.SUM, Aggregation.MEAN, Aggregation.LAST

TEMPLATES = (
    Template(
        "revenue_generated",
        N_("Revenue generated"),
        N_("What the partnership sold in the period, net of returns and taxes."),
        "EUR", _STRATEGIC, _RISING, _SUM, 30 * _DAY,
    ),
    Template(
        "projects_completed",
        N_("Projects completed"),
        N_("Joint projects whose results both sides accepted in the period."),
        "{project}", _TACTICAL, _RISING, _SUM, 30 * _DAY,
    ),
    Template(
        "customer_satisfaction",
        N_("Customer satisfaction"),
        N_("Share of the surveyed customers who say that they are satisfied or very satisfied."),
        "%", _STRATEGIC, _RISING, _MEAN, 30 * _DAY,
    ),
    Template(
        "speed_of_execution",
        N_("Speed of execution"),
        N_("Days from the order of a joint piece of work to its acceptance."),
        "d", _OPERATIONAL, _FALLING, _MEAN, 7 * _DAY,
    ),
    Template(
        "cost_savings",
        N_("Cost savings"),
        N_("What both sides spent less in the period than they would have spent apart."),
        "EUR", _STRATEGIC, _RISING, _SUM, 30 * _DAY,
    ),
    Template(
        "return_on_investment",
        N_("Return on investment"),
        N_("Attested benefits less costs, as a share of the costs, since the partnership began."),
        "%", _STRATEGIC, _RISING, _LAST, 90 * _DAY,
    ),
    Template(
        "milestones_on_time",
        N_("Milestones on time"),
        N_("Share of the milestones due in the period that were reached by their date."),
        "%", _TACTICAL, _RISING, _MEAN, 30 * _DAY,
    ),
    Template(
        "commitments_kept",
        N_("Commitments kept"),
        N_("Share of the commitments due in the period that were kept by their date."),
        "%", _TACTICAL, _RISING, _MEAN, 30 * _DAY,
    ),
    Template(
        "quality_of_delivery",
        N_("Quality of delivery"),
        N_("Deliveries that had to be done again, as a share of all in the period."),
        "%", _OPERATIONAL, _FALLING, _MEAN, 7 * _DAY,
    ),
    Template(
        "response_time",
        N_("Response time to the partner"),
        N_("Hours until a partner's request is answered."),
        "h", _OPERATIONAL, _FALLING, _MEAN, 7 * _DAY,
    ),
    Template(
        "decision_lead_time",
        N_("Decision lead time"),
        N_("Days from the opening of a decision to its outcome."),
        "d", _TACTICAL, _FALLING, _MEAN, 30 * _DAY,
    ),
    Template(
        "use_of_shared_resources",
        N_("Use of shared resources"),
        N_("Share of the capacity contributed that was used: too little is waste, too much leaves no reserve."),
        "%", _OPERATIONAL, _BAND, _MEAN, 7 * _DAY,
    ),
    Template(
        "people_trained",
        N_("People trained together"),
        N_("People who finished a joint training in the period."),
        "{person}", _OPERATIONAL, _RISING, _SUM, 30 * _DAY,
    ),
    Template(
        "joint_innovations",
        N_("Joint innovations"),
        N_("Ideas of both sides that were put into use in the period."),
        "{innovation}", _STRATEGIC, _RISING, _SUM, 90 * _DAY,
    ),
)  # fmt: skip

_BY_KEY = {template.key: template for template in TEMPLATES}


def find(key: str) -> Template:
    """Raises UnknownTemplate."""
    if key not in _BY_KEY:
        raise UnknownTemplate(N_("No template has this key; GET /v1/kpi-templates lists them."), pointer="/template")
    return _BY_KEY[key]
