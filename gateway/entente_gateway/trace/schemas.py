"""HTTP bodies of traces and sagas."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from .domain import SagaState


class StepRead(BaseModel):
    """The saga entered `state` by the event `event_id`."""

    model_config = ConfigDict(from_attributes=True)

    state: SagaState
    event_id: UUID
    at: datetime


class SagaRead(BaseModel):
    """The loop that one deviation started. `correlation_id` leads to its trace."""

    model_config = ConfigDict(from_attributes=True)

    correlation_id: UUID
    deviation_id: UUID
    kpi_id: UUID
    state: SagaState
    steps: list[StepRead]


class TraceNode(BaseModel):
    """One event: what happened, by which version of which rule, and in `data` the inputs that it was decided on."""

    model_config = ConfigDict(from_attributes=True)

    event_id: UUID
    position: int
    type: str
    producer: str
    aggregate: str
    aggregate_id: UUID
    aggregate_version: int
    causation_id: UUID | None
    occurred_at: datetime
    rule_version: str | None
    data: dict[str, Any]


class TraceEdge(BaseModel):
    """The event `effect` happened because of the event `cause`."""

    model_config = ConfigDict(from_attributes=True)

    cause: UUID
    effect: UUID


class TraceRead(BaseModel):
    """Why something happened: a graph of events, causes before effects. `saga` is null where no deviation started
    it.
    """

    correlation_id: UUID
    saga: SagaRead | None
    nodes: list[TraceNode]
    edges: list[TraceEdge]
