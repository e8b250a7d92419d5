"""A rule of RFC 5545 read from its text, and refused where days alone cannot follow it."""

import re
from datetime import date, datetime
from typing import Any

from entente_shared.errors import N_, Problem, Unprocessable

from .rules import WEEKDAYS, Freq, Rule, first_day

LONGEST_RULE = 300
EARLIEST, LATEST = 1900, 2200  # years, of UNTIL: beyond, a moment may have no counterpart in another zone
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,4}", re.ASCII)
_RANGES = {"BYMONTH": (1, 12), "BYMONTHDAY": (-31, 31), "BYYEARDAY": (-366, 366), "BYSETPOS": (-366, 366)}
_KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *_RANGES}


class InvalidRule(Unprocessable):
    """`field` names the rule in all details; whoever was sent the rule knows what it is called there, and where it stands."""

    slug, title = "invalid-rule", N_("The recurrence rule cannot be followed")

    def __init__(self, detail: str, **params: Any) -> None:
        super().__init__(detail, **{"field": "rrule", **params})

    def of(self, kind: type[Problem], pointer: str) -> Problem:
        """The same in the caller's terms; `pointer` is that of the rule."""
        own = {**self.params, "field": pointer.rpartition("/")[2]}
        return kind(self.detail, pointer=self.pointer or pointer, **own)


def parse(text: str, first_on: date) -> Rule:
    """The rule that `text` (without "RRULE:") says. Raises InvalidRule, also where it falls on no day."""
    rule = understand(text, first_on)
    require_days(rule)
    return rule


def understand(text: str, first_on: date) -> Rule:
    """The rule that `text` says, which may never come. Raises InvalidRule."""
    return _read(_parts(text), first_on)


def require_days(rule: Rule) -> date:
    """The first day. Raises InvalidRule where there is none in twenty years."""
    if (found := first_day(rule)) is None:
        raise InvalidRule(N_("{field}: falls on no day in its first twenty years; choose days that exist."))
    return found


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.upper().split(";") if len(text) <= LONGEST_RULE else [""]:
        name, _, value = part.partition("=")
        if name not in _KNOWN or not value or name in parts:
            raise InvalidRule(
                N_(
                    "{field}: is no list of {known}, each once; write it as in RFC 5545, e.g. FREQ=WEEKLY;BYDAY=MO,TU. "
                    "Hours stand beside the rule."
                ),
                known=", ".join(sorted(_KNOWN)),
            )
        parts[name] = value
    return parts


def _read(parts: dict[str, str], first_on: date) -> Rule:
    if parts.get("FREQ") not in set(Freq):
        raise InvalidRule(N_("{field}: FREQ is missing or not one of DAILY, WEEKLY, MONTHLY, YEARLY; choose one."))
    if "COUNT" in parts and "UNTIL" in parts:
        raise InvalidRule(N_("{field}: has both COUNT and UNTIL; keep one."))
    freq = Freq(parts["FREQ"])
    until, until_at = _until(parts["UNTIL"]) if "UNTIL" in parts else (None, None)
    by_day = tuple(_day(item) for item in parts["BYDAY"].split(",")) if "BYDAY" in parts else ()
    if freq in {Freq.DAILY, Freq.WEEKLY} and any(ordinal for ordinal, _ in by_day):
        raise InvalidRule(
            N_("{field}: BYDAY has a number, which only MONTHLY and YEARLY give a meaning; leave it out.")
        )
    if (freq is Freq.WEEKLY and "BYMONTHDAY" in parts) or (freq is not Freq.YEARLY and "BYYEARDAY" in parts):
        raise InvalidRule(
            N_("{field}: BYMONTHDAY does not go with WEEKLY, and BYYEARDAY only with YEARLY; leave it out.")
        )
    if "BYSETPOS" in parts and not any(name in parts for name in ("BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY")):
        raise InvalidRule(N_("{field}: BYSETPOS chooses among days of another part; add BYDAY or BYMONTHDAY."))
    return Rule(
        first_on,
        freq,
        _whole("INTERVAL", parts.get("INTERVAL", "1"), 1, 1000),
        _whole("COUNT", parts["COUNT"], 1, 9999) if "COUNT" in parts else None,
        until,
        until_at,
        _weekday(parts.get("WKST", "MO")),
        by_day,
        _numbers(parts, "BYMONTH"),
        _numbers(parts, "BYMONTHDAY"),
        _numbers(parts, "BYYEARDAY"),
        tuple(_numbers(parts, "BYSETPOS")),
    )


def _whole(name: str, text: str, low: int, high: int) -> int:
    if not _WHOLE.fullmatch(text) or not low <= int(text) <= high or int(text) == 0:
        raise InvalidRule(
            N_("{field}: {name} is not made of whole numbers from {low} to {high} but 0; correct it."),
            name=name, low=low, high=high,
        )  # fmt: skip
    return int(text)


def _numbers(parts: dict[str, str], name: str) -> frozenset[int]:
    return (
        frozenset(_whole(name, item, *_RANGES[name]) for item in parts[name].split(","))
        if name in parts
        else frozenset()
    )


def _weekday(text: str) -> int:
    if text not in WEEKDAYS:
        raise InvalidRule(N_("{field}: WKST is no weekday; write MO, TU, WE, TH, FR, SA or SU."))
    return WEEKDAYS.index(text)


def _day(text: str) -> tuple[int, int]:
    found = _DAY.fullmatch(text)
    if found is None or (found[1] and not 1 <= abs(int(found[1])) <= 53):
        raise InvalidRule(
            N_("{field}: BYDAY is no list of weekdays; write e.g. MO,TU or 1MO (the first) or -1FR (the last).")
        )
    return int(found[1] or 0), WEEKDAYS.index(found[2])


def _until(text: str) -> tuple[date, datetime | None]:
    """The day; and the moment where it was written as one (in UTC, by its Z)."""
    try:
        moment = datetime.fromisoformat(text if _UNTIL.fullmatch(text) else "")
    except ValueError:
        raise InvalidRule(N_("{field}: UNTIL is no day; write it as 20261231.")) from None
    if not EARLIEST <= moment.year <= LATEST:
        raise InvalidRule(
            N_("{field}: UNTIL is not from {earliest} to {latest}; write a day between, or leave it out for no end."),
            earliest=EARLIEST, latest=LATEST,
        )  # fmt: skip
    return moment.date(), moment if moment.tzinfo else None
