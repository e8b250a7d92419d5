"""Bodies of interviews."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import Strict, Timestamp

from . import domain

Quote = Annotated[str, Field(min_length=1, max_length=2_000)]


class CodeBody(Strict):
    """`valence` from -2, against, to 2, for. The quote is told to others only with `share_quote`, and never whose it is."""

    model_config = ConfigDict(from_attributes=True)

    theme: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", examples=["decision-speed"])]
    valence: Annotated[int, Field(strict=True, ge=-2, le=2)]
    quote: Quote | None = None
    share_quote: bool = Field(False, description="the person who was interviewed agreed to it")

    def code(self) -> domain.Code:
        return domain.Code(self.theme, self.valence, self.quote, self.share_quote)


class InterviewPut(Strict):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "held_at": "2026-03-12T10:00:00+01:00",
                    "codes": [
                        {
                            "theme": "decision-speed",
                            "valence": -1,
                            "quote": "We wait three weeks for each patrol",
                            "share_quote": True,
                        }
                    ],
                }
            ]
        }
    )

    held_at: Timestamp
    codes: list[CodeBody] = Field(min_length=1, max_length=50)


class InterviewCreate(InterviewPut):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "party_id": "01939f60-1c01-7b22-9d02-6f104b8c2002",
                    "held_at": "2026-03-12T10:00:00+01:00",
                    "codes": [{"theme": "decision-speed", "valence": -1}],
                }
            ]
        }
    )

    party_id: UUID = Field(description="the party of the person who was interviewed")


class InterviewReceipt(Strict):
    """It does not repeat what was said, as answers to requests may be kept to be sent again."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    party_id: UUID
    version: int


class InterviewRead(InterviewReceipt):
    """For the interviewer alone."""

    held_at: datetime
    codes: list[CodeBody]


class PartyThemeRead(Strict):
    model_config = ConfigDict(from_attributes=True)

    party_id: UUID
    interviews: int
    valence: float


class ThemeRead(Strict):
    """How many interviews touch the theme and how they see it, together and by party: means from -2 to 2."""

    model_config = ConfigDict(from_attributes=True)

    theme: str
    interviews: int
    valence: float
    parties: list[PartyThemeRead]
    quotes: list[str]


class ThemesRead(Strict):
    items: list[ThemeRead]
    rule_version: str
