"""Bodies of formulas."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import Duration, Strict

from .domain.binding import Binding, Definition
from .domain.evaluation import Fault
from .domain.grammar import LONGEST
from .models import FormulaVersion
from .queries import Defined

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Mentioned = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


class FormulaWrite(Strict):
    """Numbers (with a unit in quotes, as 5 'EUR'), + - * / ^, parentheses, min, max, abs, sqrt, log, exp, if(a > b, c, d),
    inputs by the names given here or as {id of a KPI}, and mean(x, P30D), sum(x, P30D), last(x, P30D) over an input.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "formula": "(benefit - cost) / cost",
                    "inputs": {
                        "benefit": "01939f61-2d01-7f61-b141-a3548fc06001",
                        "cost": "01939f61-2d01-7f61-b141-a3548fc06002",
                    },
                    "stale_after": {"cost": "P92D"},
                }
            ]
        }
    )

    formula: str = Field(min_length=1, max_length=LONGEST)
    inputs: dict[Name, UUID] = Field(default_factory=dict, max_length=20, description="KPIs by the formula's names")
    stale_after: dict[Mentioned, Duration] = Field(
        default_factory=dict, max_length=20, description="an input's last value counts for so long; without: for ever"
    )

    def definition(self) -> Definition:
        return Definition(self.formula, self.inputs, self.stale_after)


class FormulaVersionRead(Strict):
    version: int
    formula: str
    inputs: dict[str, UUID]
    stale_after: dict[str, Duration]
    changed_at: datetime
    changed_by: str

    @classmethod
    def of_version(cls, row: FormulaVersion) -> "FormulaVersionRead":
        bindings = {name: Binding.read(stored) for name, stored in row.inputs.items()}
        return cls(
            version=row.version,
            formula=row.formula,
            inputs={name: binding.kpi_id for name, binding in bindings.items()},
            stale_after={name: each.stale_after for name, each in bindings.items() if each.stale_after is not None},
            changed_at=row.changed_at,
            changed_by=row.changed_by,
        )


class FormulaRead(FormulaVersionRead):
    """`due_since`: from this time on its values are still to be computed (null: they are up to date).

    `problem`: why it cannot be computed at all any more.
    """

    kpi_id: UUID
    due_since: datetime | None
    problem: str | None

    @classmethod
    def of(cls, defined: Defined) -> "FormulaRead":
        row, version = defined.row, FormulaVersionRead.of_version(defined.version)
        return cls(**dict(version), kpi_id=row.kpi_id, due_since=defined.due_since, problem=row.problem)


class GapRead(Strict):
    """The formula has no value at `at`. `value_stands`: one that it had there before is still among the samples."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    fault: Fault
    value_stands: bool
