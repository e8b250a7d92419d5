"""What the people of the demonstration do: they vote by what they have seen, and they sign what they agreed on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..failure import Failure
from ..i18n import _
from . import figures, readback
from .agreement import LAW, TARGET
from .people import MAKERS, MANAGER, MINISTRY, SPONSOR
from .readback import Record
from .setting import Setting

PATIENCE = 2
"""So many failed attempts on the same figure, and whoever pays for them votes against the next."""


@dataclass(frozen=True)
class Opinion:
    choice: str
    reason: str


def opinion(organisation: str, subject: str, failed: int) -> Opinion:
    """What an organisation's member votes on an adjustment, after `failed` ones for the same figure."""
    if organisation == MINISTRY:
        return Opinion("yes", _("Every casualty avoided is worth it."))
    if failed >= PATIENCE:
        return Opinion("no", _("We paid for this {count} times, and nothing came of it.").format(count=failed))
    if organisation == MAKERS and subject == "drivers":
        return Opinion("no", _("Patrols are for the state to pay for."))
    return Opinion("yes", _("Worth a try."))


def vote(setting: Setting, decision: Record, subject: str) -> None:
    """Let the electorate vote, one after the other, until the decision is taken."""
    failed = readback.rolled_back(setting, setting.kpis[subject])
    for elector in decision["electorate"]:
        organisation, person = setting.person(elector["person_id"])
        cast = opinion(organisation, subject, failed)
        body = {"choice": cast.choice, "reason": cast.reason}
        decision = person.post(setting.path(f"/decisions/{decision['id']}/votes"), body)
        if decision["status"] != "open":
            return
    raise Failure(_("Everybody voted, and the decision on {subject} is still open."), subject=subject)


@dataclass(frozen=True)
class Agreement:
    """What ends a conflict: since when (original month) the parties are ready, on which terms, signed by whom."""

    since: datetime
    role: str
    terms: Callable[[Setting], list[dict[str, Any]]]
    outcome: str


def _commitment(setting: Setting, party: str, what: str, due_at: datetime) -> dict[str, Any]:
    due = figures.move(due_at).isoformat()
    return {"kind": "commitment", "party_id": setting.parties[party], "what": what, "due_at": due}


def _a_law(setting: Setting) -> list[dict[str, Any]]:
    """No lever reaches what is missing in the front seats: the state promises the law that does."""
    return [
        _commitment(setting, MINISTRY, _("A law that makes wearing front seat belts compulsory is in force."), LAW),
        _commitment(
            setting, MAKERS, _("No new car is sold without front seat belts."), datetime(1979, 1, 1, tzinfo=UTC)
        ),
    ]


def _a_new_path(setting: Setting) -> list[dict[str, Any]]:
    """From where the rear seats stand now to 80% of it, and belts for them."""
    now = setting.get(f"/kpis/{setting.kpis['rear_passengers']}")["latest_value"]
    path = {
        "kind": "rebaseline",
        "objective_id": setting.objectives["rear_passengers"],
        "baseline": now,
        "target": TARGET * now,
        "due_at": figures.move(datetime(1990, 12, 1, tzinfo=UTC)).isoformat(),
    }
    belts = _("Every new car has seat belts in the rear.")
    return [path, _commitment(setting, MAKERS, belts, datetime(1987, 4, 1, tzinfo=UTC))]


def agreements() -> Mapping[str, Agreement]:
    """By the figure that the conflict is about."""
    return {
        "front_passengers": Agreement(datetime(1978, 3, 1, tzinfo=UTC), MANAGER, _a_law, _("The law is on its way.")),
        "rear_passengers": Agreement(
            datetime(1983, 4, 1, tzinfo=UTC), SPONSOR, _a_new_path, _("A new path, and belts in the rear.")
        ),
    }


def settle(setting: Setting, case: Record, agreement: Agreement) -> None:
    """Propose the terms, have every party sign the very text, and close the case."""
    path = setting.path(f"/cases/{case['id']}")
    signatories = [organisation.people[agreement.role] for organisation in setting.organisations.values()]
    proposed = signatories[0].post(f"{path}/settlements", {"terms": agreement.terms(setting)})
    for person in signatories:
        signed = person.post(f"{path}/settlements/{proposed['id']}/signatures", {"hash": proposed["hash"]})
    if signed["state"] != "signed" or signed["missing"]:
        raise Failure(
            _("All parties signed, and the settlement of “{title}” is {state}."),
            title=case["title"],
            state=signed["state"],
        )
    signatories[0].post(f"{path}/closure", {"outcome": agreement.outcome})
