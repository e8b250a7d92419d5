"""Bodies of organisations and persons."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Record
from entente_shared.web import Strict, Text


class OrganisationCreate(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Ministère des Transports"}]})

    name: Text


class OrganisationRead(Record):
    id: UUID
    name: str


class PersonCreate(Strict):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Claire Morel", "email": "claire.morel@ministry.example"}]}
    )

    name: Text
    email: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None


class PersonRead(Record):
    """Seen by the person's own organisation only; everybody else meets the opaque id."""

    id: UUID
    organisation_id: UUID
    name: str
    email: str | None
