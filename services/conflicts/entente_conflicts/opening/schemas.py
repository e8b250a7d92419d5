"""The body of a case that a person opens."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from entente_shared.web import Strict, Text


class CaseCreate(Strict):
    """About a deviation, the case continues that deviation's saga and is filled with its events."""

    title: Annotated[Text, Field(examples=["Belt checks were cancelled twice"])]
    description: Annotated[str, Field(max_length=10_000)] = ""
    deviation_id: UUID | None = None
