"""The bodies of a settlement's terms."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from entente_shared.web import LongText, Strict, Text, Timestamp

from . import domain

Value = Annotated[float, Field(ge=-1e15, le=1e15, description="in the KPI's unit")]
Units = Annotated[float, Field(ge=0, le=1e15, description="in the resource's unit")]


class RebaselineWrite(Strict):
    """A new agreed path for an objective, from now on."""

    kind: Literal["rebaseline"]
    objective_id: UUID
    baseline: Value
    target: Value
    due_at: Timestamp

    def draft(self) -> domain.Draft:
        return domain.Rebaseline(self.objective_id, self.baseline, self.target, self.due_at)


class ChangeWrite(Strict):
    """One cell of the allocation: so many units of a resource for a need in a period."""

    need_id: UUID
    resource_id: UUID
    party_id: UUID
    period: Annotated[int, Field(ge=0, le=100_000)]
    before: Units
    after: Units


class AdjustmentWrite(Strict):
    """A reallocation: either `changes`, or the key of an `alternative` of the proposal (by default the case's own)."""

    kind: Literal["adjustment"]
    adjustment_id: UUID | None = None
    kpi_id: UUID | None = None
    alternative: Annotated[Text | None, Field(examples=["least-change"])] = None
    changes: Annotated[list[ChangeWrite], Field(min_length=1, max_length=1000)] | None = None

    def draft(self) -> domain.Draft:
        changes = None if self.changes is None else tuple(domain.Cell(**dict(change)) for change in self.changes)
        return domain.Adjustment(self.adjustment_id, self.kpi_id, self.alternative, changes)


class CommitmentWrite(Strict):
    """What one party promises to do by when."""

    kind: Literal["commitment"]
    party_id: UUID
    what: Annotated[LongText, Field(examples=["Fit rear belts to every new model"])]
    due_at: Timestamp

    def draft(self) -> domain.Draft:
        return domain.Commitment(self.party_id, self.what, self.due_at)


TermWrite = Annotated[RebaselineWrite | AdjustmentWrite | CommitmentWrite, Field(discriminator="kind")]
