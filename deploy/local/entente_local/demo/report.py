"""What the demonstration shows on the terminal when the months are over: a timeline, and one loop as a tree."""

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from ..i18n import _
from . import figures
from .moments import Moment, Tone, moments, name_of
from .setting import Setting

STYLES = {
    Tone.WARNING: "yellow",
    Tone.NEUTRAL: "",
    Tone.GOOD: "green",
    Tone.BAD: "red",
    Tone.CONFLICT: "magenta",
}
_SIGNS = {Tone.WARNING: "▲", Tone.NEUTRAL: "·", Tone.GOOD: "✓", Tone.BAD: "✗", Tone.CONFLICT: "⚑"}


def timeline(setting: Setting, told: Sequence[Moment]) -> RenderableType:
    """All moments of all loops by the partnership's calendar."""
    table = Table(title=_("Timeline (original months)"), title_justify="left", title_style="bold", box=box.SIMPLE)
    table.add_column(_("Month"), no_wrap=True, style="cyan")
    table.add_column(_("Figure"), no_wrap=True)
    table.add_column(_("What happened"))
    order = list(setting.kpis.values())
    shown: tuple[str, str] | None = None
    for each in sorted(told, key=lambda each: (each.at, order.index(each.kpi_id))):
        where = figures.original(each.at), short_title(setting.subject(each.kpi_id))
        month, figure = where if where != shown else ("", "")
        table.add_row(month, figure, Text(f"{_SIGNS[each.tone]} {each.text}", STYLES[each.tone]))
        shown = where
    return table


def short_title(subject: str) -> str:
    return {
        "drivers": _("Drivers"),
        "front_passengers": _("Front passengers"),
        "rear_passengers": _("Rear passengers"),
    }[subject]


def tree(trace: dict[str, Any]) -> RenderableType:
    """The causal graph of one loop: under each event what it caused, with the version of the rule that decided."""
    lines = {moment.event_id: moment for moment in moments(trace)}
    branches: dict[str, Tree] = {}
    root: Tree | None = None
    for node in trace["nodes"]:
        label = _label(node, lines.get(node["event_id"]))
        parent = branches.get(str(node["causation_id"]))
        branch = parent.add(label) if parent else Tree(label)
        branches[node["event_id"]] = branch
        root = root or branch
    title = _("Why: the trace of the loop {state}, {count} events").format(
        state=trace["saga"]["state"], count=len(trace["nodes"])
    )
    whole = Tree(Text(title, "bold"), hide_root=False)
    if root:
        whole.children.append(root)
    return whole


def _label(node: dict[str, Any], moment: Moment | None) -> Text:
    label = Text(f"{node['producer']} ", "dim").append(name_of(node), "bold" if moment else "dim")
    if not moment and (state := _state(node["data"])):
        label.append(f"  {state}", "dim")
    if moment:
        label.append(f"  {figures.original(moment.at)}  ", "cyan").append(moment.text, STYLES[moment.tone])
    if node["rule_version"]:
        label.append(_("  rule {version}").format(version=node["rule_version"]), "dim")
    return label


def _state(data: dict[str, Any]) -> str:
    """What a state event says its aggregate has become."""
    return next((f"{name} {data[name]}" for name in ("state", "revision") if name in data), "")
