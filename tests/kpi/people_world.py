"""A partnership of several parties, and the people who act for them."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
from kpi.kpi_world import START, Kpis, day, stamp
from sqlalchemy import text

from entente_shared.auth import Caller, CallerKind
from entente_shared.events import objectives
from entente_shared.events.objectives import Role
from entente_shared.ids import new_id


@dataclass
class Side:
    """One party: its manager and its system, and as many people as are asked for."""

    circle: "Circle"
    organisation: UUID
    party: UUID
    manager: httpx.AsyncClient = field(init=False)
    system: httpx.AsyncClient = field(init=False)

    async def person(self, role: Role = Role.CONTRIBUTOR, person_id: UUID | None = None) -> httpx.AsyncClient:
        person = person_id or new_id()
        await self.circle.kpis.deliver(
            objectives.MembershipChanged(
                partnership_id=self.circle.kpis.id, member_id=new_id(), party_id=self.party,
                organisation_id=self.organisation, person_id=person, role=role, active=True,
            )
        )  # fmt: skip
        return self.circle.client("person", self.organisation, person)


class Circle:
    """`sides` are the parties, the first of which is the one of `kpis`."""

    def __init__(self, kpis: Kpis) -> None:
        self.kpis = kpis
        self.clients: list[httpx.AsyncClient] = []
        self.sides: list[Side] = []

    def client(self, *of: Any) -> httpx.AsyncClient:
        self.clients.append(self.kpis.client(*of))
        return self.clients[-1]

    async def found(self, parties: int) -> "Circle":
        kpis = self.kpis
        pairs = [(kpis.organisation, kpis.party), *((new_id(), new_id()) for _ in range(parties - 1))]
        listed = [
            objectives.Party(party_id=party, organisation_id=organisation, name=f"Party {number}", weight=Decimal(1))
            for number, (organisation, party) in enumerate(pairs)
        ]
        await kpis.deliver(
            objectives.PartnershipChanged(
                partnership_id=kpis.id, name="Road safety", stage="working_together", parties=listed,
                clock=objectives.ClockMode.REPLAY, clock_now=START,
            )
        )  # fmt: skip
        for organisation, party in pairs:
            side = Side(self, organisation, party)
            side.manager = await side.person(Role.ALLIANCE_MANAGER)
            side.system = self.client("system", organisation, None, "organisation:admin")
            self.sides.append(side)
        return self

    async def count(self, table: str, organisation: UUID, person: UUID | None = None) -> int:
        """How many rows of this partnership the database shows to a caller, whatever a route would."""
        kind = CallerKind.PERSON if person else CallerKind.SYSTEM
        async with self.kpis.database.transaction(Caller(kind, "test", organisation, person)) as session:
            statement = text(f"SELECT count(*) FROM {table} WHERE partnership_id = :id")
            return int((await session.execute(statement, {"id": self.kpis.id})).scalar_one())

    async def close(self) -> None:
        for client in self.clients:
            await client.aclose()


async def ok(answer: Any) -> Any:
    found = await answer
    assert found.is_success, found.text
    return found.json()


async def refused(answer: Any, status: int, slug: str, pointer: str | None = None) -> None:
    found = await answer
    assert (found.status_code, found.json()["type"]) == (status, f"urn:entente:problem:{slug}"), found.text
    if pointer is not None:
        assert found.json()["errors"][0]["pointer"] == pointer


def money(amount, currency="EUR"):
    return {"money": {"amount": amount, "currency": currency}}


def benefit(circle, *shares, **changes):
    shares = shares or ("0.6", "0.4")
    return {
        "title": "One tender for both fleets", "kind": "economies_of_scale", "expected": money("1000.10"),
        "expected_at": stamp(day(100)),
        "beneficiaries": [
            {"party_id": str(side.party), "share": share} for side, share in zip(circle.sides, shares, strict=False)
        ],
        **changes,
    }  # fmt: skip


async def claim(circle, *shares, **changes):
    return await ok(circle.sides[0].manager.post("/benefits", json=benefit(circle, *shares, **changes)))


async def judge(side, path, opinion="attested", **more):
    return await ok(side.manager.post(f"{path}/verdicts", json={"opinion": opinion, "reason": "Seen", **more}))


def cost_of(amount, at=0, currency="EUR", **changes):
    return {"title": "Patrols", "amount": {"amount": amount, "currency": currency}, "at": stamp(day(at)), **changes}
