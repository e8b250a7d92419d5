"""The chart of the demonstration: each series with its planned curve, its deviations and the decisions on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..i18n import _
from . import figures
from .moments import Moment, Tone
from .svg import Scale, Svg, ticks

WIDTH, PLOT, LEFT, PANEL, TOP, LANE = 1440, 840, 70, 340, 92, 44
INK, FAINT, GRID = "#1f2933", "#7b8794", "#e4e7eb"
SERIES, PLAN, BAND, EDGE, LAW = "#1d4e89", "#52606d", "#fbe3e0", "#e08277", "#7a4fa3"
COLOURS = {
    Tone.WARNING: "#c2571a",
    Tone.NEUTRAL: "#52606d",
    Tone.GOOD: "#2f855a",
    Tone.BAD: "#c53030",
    Tone.CONFLICT: "#7a4fa3",
}


@dataclass(frozen=True)
class Plan:
    """A straight planned curve, in force from `starts_at` until `until`."""

    starts_at: datetime
    due_at: datetime
    baseline: float
    target: float
    until: datetime

    def value(self, at: datetime) -> float:
        share = min(max((at - self.starts_at) / (self.due_at - self.starts_at), 0.0), 1.0)
        return self.baseline + (self.target - self.baseline) * share


@dataclass(frozen=True)
class Panel:
    """What is drawn of one KPI. Deviations are (opened, closed or None)."""

    title: str
    points: Sequence[tuple[datetime, float]]
    plans: Sequence[Plan]
    deviations: Sequence[tuple[datetime, datetime | None]]
    moments: Sequence[Moment]


def draw(title: str, subtitle: str, panels: Sequence[Panel], law: datetime) -> str:
    """One SVG with a panel for each KPI, one below the other, on the same time axis. `law` is marked in each."""
    svg = Svg(WIDTH, TOP + PANEL * len(panels) + 20, title)
    svg.text(LEFT, 34, title, 22, font_weight="600")
    svg.text(LEFT, 57, subtitle, 13, fill=FAINT)
    _legend(svg)
    first = min(panel.points[0][0] for panel in panels)
    last = max(panel.points[-1][0] for panel in panels)
    time = Scale(first.timestamp(), last.timestamp(), LEFT, LEFT + PLOT)
    for index, panel in enumerate(panels):
        _Drawing(svg, panel, time, TOP + index * PANEL, last).draw(law)
    return svg.render()


def _legend(svg: Svg) -> None:
    x = LEFT
    for label, colour, dash in ((_("measured"), SERIES, ""), (_("planned"), PLAN, "6 4")):
        svg.line(x, 74, x + 26, 74, stroke=colour, stroke_width=2.2, stroke_dasharray=dash or "none")
        svg.text(x + 32, 78, label, 12)
        x += 50 + 8 * len(label)
    svg.rect(x, 67, 26, 14, fill=BAND, stroke=EDGE, stroke_width=0.6)
    svg.text(x + 32, 78, _("deviation"), 12)
    x += 50 + 8 * len(_("deviation"))
    svg.line(x + 12, 66, x + 12, 82, stroke=LAW, stroke_width=1.4, stroke_dasharray="2 3")
    svg.text(x + 22, 78, _("the law on front seat belts"), 12)


class _Drawing:
    """One panel: marks above, the curves below them, and the list of what the marks mean at the right."""

    def __init__(self, svg: Svg, panel: Panel, time: Scale, top: float, last: datetime) -> None:
        self._svg, self._panel, self._last = svg, panel, last
        self._top, self._bottom = top + 26 + LANE, top + PANEL - 52
        self._head = top + 16
        self._time = time
        planned = [plan.value(at) for plan in panel.plans for at in (plan.starts_at, plan.until)]
        values = [value for _at, value in panel.points] + planned
        margin = 0.06 * (max(values) - min(values))
        self._value = Scale(min(values) - margin, max(values) + margin, self._bottom, self._top)

    def draw(self, law: datetime) -> None:
        self._svg.text(LEFT, self._head, self._panel.title, 15, font_weight="600")
        self._bands()
        self._grid()
        x = self._x(law)
        self._svg.line(x, self._top - 8, x, self._bottom, stroke=LAW, stroke_width=1.4, stroke_dasharray="2 3")
        self._curves()
        self._marks()

    def _x(self, at: datetime) -> float:
        return self._time(at.timestamp())

    def _bands(self) -> None:
        for opened, closed in self._panel.deviations:
            left, right = self._x(opened), self._x(closed or self._last)
            self._svg.rect(left, self._top, max(right - left, 1.0), self._bottom - self._top, fill=BAND)
            self._svg.line(left, self._top, left, self._bottom, stroke=EDGE, stroke_width=0.8)
            if closed:
                self._svg.line(right, self._top, right, self._bottom, stroke=EDGE, stroke_width=0.8)

    def _grid(self) -> None:
        svg, right = self._svg, LEFT + PLOT
        for value in ticks(self._value.low, self._value.high):
            y = self._value(value)
            svg.line(LEFT, y, right, y, stroke=GRID, stroke_width=1)
            svg.text(LEFT - 8, y + 4, f"{value:,.0f}".replace(",", " "), 11, text_anchor="end", fill=FAINT)
        svg.line(LEFT, self._bottom, right, self._bottom, stroke=FAINT, stroke_width=1)
        first = self._panel.points[0][0]
        for year in range(first.year + 1, self._last.year + 1):
            x = self._x(first.replace(year=year, month=1))
            svg.line(x, self._bottom, x, self._bottom + 5, stroke=FAINT, stroke_width=1)
            if year % 2 == 0:
                svg.text(x, self._bottom + 18, str(year), 11, text_anchor="middle")
                svg.text(x, self._bottom + 31, str(year - figures.YEARS_MOVED), 10, text_anchor="middle", fill=FAINT)

    def _curves(self) -> None:
        for plan in self._panel.plans:
            ends = [(self._x(at), self._value(plan.value(at))) for at in (plan.starts_at, plan.until)]
            self._svg.polyline(ends, stroke=PLAN, stroke_width=2, stroke_dasharray="6 4")
        points = [(self._x(at), self._value(value)) for at, value in self._panel.points]
        self._svg.polyline(points, stroke=SERIES, stroke_width=2.2)

    def _marks(self) -> None:
        decisive = sorted((each for each in self._panel.moments if each.decisive), key=lambda each: each.at)
        rows: list[float] = []
        for number, moment in enumerate(decisive, start=1):
            x, colour = self._x(moment.at), COLOURS[moment.tone]
            row = _free_row(rows, x)
            y = self._top - 11 - 19 * row
            self._svg.line(x, y, x, self._bottom, stroke=colour, stroke_width=0.9, opacity=0.55)
            self._badge(x, y, number, colour)
            self._explain(number, moment, colour)

    def _badge(self, x: float, y: float, number: int, colour: str) -> None:
        self._svg.circle(x, y, 8.5, fill=colour, stroke="#ffffff", stroke_width=1)
        self._svg.text(x, y + 3.6, str(number), 10, text_anchor="middle", fill="#ffffff", font_weight="600")

    def _explain(self, number: int, moment: Moment, colour: str) -> None:
        x, y = LEFT + PLOT + 36, self._top - 6 + (number - 1) * 19.5
        self._badge(x, y - 4, number, colour)
        self._svg.text(x + 15, y, figures.original(moment.at), 11.5, fill=FAINT)
        self._svg.text(x + 66, y, moment.text, 11.5)


def _free_row(rows: list[float], x: float) -> int:
    """The lowest row whose last mark, at `rows[row]`, leaves room for one at `x`; remembers it there."""
    row = next((row for row, last in enumerate(rows) if x - last >= 18), len(rows))
    rows[row : row + 1] = [x]
    return row
