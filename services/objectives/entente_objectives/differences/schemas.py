"""Bodies of differences."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from entente_objectives.bodies import Record

from .domain import ChangeKind
from .queries import Comparison, TracedChange


class VersionHead(Record):
    """A version without its text, which GET .../charter/versions/{version} has."""

    version: int
    based_on: int | None
    hash: str
    party_id: UUID
    person_id: UUID
    proposed_at: datetime
    note: str | None
    agreed: bool
    withdrawn: bool


class ChangeRead(BaseModel):
    """`path` is a JSON pointer into the content in which an item of a list is named by its key, not by its place:
    `/objectives/{key}/target`, `/levers/{key}`, `/mandates/{key}`, `/ladder/{name}`, `/floors/{party_id}`,
    `/equity/{key}`, `/shares/bands/{key}`, `/confidentiality/{record}`, `/intellectual_property/{key}`,
    `/communication/{type}:{urgency}`, `/parties/{party_id}`.

    `before` and `after` are what stands there. `position_before` and `position_after` are places in the list, from 0, where
    an item came, went or moved. `version` brought the change, proposed by `party_id`; both are null where the two versions
    are more than 50 apart.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "changed",
                    "path": "/objectives/fewer-accidents/target",
                    "before": 80.0,
                    "after": 75.0,
                    "position_before": None,
                    "position_after": None,
                    "version": 3,
                    "party_id": "01939f60-1c01-7b23-9d03-6f104b8c2003",
                }
            ]
        }
    )

    kind: ChangeKind
    path: str
    before: Any
    after: Any
    position_before: int | None
    position_after: int | None
    version: int | None
    party_id: UUID | None

    @classmethod
    def of(cls, traced: TracedChange) -> "ChangeRead":
        return cls(**vars(traced.change), version=traced.version, party_id=traced.party_id)


class DifferencesRead(BaseModel):
    """What turns the content of `before` into that of `after`, beside `version` and `based_on`, which the heads say."""

    before: VersionHead
    after: VersionHead
    changes: Annotated[list[ChangeRead], Field(description="section by section; empty where the terms are the same")]

    @classmethod
    def of(cls, comparison: Comparison) -> "DifferencesRead":
        return cls(
            before=VersionHead.model_validate(comparison.before),
            after=VersionHead.model_validate(comparison.after),
            changes=[ChangeRead.of(change) for change in comparison.changes],
        )
