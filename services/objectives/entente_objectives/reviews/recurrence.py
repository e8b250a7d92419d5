"""When reviews recur: a rule of RFC 5545 in a time zone, so that nine o'clock stays nine o'clock in summer.

Only parts that recur by days or more are taken, and none looks further than `HORIZON`: a rule that never comes to pass
costs no more than that to find out.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrule, rrulestr

from entente_shared.errors import N_

from .domain import InvalidSeries

HORIZON = timedelta(days=366 * 20)
_PARTS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d{0,2}",
    "BYDAY": r"([+-]?[1-5]?(MO|TU|WE|TH|FR|SA|SU))(,[+-]?[1-5]?(MO|TU|WE|TH|FR|SA|SU)){0,6}",
    "BYMONTHDAY": r"-?([1-9]|[12]\d|3[01])(,-?([1-9]|[12]\d|3[01])){0,30}",
    "BYMONTH": r"([1-9]|1[0-2])(,([1-9]|1[0-2])){0,11}",
    "BYSETPOS": r"-?[1-9]\d?",
    "WKST": r"MO|SU",
}


def check(text: str, starts_at: datetime, time_zone: str) -> None:
    """Raises InvalidSeries unless the rule is understood and comes to pass at least once."""
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidSeries(
            N_("time_zone: is not known; give an IANA name such as Europe/Paris, or UTC."), pointer="/time_zone"
        ) from None
    seen = [part.partition("=")[0] for part in text.split(";")]
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if name not in _PARTS or not re.fullmatch(_PARTS[name], value, re.ASCII) or seen.count(name) > 1:
            raise _refused()
    try:
        first = following(text, starts_at, time_zone, starts_at - timedelta(microseconds=1))
    except (ValueError, KeyError, IndexError, TypeError):
        raise _refused() from None
    if first is None:
        raise InvalidSeries(N_("rrule: never comes to pass; choose days that exist."), pointer="/rrule")


def _refused() -> InvalidSeries:
    return InvalidSeries(
        N_("rrule: give a rule of RFC 5545 by FREQ (DAILY to YEARLY), INTERVAL and BY... alone; its end is ends_at."),
        pointer="/rrule",
    )


def following(text: str, starts_at: datetime, time_zone: str, after: datetime) -> datetime | None:
    """The first occurrence later than `after`, in UTC; None where there is none within the horizon of `starts_at`."""
    zone = ZoneInfo(time_zone)
    start = starts_at.astimezone(zone).replace(tzinfo=None)
    rule = rrulestr(text, dtstart=start)
    assert isinstance(rule, rrule), "one rule, without dates beside it"
    found = rule.replace(until=start + HORIZON).after(after.astimezone(zone).replace(tzinfo=None))
    return None if found is None else found.replace(tzinfo=zone).astimezone(UTC)
