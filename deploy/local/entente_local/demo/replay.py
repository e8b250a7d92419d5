"""The months, one after the other: the clock moves, the figures come in, and the people do what there is to do."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from ..failure import Failure
from ..i18n import _
from . import figures
from .setting import Setting

Months = Sequence[tuple[datetime, Mapping[str, float]]]


def months() -> Months:
    """The smoothed series side by side, in their own years."""
    return figures.by_month({subject: figures.smoothed(series) for subject, series in figures.read_months().items()})


def advance(setting: Setting, month: datetime) -> datetime:
    """Move the partnership's clock to the beginning of `month`; returns that moment in the partnership's years."""
    now = figures.move(month)
    setting.system.post(setting.path("/clock"), {"now": now.isoformat()})
    return now


def push(setting: Setting, month: datetime, values: Mapping[str, float]) -> int:
    """Push the figures of `month` in one request; returns how many."""
    at = figures.move(month).isoformat()
    samples = [{"kpi_id": setting.kpis[subject], "at": at, "value": value} for subject, value in values.items()]
    answer = setting.system.post(setting.path("/samples"), {"samples": samples})
    if answer["accepted"] != len(samples):
        raise Failure(
            _("Of the {count} samples of {month} only {accepted} were accepted."),
            count=len(samples),
            month=f"{month:%Y-%m}",
            accepted=answer["accepted"],
        )
    return len(samples)


def replay(setting: Setting, part: Months, after: Callable[[datetime], None]) -> int:
    """Replay the months of `part`; `after` is called with each month once its figures are in. Returns how many samples."""
    count = 0
    for month, values in part:
        advance(setting, month)
        count += push(setting, month, values)
        after(month)
    return count
