"""Bodies of versions."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import ConfigDict, Field

from entente_shared.web import Duration, LongText, Strict

from ..definitions import documents
from ..definitions.domain import Aggregation, Approval, Direction, Level, OnConflict
from ..definitions.rule_schemas import RuleBody, rule_body
from ..definitions.schemas import DefinitionPart, RetentionBody, retention_body
from .domain import VersionState
from .models import KpiApproval, KpiVersion

AfterNumber = Annotated[int, Query(alias="cursor", ge=0, description="`next_cursor` of the page before")]


class ChangeCreate(DefinitionPart):
    """The fields to change, with their new values."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"cadence": "P7D", "reason": "The new system reports weekly"}]}
    )

    reason: LongText | None = Field(None, description="why, for the others to read")


class RefusalCreate(Strict):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "Weekly figures would tell where a single person was hurt"}]}
    )

    reason: LongText


class ApprovalRead(Strict):
    """A party approved; `person_id` acted for it."""

    model_config = ConfigDict(from_attributes=True)

    party_id: UUID
    person_id: UUID
    approved_at: datetime


class DefinitionRead(Strict):
    name: str
    unit: str
    cadence: Duration
    on_conflict: OnConflict
    rule: RuleBody
    description: str | None
    template: str | None
    level: Level
    direction: Direction | None
    aggregation: Aggregation
    sources: list[UUID] | None
    retention: RetentionBody
    approval: Approval


class VersionRead(Strict):
    """A definition as it was proposed. `changes` names the fields that differ from the version that was in force then.

    `effective_at` is when the last party that had to had approved it.
    """

    number: int
    state: VersionState
    definition: DefinitionRead
    changes: list[str]
    reason: str | None
    principal: str
    proposed_at: datetime
    effective_at: datetime | None
    approvals: list[ApprovalRead]
    refused_by: UUID | None
    refused_because: str | None

    @classmethod
    def of(cls, row: KpiVersion, approvals: list[KpiApproval]) -> "VersionRead":
        names = ("number", "state", "changes", "reason", "principal", "proposed_at", "effective_at")
        found = documents.from_json(row.definition)
        texts = {name: getattr(found, name) for name in DefinitionRead.model_fields}
        definition = {**texts, "rule": rule_body(found.rule), "retention": retention_body(found.retention)}
        return cls(
            **{name: getattr(row, name) for name in names},
            definition=DefinitionRead(**definition),
            approvals=[ApprovalRead.model_validate(each) for each in approvals],
            refused_by=row.refused_by,
            refused_because=row.refused_because,
        )
