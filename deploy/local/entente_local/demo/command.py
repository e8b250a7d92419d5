"""The whole demonstration: found the partnership, replay the months, read everything back, and show it."""

import time
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.text import Text

from ..i18n import _
from . import agreement, environment, expectations, figures, founding, outcome, panels, report
from .client import Door
from .moments import moments
from .people import cast
from .replay import months, replay
from .setting import Setting
from .story import Story

CHART, FIGURES = "chart.svg", "figures.json"


def demo(base_url: str, operator_key: str, output: Path) -> None:
    """Run against the gateway at `base_url`, and write the chart, the figures and demo.env to the folder `output`.

    Every run makes its own organisations and partnership, and gives the same figures. Raises Failure with one sentence where
    a state is wrong, a request is refused, or nobody answers.
    """
    console, began = Console(highlight=False), time.monotonic()
    output.mkdir(parents=True, exist_ok=True)
    _knock(base_url, operator_key)
    door = Door(base_url)
    try:
        setting = _play(console, door, operator_key)
        _show(console, setting, output)
    finally:
        door.close()
    console.print(_("The demonstration took {seconds:.0f} s.").format(seconds=time.monotonic() - began), style="dim")


def _knock(base_url: str, operator_key: str) -> None:
    """Later a service may be away for a while; at the beginning a wrong address or key is told at once."""
    door = Door(base_url, patience=2.0)
    try:
        door.ask(operator_key, "GET", "/me")
    finally:
        door.close()


def _play(console: Console, door: Door, operator_key: str) -> Setting:
    console.print(Rule(_("Road safety: three organisations, one plan"), align="left"))
    console.print(
        _(
            "Real months of Great Britain from January {first} to December {last}, moved by {years} years "
            "into the partnership's: {moved_first} to {moved_last}."
        ).format(
            first=1969,
            last=1984,
            years=figures.YEARS_MOVED,
            moved_first=1969 + figures.YEARS_MOVED,
            moved_last=1984 + figures.YEARS_MOVED,
        )
    )
    everything = months()
    before = [row for row in everything if row[0] < agreement.PLAN_STARTS]
    with _progress(console) as progress:
        task = progress.add_task(_("The organisations meet"), total=len(everything), news="")
        setting = founding.meet(cast(door, operator_key))
        story = Story(setting, lambda text: progress.update(task, news=text))

        def after(month: datetime) -> None:
            progress.update(task, advance=1, description=f"{month:%Y-%m} → {figures.move(month):%Y-%m}")
            if setting.objectives:
                story.after(month)

        replay(setting, before, after)
        founding.agree(setting)
        replay(setting, everything[len(before) :], after)
        progress.update(task, news="")
    return setting


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[news]}"),
        console=console,
    )


def _show(console: Console, setting: Setting, output: Path) -> None:
    read = outcome.read(setting)
    (output / FIGURES).write_text(text := outcome.render(read))
    traces = [setting.get(f"/trace/{saga['correlation_id']}") for saga in setting.list("/sagas")]
    happened = [each for trace in traces for each in moments(trace)]
    console.print(report.timeline(setting, happened))
    console.print()
    console.print(report.tree(max(traces, key=lambda trace: len(trace["saga"]["steps"]))))
    console.print()
    (output / CHART).write_text(panels.chart(setting, happened), encoding="utf-8")
    console.print(Rule(_("Figures"), align="left"))
    console.print(Text(text), soft_wrap=True)
    expectations.check(read)
    _point(console, environment.write(output, setting), output)


def _point(console: Console, variables: Path, output: Path) -> None:
    shown = environment.shown
    console.print(Rule(_("To look at"), align="left"))
    for what, where in (
        (_("The chart"), shown(output / CHART)),
        (_("The figures"), shown(output / FIGURES)),
        (_("Keys and ids for curl"), f". {shown(variables)}"),
    ):
        console.print(Text(f"{what}  ").append(where, "bold"), soft_wrap=True)
