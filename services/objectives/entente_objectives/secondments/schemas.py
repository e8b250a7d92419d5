"""Bodies of secondments."""

from datetime import date, datetime
from uuid import UUID

from pydantic import ConfigDict

from entente_objectives.bodies import Day, Record
from entente_shared.web import LongText, Strict

from .domain import SecondmentState

_PERSON, _FROM, _TO = (
    "01939f5f-0b01-7d41-9f21-81326dae4001",
    "01939f60-1c01-7b21-9d01-6f104b8c2001",
    "01939f60-1c01-7b22-9d02-6f104b8c2002",
)


class SecondmentCreate(Strict):
    """From the first day to the last, both included. Whoever proposes it agrees for their own party."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "seconded_person_id": _PERSON,
                    "from_party_id": _FROM,
                    "to_party_id": _TO,
                    "from_on": "2026-06-01",
                    "to_on": "2026-08-31",
                    "purpose": "Learn how the crash tests are read",
                }
            ]
        }
    )

    seconded_person_id: UUID
    from_party_id: UUID
    to_party_id: UUID
    from_on: Day
    to_on: Day
    purpose: LongText


class SecondmentReason(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "She is needed for the tests in July"}]})

    reason: LongText


class SecondmentRead(Record):
    """`lender_person_id` and `borrower_person_id` agreed for the party that lends the person, and for the one that gets them.

    `active`: it is agreed, and today is one of its days. `last_on` is its last day, also where it was ended early.
    """

    id: UUID
    seconded_person_id: UUID
    from_party_id: UUID
    to_party_id: UUID
    from_on: date
    to_on: date
    last_on: date
    purpose: str
    state: SecondmentState
    active: bool
    lender_person_id: UUID | None
    borrower_person_id: UUID | None
    reason: str | None
    proposed_at: datetime
