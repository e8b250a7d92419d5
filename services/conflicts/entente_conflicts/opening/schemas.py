"""The body of a case that a person opens."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import Strict, Text


class CaseCreate(Strict):
    """About a deviation, the case continues that deviation's saga and is filled with its events."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Belt checks were cancelled twice",
                    "description": "In March and again in April, without a word before",
                    "deviation_id": "01939f70-3e01-7163-9363-c576b1e28001",
                }
            ]
        }
    )

    title: Annotated[Text, Field(examples=["Belt checks were cancelled twice"])]
    description: Annotated[str, Field(max_length=10_000)] = ""
    deviation_id: UUID | None = None
