"""The partnership as the demonstration's people see it: its ids, and who may ask for what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..failure import Failure
from ..i18n import _
from .client import Caller
from .people import MANAGER, MINISTRY, Organisation


@dataclass
class Setting:
    """`parties`, `kpis`, `objectives`, `resources` and `needs` are ids by the keys that this package uses."""

    id: str
    organisations: Mapping[str, Organisation]
    parties: Mapping[str, str]
    kpis: dict[str, str] = field(default_factory=dict)
    objectives: dict[str, str] = field(default_factory=dict)
    resources: dict[str, str] = field(default_factory=dict)
    needs: dict[str, str] = field(default_factory=dict)

    @property
    def manager(self) -> Caller:
        """The ministry's alliance manager, who reads for everybody."""
        return self.organisations[MINISTRY].people[MANAGER]

    @property
    def system(self) -> Caller:
        """The ministry's system, which pushes the figures."""
        return self.organisations[MINISTRY].system

    def path(self, rest: str = "") -> str:
        return f"/partnerships/{self.id}{rest}"

    def get(self, rest: str, **parameters: Any) -> Any:
        return self.manager.get(self.path(rest), **parameters)

    def list(self, rest: str, **parameters: Any) -> list[Any]:
        return self.manager.list(self.path(rest), **parameters)

    def subject(self, kpi_id: str) -> str:
        """Which of the three series a KPI is."""
        return next(subject for subject, known in self.kpis.items() if known == kpi_id)

    def person(self, person_id: str) -> tuple[str, Caller]:
        """The organisation's key and the caller of a person."""
        for key, organisation in self.organisations.items():
            for role, known in organisation.persons.items():
                if known == person_id:
                    return key, organisation.people[role]
        raise Failure(_("Person {person} is not one of the partnership's."), person=person_id)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
