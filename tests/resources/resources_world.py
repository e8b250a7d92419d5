"""A partnership as the resources service knows it: events are handled as its consumer does, requests signed as the gateway does."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from support.deliveries import Deliveries

from entente_resources.app import SERVICE
from entente_shared.db import Database
from entente_shared.events import Money, conflicts, kpi, objectives
from entente_shared.events.resources import Change
from entente_shared.ids import new_id

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NAMES = ("Ministry", "Makers", "Insurer")
RULE = kpi.ThresholdRule(
    theta_on=-0.25,
    theta_off=-0.1,
    for_=timedelta(),
    keep=timedelta(),
    stale_after=None,
    evaluation_delay=timedelta(),
    version=1,
)
POLICY = objectives.AdjustmentPolicy(
    churn_budget=100.0, rollback_on_failure=True, verify_samples=2, damping_half_life=14 * DAY, cap_per_period=100,
    review_period=365 * DAY, cool_down=timedelta(),
)  # fmt: skip


def day(number: float) -> datetime:
    return START + number * DAY


def money(amount: str, currency: str = "EUR") -> Money:
    return Money(amount=Decimal(amount), currency=currency)


def mandate(tier: objectives.Tier, limit: str | None) -> objectives.Mandate:
    return objectives.Mandate(
        key=tier.value, domain=objectives.SubjectKind.ADJUSTMENT, tier=tier, max_amount=limit and money(limit), support=0.5,
        quorum=0.5, approval=0.0, expires_after=30 * DAY, veto=None,
    )  # fmt: skip


MANDATES = [
    mandate(objectives.Tier.AUTOMATIC, "1000"), mandate(objectives.Tier.COMMITTEE, "20000"), mandate(objectives.Tier.SPONSORS, None)
]  # fmt: skip


@dataclass
class Told:
    name: str
    data: dict[str, Any]
    row: Any


class Pool(Deliveries):
    """One partnership of three parties of equal weight, alone in the resources service."""

    def __init__(self, stack: Any, database: Database, admin: asyncpg.Connection) -> None:
        super().__init__(database, SERVICE.all_handlers())
        self.stack, self.database, self.admin = stack, database, admin
        self.id = new_id()
        self.organisations = {name: new_id() for name in NAMES}
        self.parties = {name: new_id() for name in NAMES}
        self.clients: list[httpx.AsyncClient] = []
        self.of = {name: self.client("system", name, "organisation:admin") for name in NAMES}

    def client(self, kind: str, name: str, *scopes: str, person: UUID | None = None) -> httpx.AsyncClient:
        organisation = self.organisations.get(name) or new_id()
        token = self.stack.token("resources", kind, organisation, person, *scopes)
        made = httpx.AsyncClient(
            base_url=f"{self.stack.url('resources')}/v1/partnerships/{self.id}",
            headers={"Authorization": f"Bearer {token}"}, timeout=30,
        )  # fmt: skip
        self.clients.append(made)
        return made

    async def found(self) -> "Pool":
        parties = [
            objectives.Party(
                party_id=self.parties[name], organisation_id=self.organisations[name], name=name, weight=Decimal("0.2")
            )
            for name in NAMES
        ]
        event = objectives.PartnershipChanged(
            partnership_id=self.id, name="Road safety", stage="working_together", parties=parties,
            clock=objectives.ClockMode.REPLAY, clock_now=START,
        )  # fmt: skip
        await self.deliver(event)
        return self

    async def member(self, role: objectives.Role, name: str = "Ministry") -> httpx.AsyncClient:
        person = new_id()
        await self.deliver(
            objectives.MembershipChanged(
                partnership_id=self.id, member_id=new_id(), party_id=self.parties[name],
                organisation_id=self.organisations[name], person_id=person, role=role, active=True,
            )
        )  # fmt: skip
        return self.client("person", name, person=person)

    async def sign(self, *levers: objectives.Lever, floors: dict[str, float] | None = None, **policy: Any) -> None:
        floor = [objectives.Floor(party_id=self.parties[name], share=share) for name, share in (floors or {}).items()]
        await self.deliver(
            objectives.CharterSigned(
                partnership_id=self.id, version=1, hash="h", levers=list(levers), mandates=MANDATES, ladder=[], floors=floor,
                policy=POLICY.model_copy(update=policy),
            )
        )  # fmt: skip

    async def post(self, path: str, body: Any, name: str = "Ministry") -> Any:
        answer = await self.of[name].post(path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.of["Ministry"].get(path, params=params)
        assert answer.is_success, answer.text
        return answer.json()

    async def resource(self, *capacity: float, name: str = "Ministry", value: str | None = "100", **other: Any) -> UUID:
        worth = value and {"amount": value, "currency": "EUR"}
        body = {"name": "Patrols", "unit": "h", "unit_value": worth, "capacity": list(capacity), **other}
        return UUID((await self.post("/resources", body, name))["id"])

    async def need(self, name: str, on: UUID, most: float, *, kpi_id: UUID | None = None, **other: Any) -> UUID:
        body = {"name": "Patrols", "kpi_id": kpi_id and str(kpi_id), "resource_ids": [str(on)], "most": most, **other}
        return UUID((await self.post("/needs", body, name))["id"])

    async def cells(self) -> dict[UUID, float]:
        """The allocation in force, by need."""
        return {UUID(cell["need_id"]): cell["amount"] for cell in (await self.get("/allocations/current"))["cells"]}

    async def events(self, name: str | None = None) -> list[Told]:
        """What the service has published of this partnership, in order."""
        rows = await self.admin.fetch(
            "SELECT * FROM outbox WHERE partnership_id = $1 AND snapshot_of IS NULL ORDER BY position", self.id
        )
        told = [Told(row["type"].split(".")[2], json.loads(row["data"]), row) for row in rows]
        return [each for each in told if name in {None, each.name}]


@dataclass
class Roads:
    """Patrols of 20 h shared by two parties, one of whose needs works on a KPI: 1 h more of it lowers the KPI by 2."""

    pool: Pool
    kpi_id: UUID = field(default_factory=new_id)
    crossings: int = 0
    patrols: UUID = field(init=False)
    rural: UUID = field(init=False)
    city: UUID = field(init=False)

    async def ready(
        self, *, value: str | None = "100", effect: float = -2.0, charter: bool = True, **policy: Any
    ) -> "Roads":
        self.patrols = await self.pool.resource(20.0, value=value)
        self.rural = await self.pool.need("Ministry", self.patrols, 20.0, kpi_id=self.kpi_id)
        self.city = await self.pool.need("Makers", self.patrols, 20.0)
        if charter:
            await self.pool.sign(self.lever(effect), **policy)
        await self.pool.post("/allocations", {})
        return self

    def lever(self, effect: float = -2.0, **other: Any) -> objectives.Lever:
        values = {
            "key": "patrols", "resource_id": self.patrols, "kpi_id": self.kpi_id, "effect": effect, "effect_low": effect - 1,
            "effect_high": effect + 1, "lag": 30 * DAY, "source": "trial", "version": 1, **other,
        }  # fmt: skip
        return objectives.Lever(**values)

    async def deviate(self, gap: float = -4.0, at: float = 1, crossing: int | None = None) -> UUID:
        """A deviation opens; returns its id."""
        self.crossings = crossing or self.crossings + 1
        event = self.deviation(gap, at, self.crossings)
        await self.pool.deliver(event)
        return event.deviation_id

    def deviation(self, gap: float, at: float, crossing: int) -> kpi.DeviationOpened:
        return kpi.DeviationOpened(
            partnership_id=self.pool.id, deviation_id=new_id(), kpi_id=self.kpi_id, objective_id=new_id(), crossing=crossing,
            at=day(at), value=100.0, planned_value=100.0 + gap, gap=gap, baseline=110.0, target=80.0, progress=0.3, planned=0.6,
            deviation=-0.3, rule=RULE, trajectory_revision=1,
        )  # fmt: skip

    async def close(self, deviation_id: UUID, at: float = 2) -> None:
        await self.pool.deliver(
            kpi.DeviationClosed(
                partnership_id=self.pool.id, deviation_id=deviation_id, kpi_id=self.kpi_id, crossing=1, at=day(at),
                value=96.0, deviation=0.0,
            )
        )  # fmt: skip

    async def contest(self, contest_id: UUID, state: str, at: float = 3) -> None:
        """Samples of the KPI are disputed, or that is over."""
        event = kpi.ContestChanged(
            partnership_id=self.pool.id, contest_id=contest_id, kpi_id=self.kpi_id, party_id=self.pool.parties["Makers"],
            from_at=day(1), to_at=day(1), state=kpi.ContestState(state), opened_at=day(2),
            resolved_at=None if state == "open" else day(at),
        )  # fmt: skip
        await self.pool.deliver(event)

    async def reopen(self, deviation_id: UUID, gap: float = -4.0, at: float = 3, crossing: int = 1) -> None:
        await self.pool.deliver(
            kpi.DeviationReopened(
                partnership_id=self.pool.id, deviation_id=deviation_id, kpi_id=self.kpi_id, crossing=crossing, at=day(at),
                value=100.0, planned_value=100.0 + gap, gap=gap, deviation=-0.3, contested=False,
            )
        )  # fmt: skip

    async def answers(self, deviation_id: UUID) -> list[tuple[str, str | None]]:
        """State and reason of all that a deviation was answered with, the oldest first."""
        found = (await self.pool.get("/adjustments", deviation_id=str(deviation_id)))["items"]
        return [(each["state"], each["reason"]) for each in sorted(found, key=lambda each: each["created_at"])]

    async def adjustment(self, deviation_id: UUID) -> dict[str, Any]:
        found = (await self.pool.get("/adjustments", deviation_id=str(deviation_id)))["items"]
        assert len(found) == 1, found
        return dict(await self.pool.get(f"/adjustments/{found[0]['id']}"))

    async def decide(
        self, adjustment_id: str, outcome: str = "approved", tier: str = "automatic", at: float = 3
    ) -> objectives.DecisionTaken:
        event = objectives.DecisionTaken(
            partnership_id=self.pool.id, decision_id=new_id(),
            subject=objectives.Subject(kind=objectives.SubjectKind.ADJUSTMENT, id=UUID(adjustment_id)),
            outcome=objectives.Outcome(outcome), tier=objectives.Tier(tier), amount=None, votes=[], tally={}, grounds=None,
            taken_at=day(at), rule_version="A15/1",
        )  # fmt: skip
        await self.pool.deliver(event)
        return event

    async def adjust(self, gap: float = -4.0, at: float = 1, tier: str = "automatic") -> dict[str, Any]:
        """A deviation whose proposal is approved."""
        deviation_id = await self.deviate(gap, at)
        await self.decide((await self.adjustment(deviation_id))["id"], tier=tier, at=at)
        return await self.adjustment(deviation_id)

    async def judge(self, adjustment: dict[str, Any], *, verified: bool) -> None:
        common = {
            "partnership_id": self.pool.id, "adjustment_id": adjustment["id"], "deviation_id": adjustment["deviation_id"],
            "kpi_id": self.kpi_id, "at": day(60), "measured_effect": -4.0, "expected_effect": -4.0,
        }  # fmt: skip
        if verified:
            await self.pool.deliver(kpi.AdjustmentVerified(**common))
        else:
            await self.pool.deliver(kpi.AdjustmentNotVerified(**common, reason=kpi.VerificationFailure.STILL_DEVIATING))

    async def settle(self, *terms: conflicts.Term) -> conflicts.CaseSettled:
        event = conflicts.CaseSettled(
            partnership_id=self.pool.id,
            case_id=new_id(),
            settlement_id=new_id(),
            level=1,
            terms=list(terms),
            settled_at=day(40),
        )
        await self.pool.deliver(event)
        return event

    def term(self, adjustment_id: str | None, *moves: tuple[UUID, float, float]) -> conflicts.AdjustmentTerm:
        return conflicts.AdjustmentTerm(
            adjustment_id=adjustment_id and UUID(adjustment_id), kpi_id=None,
            changes=[
                Change(need_id=need, resource_id=self.patrols, party_id=self.pool.parties["Ministry"], period=0, before=before, after=after)
                for need, before, after in moves
            ],
        )  # fmt: skip
