"""Types of the fields in HTTP bodies."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from ..events import Money

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_ISO8601 = re.compile(r"P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.ASCII)


class Strict(BaseModel):
    """Base of HTTP bodies: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _timestamp(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise PydanticCustomError("timestamp", "a time as RFC 3339 with an offset is expected")
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))
        moment.astimezone(UTC)  # the ends of the calendar have no equivalent there, and no column could hold them
    except (ValueError, OverflowError):
        raise PydanticCustomError("timestamp", "a time as RFC 3339 with an offset is expected") from None
    return moment


def parse_duration(text: str) -> timedelta:
    """An ISO 8601 duration without years and months, whose length depends on the calendar. Raises ValueError."""
    found = _ISO8601.fullmatch(text)
    if found is None:
        raise ValueError("not an ISO 8601 duration in weeks, days, hours, minutes or seconds")
    weeks, days, hours, minutes, seconds = (float(part) if part else 0.0 for part in found.groups())
    try:
        return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        raise ValueError("too long") from None


def format_duration(value: timedelta) -> str:
    days, rest = value.days, value.seconds
    time = "".join(f"{n}{u}" for n, u in ((rest // 3600, "H"), (rest % 3600 // 60, "M")) if n)
    seconds = rest % 60 + value.microseconds / 1e6
    if seconds:
        time += f"{seconds:g}S"
    return "P" + (f"{days}D" if days else "") + (f"T{time}" if time else "" if days else "T0S")


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str) and len(value) <= 64:
        try:
            return parse_duration(value)
        except ValueError:
            pass
    raise PydanticCustomError("duration", "a duration as ISO 8601 is expected")


def _decimal(value: Any) -> Any:
    try:
        if isinstance(value, str | Decimal) and Decimal(value).is_finite():
            return value
    except InvalidOperation:
        pass
    raise PydanticCustomError("decimal_type", "a decimal number as text is expected")


def _checked(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("string_too_short", "too short", {"min_length": 1})
    return value


Timestamp = Annotated[datetime, BeforeValidator(_timestamp), WithJsonSchema({"type": "string", "format": "date-time"})]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema({"type": "string", "format": "duration", "examples": ["P14D"]}),
]
Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_checked)]
LongText = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(_checked)]


class Amount(Strict):
    """Money: an exact decimal as text, and an ISO 4217 code."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": "12.50", "currency": "EUR"}]})

    amount: Annotated[
        Decimal,
        BeforeValidator(_decimal),
        PlainSerializer(lambda value: format(value, "f"), return_type=str),
        Field(ge=0, max_digits=18, decimal_places=6),
        WithJsonSchema({"type": "string", "examples": ["12.50"]}),
    ]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]

    def money(self) -> Money:
        return Money(amount=self.amount, currency=self.currency)
