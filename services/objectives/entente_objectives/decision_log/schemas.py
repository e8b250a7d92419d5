"""Bodies of the decision log."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict

from entente_objectives.bodies import Record
from entente_objectives.governance.schemas import DecisionRead
from entente_shared.web import LongText, Strict

from .domain import Dissent
from .queries import Entry


class DissentCreate(Strict):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "The stand costs more than the fair brought in last year."}]}
    )

    reason: LongText


class DissentRead(Record):
    """`elector_ids` are those whose no `person_id` cast. `reason` came with the vote, `statement` was recorded after it."""

    person_id: UUID
    party_id: UUID
    elector_ids: list[UUID]
    reason: str | None
    statement: str | None
    recorded_at: datetime | None

    @classmethod
    def of(cls, dissent: Dissent) -> "DissentRead":
        said = dissent.statement
        return cls(
            person_id=dissent.person_id,
            party_id=dissent.party_id,
            elector_ids=list(dissent.elector_ids),
            reason=dissent.reason,
            statement=said.reason if said else None,
            recorded_at=said.recorded_at if said else None,
        )


class LogEntryRead(Record):
    """`title` is the proposal's. `reasons_awaited` are those who voted no, lost, and have not said why."""

    title: str | None
    decision: DecisionRead
    dissents: list[DissentRead]
    reasons_awaited: list[UUID]

    @classmethod
    def of(cls, entry: Entry) -> "LogEntryRead":
        return cls(
            title=entry.title,
            decision=DecisionRead.of(entry.poll),
            dissents=[DissentRead.of(dissent) for dissent in entry.dissents],
            reasons_awaited=[dissent.person_id for dissent in entry.dissents if dissent.reason_is_awaited],
        )
