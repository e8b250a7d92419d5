"""Samples as CSV (RFC 4180), and the columns that every format has."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Format(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"


MEDIA_TYPES = {Format.CSV: "text/csv; charset=utf-8", Format.PARQUET: "application/vnd.apache.parquet"}


@dataclass(frozen=True, slots=True)
class Exported:
    """A KPI as a download names it."""

    id: UUID
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some samples of one KPI, by rising time."""

    kpi: Exported
    points: Sequence[tuple[datetime, float]]


def columns(*, described: bool) -> tuple[str, ...]:
    """Without a description it can be uploaded again as it is."""
    return ("kpi_id", "name", "unit", "at", "value") if described else ("kpi_id", "at", "value")


def unformula(text: str) -> str:
    """What a spreadsheet would run as a formula is marked as text (OWASP: CSV injection). Numbers are left alone."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_header(*, described: bool) -> bytes:
    return (",".join(columns(described=described)) + "\r\n").encode()


def csv_rows(chunk: Chunk, *, described: bool) -> bytes:
    """A value is written as the shortest text that gives the same number again."""
    kpi, out = chunk.kpi, io.StringIO()
    first = (str(kpi.id), unformula(kpi.name), unformula(kpi.unit)) if described else (str(kpi.id),)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows((*first, at.isoformat().replace("+00:00", "Z"), repr(value)) for at, value in chunk.points)
    return out.getvalue().encode()
