"""Who takes part: three organisations, each with a system and with people in three roles, and a key for each of them."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from ..i18n import _
from .client import Caller, Door

SPONSOR, MANAGER, MEMBER = "sponsor", "alliance_manager", "committee_member"
ROLES = (SPONSOR, MANAGER, MEMBER)
MINISTRY, MAKERS, INSURER = "ministry", "makers", "insurer"
_SCOPES = ["organisation:admin", "samples:write", "clock:advance"]
_CAST: dict[str, tuple[str, dict[str, str]]] = {
    MINISTRY: ("0.4", {SPONSOR: "Helen Marlowe", MANAGER: "Peter Aldous", MEMBER: "Ruth Kessler"}),
    MAKERS: ("0.3", {SPONSOR: "Jean Fabre", MANAGER: "Claire Rouvier", MEMBER: "Marc Tellier"}),
    INSURER: ("0.3", {SPONSOR: "Anna Lindqvist", MANAGER: "Tomas Berg", MEMBER: "Eva Sandell"}),
}


@dataclass(frozen=True)
class Organisation:
    """A party to be. `people` are its members' callers by role, `persons` their ids."""

    id: str
    key: str
    name: str
    weight: str
    system: Caller
    people: dict[str, Caller]
    persons: dict[str, str]

    @property
    def party(self) -> dict[str, Any]:
        members = [{"person_id": self.persons[role], "role": role} for role in ROLES]
        return {"organisation_id": self.id, "weight": self.weight, "members": members}


def name_of(key: str) -> str:
    return {
        MINISTRY: _("Ministry of Transport"),
        MAKERS: _("Federation of Car Makers"),
        INSURER: _("Mutual Road Insurer"),
    }[key]


def cast(door: Door, operator_key: str) -> dict[str, Organisation]:
    """New organisations with their people and keys: the operator makes each organisation and its first key, its system the rest."""
    operator = Caller(_("the operator"), operator_key, door)
    run = uuid4().hex[:4]  # several demonstrations may live on one deployment
    return {key: _organisation(operator, key, run) for key in _CAST}


def _organisation(operator: Caller, key: str, run: str) -> Organisation:
    weight, names = _CAST[key]
    name = f"{name_of(key)} ({run})"
    organisation_id = operator.post("/organisations", {"name": name})["id"]
    made = {"kind": "system", "label": name, "organisation_id": organisation_id, "scopes": _SCOPES}
    system = Caller(name, operator.post("/keys", made)["secret"], operator.door)
    people, persons = {}, {}
    for role, person in names.items():
        persons[role] = system.post(f"/organisations/{organisation_id}/persons", {"name": person})["id"]
        held = {"kind": "person", "label": person, "organisation_id": organisation_id, "person_id": persons[role]}
        people[role] = Caller(person, system.post("/keys", held)["secret"], operator.door)
    return Organisation(organisation_id, key, name, weight, system, people, persons)
