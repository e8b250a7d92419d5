"""What bodies share: records, pages, and times that stay computable."""

import re
from datetime import date, datetime, timedelta
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from entente_shared.errors import N_
from entente_shared.web import Duration, Page, Timestamp

EARLIEST, LATEST = 1900, 2200
LONGEST = timedelta(days=36525)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _computable(value: datetime) -> datetime:
    if not EARLIEST <= value.year <= LATEST:
        raise ValueError(N_("A time from 1900 to 2200 is expected here."))
    return value


def _bounded(value: timedelta) -> timedelta:
    if value > LONGEST:
        raise ValueError(N_("At most a hundred years (P36525D) are expected here."))
    return value


def _day(value: Any) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else value
    except ValueError:
        day = None
    if not isinstance(day, date) or isinstance(day, datetime) or not EARLIEST <= day.year <= LATEST:
        raise ValueError(N_("A day from 1900 to 2200 as 2026-01-31 is expected here."))
    return day


# A deadline is a time plus a span: within these bounds their sum exists.
Moment = Annotated[Timestamp, AfterValidator(_computable)]
Span = Annotated[Duration, AfterValidator(_bounded)]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


class Record(BaseModel):
    """Read from a row."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


R = TypeVar("R", bound=Record)


def page_of(read: type[R], found: tuple[list[Any], str | None]) -> Page[R]:
    """The page of `read` bodies for what `web.paginate` found."""
    rows, next_cursor = found
    return Page(items=[read.model_validate(row) for row in rows], next_cursor=next_cursor)
