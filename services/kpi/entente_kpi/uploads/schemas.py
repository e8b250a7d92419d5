"""Bodies of uploads."""

from pydantic import BaseModel, Field


class RefusedLine(BaseModel):
    line: int
    field: str
    reason: str


class UploadReport(BaseModel):
    """What became of the samples. Refused ones are told by line, at most 1,000 of them; `left_off` are not told."""

    lines: int
    stored: int = 0
    unchanged: int = 0
    corrected: int = 0
    quarantined: int = 0
    refused: int = 0
    refusals: list[RefusedLine] = Field(default_factory=list)
    left_off: int = 0
