"""The chart's panels, read back from the API."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from ..i18n import _
from . import agreement, charts, figures
from .charts import Panel, Plan
from .moments import Moment
from .readback import Record
from .setting import Setting, moment


def chart(setting: Setting, told: Sequence[Moment]) -> str:
    """The SVG of all three series."""
    subtitle = _(
        "Seasonally adjusted trailing three-month means of the real months in Great Britain, "
        "moved by {years} years (original years in grey)"
    ).format(years=figures.YEARS_MOVED)
    panels = [panel(setting, subject, told) for subject in setting.kpis]
    title = _("Road safety: killed or seriously injured in a month")
    return charts.draw(title, subtitle, panels, figures.move(agreement.LAW))


def panel(setting: Setting, subject: str, told: Sequence[Moment]) -> Panel:
    kpi_id = setting.kpis[subject]
    samples = setting.list(f"/kpis/{kpi_id}/samples")
    points = [(moment(each["at"]), each["value"]) for each in samples]
    deviations = setting.list("/deviations", kpi_id=kpi_id)
    return Panel(
        title=agreement.titles()[subject],
        points=points,
        plans=_plans(setting.list(f"/objectives/{setting.objectives[subject]}/revisions"), points[-1][0]),
        deviations=[
            (moment(each["opened_at"]), each["closed_at"] and moment(each["closed_at"]))
            for each in deviations
            if not each["annulled"]
        ],
        moments=[each for each in told if each.kpi_id == kpi_id],
    )


def _plans(revisions: Sequence[Record], end: datetime) -> list[Plan]:
    """Each path until the next one replaced it."""
    ends = [moment(after["revised_at"]) for _before, after in pairwise(revisions)]
    return [
        Plan(
            starts_at=moment(each["starts_at"]),
            due_at=moment(each["due_at"]),
            baseline=each["baseline"],
            target=each["target"],
            until=until,
        )
        for each, until in zip(revisions, [*ends, end], strict=True)
    ]
