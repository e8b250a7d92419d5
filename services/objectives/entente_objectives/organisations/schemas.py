"""Bodies of organisations and persons."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from entente_objectives.bodies import Record
from entente_shared.web import Strict, Text


class OrganisationCreate(Strict):
    name: Text


class OrganisationRead(Record):
    id: UUID
    name: str


class PersonCreate(Strict):
    name: Text
    email: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None


class PersonRead(Record):
    """Seen by the person's own organisation only; everybody else meets the opaque id."""

    id: UUID
    organisation_id: UUID
    name: str
    email: str | None
