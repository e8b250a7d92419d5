"""A calendar from what was sent, with every field that cannot be followed named."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from entente_objectives.recurrence.domain import rule_text
from entente_objectives.recurrence.domain.rule_text import InvalidRule
from entente_objectives.recurrence.domain.rules import Rule
from entente_shared.errors import N_, Unprocessable

from .working import Calendar, Hours, Spell

EARLIEST_FIRST = date(1990, 1, 1)
SOON, MOST_LATE = timedelta(days=2 * 366), 10  # so long most rules are sought at most; so many may be sought for longer
SPELLS = ("holidays", "blackouts", "budget_windows", "cycles")


class InvalidCalendar(Unprocessable):
    slug, title = "invalid-calendar", N_("The calendar cannot be followed")


def read(
    calendar_id: UUID, party_id: UUID | None, name: str, zone: str, validation_days: int, content: Mapping[str, Any]
) -> Calendar:
    """`content` holds `hours` and the four lists of spells. Raises InvalidCalendar and InvalidRule with the pointer.

    Whether each rule ever comes is for `check_days`, once: to look for a day can take twenty years of them.
    """
    hours = tuple(_hours(item, f"/hours/{index}") for index, item in enumerate(content["hours"]))
    spells = {kind: _spells(content.get(kind, ()), kind) for kind in SPELLS}
    return Calendar(calendar_id, name, party_id, zone, hours, validation_days=validation_days, **spells)


def check_days(calendar: Calendar) -> None:
    """Raises InvalidRule with the pointer of the first rule that falls on no day, or that is one too many to be sought long."""
    late = 0
    for pointer, rule in _rules(calendar):
        try:
            late += rule_text.require_days(rule) - rule.first_on > SOON
            if late > MOST_LATE:
                raise InvalidRule(
                    N_("{field}: more than {most} rules first come years after their first_on; let it begin later."),
                    most=MOST_LATE,
                )
        except InvalidRule as error:
            raise error.of(InvalidRule, pointer) from None


def _rules(calendar: Calendar) -> Iterator[tuple[str, Rule]]:
    for kind in ("hours", *SPELLS):
        for index, item in enumerate(getattr(calendar, kind)):
            if item.rule is not None:
                yield f"/{kind}/{index}/rrule", item.rule


def _hours(item: Mapping[str, Any], pointer: str) -> Hours:
    opens, closes = time.fromisoformat(item["opens"]), time.fromisoformat(item["closes"])
    if closes <= opens:
        raise InvalidCalendar(
            N_("closes: is not after opens; for work beyond midnight send the part after it as hours of the next day."),
            pointer=f"{pointer}/closes",
        )
    rule = _rule(item, pointer)
    assert rule is not None, "hours have a rule"
    return Hours(rule, opens, closes)


def _spells(items: Sequence[Mapping[str, Any]], kind: str) -> tuple[Spell, ...]:
    return tuple(
        Spell(item["name"], date.fromisoformat(item["first_on"]), item["days"], _rule(item, f"/{kind}/{index}"))
        for index, item in enumerate(items)
    )


def _rule(item: Mapping[str, Any], pointer: str) -> Rule | None:
    if item["rrule"] is None:
        return None
    first_on = date.fromisoformat(item["first_on"])
    if first_on < EARLIEST_FIRST:
        raise InvalidCalendar(
            N_("first_on: a rule that began before {earliest} is not followed; let it begin later."),
            pointer=f"{pointer}/first_on",
            earliest=EARLIEST_FIRST.isoformat(),
        )
    try:
        return rule_text.understand(item["rrule"], first_on)
    except InvalidRule as error:
        raise error.of(InvalidRule, f"{pointer}/rrule") from None
