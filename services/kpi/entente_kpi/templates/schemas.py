"""Bodies of templates."""

from entente_shared.i18n import translate
from entente_shared.web import Duration, Strict

from ..definitions.domain import Aggregation, Direction, Level
from ..definitions.rule_schemas import RuleBody, rule_body
from .domain import Template


class TemplateRead(Strict):
    """What a KPI made from it starts with; `name` and `description` come in the language that the request prefers."""

    key: str
    name: str
    description: str
    unit: str
    level: Level
    direction: Direction
    aggregation: Aggregation
    cadence: Duration
    rule: RuleBody

    @classmethod
    def of(cls, template: Template, language: str) -> "TemplateRead":
        return cls(
            key=template.key,
            name=translate(template.name, language),
            description=translate(template.description, language),
            unit=template.unit,
            level=template.level,
            direction=template.direction,
            aggregation=template.aggregation,
            cadence=template.cadence,
            rule=rule_body(template.rule),
        )
