"""A partnership of several parties in the kpi service alone, each with persons who act for it."""

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

import httpx
from kpi.kpi_world import START, Kpi, Kpis

from entente_shared.events import objectives
from entente_shared.events.objectives import Role
from entente_shared.ids import new_id


@dataclass
class Party:
    kpis: Kpis
    organisation: UUID
    id: UUID
    persons: dict[Role, httpx.AsyncClient] = field(default_factory=dict)
    members: dict[Role, UUID] = field(default_factory=dict)

    async def person(self, role: Role) -> httpx.AsyncClient:
        if role not in self.persons:
            person, self.members[role] = new_id(), new_id()
            await self.kpis.deliver(
                objectives.MembershipChanged(
                    partnership_id=self.kpis.id, member_id=self.members[role], party_id=self.id,
                    organisation_id=self.organisation, person_id=person, role=role, active=True,
                )
            )  # fmt: skip
            self.persons[role] = self.kpis.client("person", self.organisation, person)
        return self.persons[role]

    @property
    def system(self) -> httpx.AsyncClient:
        return self.kpis.client("system", self.organisation, None, "samples:write", "organisation:admin")


async def join(kpis: Kpis, count: int) -> list[Party]:
    """Make `kpis` a partnership of so many parties; the first is the one that it has already."""
    parties = [Party(kpis, kpis.organisation, kpis.party), *(Party(kpis, new_id(), new_id()) for _ in range(count - 1))]
    named = [
        objectives.Party(party_id=each.id, organisation_id=each.organisation, name=f"Party {n}", weight=Decimal(1))
        for n, each in enumerate(parties)
    ]
    await kpis.deliver(
        objectives.PartnershipChanged(
            partnership_id=kpis.id, name="Road safety", stage="working_together", parties=named,
            clock=objectives.ClockMode.REPLAY, clock_now=START,
        )
    )  # fmt: skip
    return parties


async def define(client: httpx.AsyncClient, kpis: Kpis, **values: object) -> Kpi:
    body = {"name": "Speed", "unit": "1", "cadence": "P1D", "rule": {"theta_on": -0.25, "theta_off": -0.1}, **values}
    made = await client.post("/kpis", json=body)
    assert made.status_code == 201, made.text
    return Kpi(kpis, UUID(made.json()["id"]))
