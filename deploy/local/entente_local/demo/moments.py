"""What happened in a loop, one line for each fact of its trace. Pure: a trace in, moments out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..i18n import _

Node = Mapping[str, Any]
Data = Mapping[str, Any]


class Tone(StrEnum):
    """How a fact is shown: what it means for the partnership."""

    WARNING = "warning"
    NEUTRAL = "neutral"
    GOOD = "good"
    BAD = "bad"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Moment:
    """One fact at its moment by the partnership's calendar. `decisive` ones are marked in the chart."""

    event_id: str
    at: datetime
    name: str
    text: str
    tone: Tone
    kpi_id: str
    decisive: bool


@dataclass(frozen=True)
class _Telling:
    """How an event is told: the field with its moment, its sentence, its tone."""

    moment: str | None
    sentence: Callable[[Data], str]
    tone: Tone
    decisive: bool = False


def name_of(node: Node) -> str:
    """`deviation_opened` of `entente.kpi.deviation_opened.v1`."""
    return str(node["type"]).split(".")[2]


def moments(trace: Mapping[str, Any]) -> list[Moment]:
    """The facts of one loop, causes before effects. State events repeat what these tell and are left out."""
    nodes: Sequence[Node] = trace["nodes"]
    times: dict[str, datetime] = {}
    told = []
    kpi_id = str(trace["saga"]["kpi_id"])
    for node in nodes:
        telling = _TELLINGS.get(name_of(node))
        cause = times.get(str(node["causation_id"]), datetime.fromisoformat(node["occurred_at"]))
        at = _moment(telling, node["data"], cause)
        times[str(node["event_id"])] = at
        if telling:
            text, tone = telling.sentence(node["data"]), _tone(telling, node["data"])
            told.append(Moment(node["event_id"], at, name_of(node), text, tone, kpi_id, telling.decisive))
    return told


def _moment(telling: _Telling | None, data: Data, cause: datetime) -> datetime:
    """A fact without a moment of its own happened when its cause did."""
    field = telling.moment if telling else None
    return datetime.fromisoformat(data[field]) if field else cause


def _tone(telling: _Telling, data: Data) -> Tone:
    return Tone.BAD if data.get("outcome") in {"refused", "vetoed", "expired"} else telling.tone


def money(amount: Data | None) -> str:
    """`12 500 EUR`, or that the amount is unknown."""
    return f"{float(amount['amount']):,.0f} {amount['currency']}".replace(",", " ") if amount else _("no value")


def tier(name: str) -> str:
    return {
        "automatic": _("automatically"),
        "alliance_managers": _("by the alliance managers"),
        "committee": _("by the committee"),
        "sponsors": _("by the sponsors"),
    }[name]


def outcome(name: str) -> str:
    return {
        "approved": _("Approved"),
        "refused": _("Refused"),
        "vetoed": _("Vetoed"),
        "expired": _("Expired"),
    }[name]


def _proposed(data: Data) -> str:
    return _("Proposed: {count} cells moved for {effect:+.0f} a month, worth {amount}").format(
        count=len(data["changes"]), effect=data["expected_effect"], amount=money(data["amount"])
    )


def _taken(data: Data) -> str:
    text = _("{outcome} {tier}: {amount}").format(
        outcome=outcome(data["outcome"]), tier=tier(data["tier"]), amount=money(data["amount"])
    )
    count = {choice: sum(vote["choice"] == choice for vote in data["votes"]) for choice in ("yes", "no")}
    return text + (_(", {yes} for, {no} against").format(**count) if data["votes"] else "")


def _opened(data: Data) -> str:
    return _("To be decided {tier}").format(tier=tier(data["tier"]))


def _settled(data: Data) -> str:
    kinds = [term["kind"] for term in data["terms"]]
    names = {"rebaseline": _("new path"), "adjustment": _("adjustment"), "commitment": _("commitment")}
    told = ", ".join(f"{kinds.count(kind)} × {names[kind]}" for kind in dict.fromkeys(kinds))
    return _("Settled and signed by all: {terms}").format(terms=told)


def _rolled_back(data: Data) -> str:
    reasons = {"still_deviating": _("still off plan"), "no_data": _("no data")}
    return _("Rolled back: {reason}").format(reason=reasons.get(data["reason"], data["reason"]))


def _verified(data: Data) -> str:
    return _("Verified: back on plan, {measured:+.0f} measured, {expected:+.0f} expected").format(
        measured=data["measured_effect"], expected=data["expected_effect"]
    )


def _not_verified(data: Data) -> str:
    if data["measured_effect"] is None:
        return _("Not verified: no data")
    return _("Not verified: still off plan, {measured:+.0f} measured, {expected:+.0f} expected").format(
        measured=data["measured_effect"], expected=data["expected_effect"]
    )


def _infeasible(data: Data) -> str:
    return _("Infeasible: the levers reach {best:+.0f} of {gap:+.0f}").format(best=data["best_effect"], gap=data["gap"])


_TELLINGS: dict[str, _Telling] = {
    "deviation_opened": _Telling("at", lambda d: _("Off plan by {gap:+.0f}").format(gap=-d["gap"]), Tone.WARNING),
    "deviation_closed": _Telling("at", lambda _data: _("Back on plan"), Tone.GOOD),
    "deviation_annulled": _Telling(None, lambda _data: _("Annulled by a correction"), Tone.NEUTRAL),
    "adjustment_proposed": _Telling("event_time", _proposed, Tone.NEUTRAL),
    "adjustment_suppressed": _Telling(None, lambda _data: _("Suppressed by damping"), Tone.NEUTRAL, decisive=True),
    "adjustment_infeasible": _Telling(None, _infeasible, Tone.BAD, decisive=True),
    "decision_opened": _Telling("opened_at", _opened, Tone.NEUTRAL),
    "decision_taken": _Telling("taken_at", _taken, Tone.GOOD, decisive=True),
    "adjustment_applied": _Telling(
        "applied_at", lambda d: _("Applied: {count} cells").format(count=len(d["changes"])), Tone.NEUTRAL
    ),
    "adjustment_verified": _Telling("at", _verified, Tone.GOOD, decisive=True),
    "adjustment_not_verified": _Telling("at", _not_verified, Tone.BAD),
    "adjustment_rolled_back": _Telling("at", _rolled_back, Tone.BAD, decisive=True),
    "case_opened": _Telling("opened_at", lambda _data: _("A case is opened"), Tone.CONFLICT),
    "level_reached": _Telling(
        "reached_at",
        lambda d: _("The case is at level {level}: {name}").format(level=d["level"], name=d["name"]),
        Tone.CONFLICT,
        decisive=True,
    ),
    "case_settled": _Telling("settled_at", _settled, Tone.GOOD, decisive=True),
    "case_closed": _Telling("closed_at", lambda d: _("Closed: {outcome}").format(outcome=d["outcome"]), Tone.GOOD),
}
