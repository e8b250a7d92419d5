"""What the partnership's state is, as the API tells it; a state that does not come about fails with a sentence."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from ..i18n import _
from .client import until
from .setting import Setting, moment

Record = dict[str, Any]


def saga(setting: Setting, correlation_id: str) -> Record | None:
    """The loop that a deviation started; None while the gateway has not heard of it."""
    found = setting.list("/sagas")
    return next((each for each in found if each["correlation_id"] == correlation_id), None)


def await_state(setting: Setting, deviation: Record, states: Collection[str]) -> str:
    """Wait until the loop of a deviation is in one of `states`, and return which."""

    def read() -> str:
        found = saga(setting, deviation["correlation_id"])
        return found["state"] if found else "unknown"

    sentence = _("The loop of the deviation of {subject} since {month} is {last} and does not become {states}.")
    return until(
        read,
        lambda state: state in states,
        sentence.format(
            subject=setting.subject(deviation["kpi_id"]),
            month=deviation["opened_at"][:7],
            states=" / ".join(sorted(states)),
            last="{last}",
        ),
    )


def open_decision(setting: Setting, correlation_id: str) -> Record | None:
    """The decision of a loop that waits for votes."""
    found = setting.list("/decisions", status="open")
    return next((each for each in found if each["correlation_id"] == correlation_id), None)


def rolled_back(setting: Setting, kpi_id: str) -> int:
    """How many adjustments for a KPI were taken back because they did not do what they promised."""
    found = setting.list("/verifications")
    return sum(each["kpi_id"] == kpi_id and each["outcome"] == "still_deviating" for each in found)


def await_climb(setting: Setting, case: Record, now: datetime) -> Record:
    """Wait until a case has left the level whose limit has passed on the partnership's clock."""
    sentence = _("The case “{title}” should have climbed by {due}, and did not.")
    return until(
        lambda: setting.get(f"/cases/{case['id']}"),
        lambda found: found["due_at"] is None or moment(found["due_at"]) > now,
        sentence.format(title=case["title"], due=case["due_at"]),
    )
