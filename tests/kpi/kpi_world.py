"""A partnership as the kpi service knows it: events are handled as its consumer does, requests are signed as the gateway does."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from support.deliveries import Deliveries

from entente_kpi.app import SERVICE
from entente_shared.db import Database
from entente_shared.events import objectives, resources
from entente_shared.ids import new_id

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
RULE = {"theta_on": -0.25, "theta_off": -0.1}


def day(number: float) -> datetime:
    return START + number * DAY


def stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


class Kpis(Deliveries):
    """One partnership with one organisation, alone in the kpi service."""

    def __init__(self, stack: Any, database: Database, admin: asyncpg.Connection) -> None:
        super().__init__(database, SERVICE.all_handlers())
        self.stack, self.database, self.admin = stack, database, admin
        self.id, self.organisation, self.party = new_id(), new_id(), new_id()
        self.other_organisation, self.other_party = new_id(), new_id()
        self.http = self.client("system", self.organisation, None, "samples:write", "organisation:admin")

    def client(
        self, kind: str, organisation: UUID | None, person: UUID | None = None, *scopes: str
    ) -> httpx.AsyncClient:
        token = self.stack.token("kpi", kind, organisation, person, *scopes)
        return httpx.AsyncClient(
            base_url=f"{self.stack.url('kpi')}/v1/partnerships/{self.id}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )

    async def found(self, clock_now: datetime | None = None) -> "Kpis":
        party = objectives.Party(
            party_id=self.party, organisation_id=self.organisation, name="Ministry", weight=Decimal(1)
        )
        await self.deliver(
            objectives.PartnershipChanged(
                partnership_id=self.id, name="Road safety", stage="working_together", parties=[party],
                clock=objectives.ClockMode.REPLAY if clock_now else objectives.ClockMode.REAL, clock_now=clock_now,
            )
        )  # fmt: skip
        return self

    async def advance(self, now: datetime) -> None:
        await self.deliver(objectives.ClockAdvanced(partnership_id=self.id, now=now))

    async def member(self, role: objectives.Role, *, other_party: bool = False) -> httpx.AsyncClient:
        """A person of the one organisation, or of another one that is a party too."""
        person = new_id()
        party, organisation = (
            (self.other_party, self.other_organisation) if other_party else (self.party, self.organisation)
        )
        await self.deliver(
            objectives.MembershipChanged(
                partnership_id=self.id, member_id=new_id(), party_id=party, organisation_id=organisation,
                person_id=person, role=role, active=True,
            )
        )  # fmt: skip
        return self.client("person", organisation, person)

    async def define(self, on_conflict: str = "reject", **rule: Any) -> "Kpi":
        body = {"name": "Speed", "unit": "1", "cadence": "P1D", "on_conflict": on_conflict, "rule": {**RULE, **rule}}
        made = await self.http.post("/kpis", json=body)
        assert made.status_code == 201, made.text
        return Kpi(self, UUID(made.json()["id"]))

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.http.get(path, params=params)
        assert answer.is_success, answer.text
        return answer.json()

    async def events(self, name: str | None = None) -> list["Told"]:
        """What the service has published of this partnership, in order, but for snapshots that consumers asked for."""
        rows = await self.admin.fetch(
            "SELECT * FROM outbox WHERE partnership_id = $1 AND snapshot_of IS NULL ORDER BY position", self.id
        )
        told = [Told(row["type"].split(".")[2], json.loads(row["data"]), row) for row in rows]
        return [each for each in told if name in {None, each.name}]


@dataclass
class Told:
    name: str
    data: dict[str, Any]
    row: Any


@dataclass
class Kpi:
    """`agreed` and `push` speak in days from START; the trajectory is level enough for values to be read as deviations."""

    partnership: Kpis
    id: UUID
    objective: UUID = field(default_factory=new_id)

    async def agree(
        self, *, baseline: float = 0.0, target: float = 1.0, starts: float = 0, due: float = 1e5, **other: Any
    ) -> None:
        version = other.pop("version", None)
        values = {
            "partnership_id": self.partnership.id, "objective_id": self.objective, "kpi_id": self.id, "title": "Faster",
            "baseline": baseline, "target": target, "starts_at": day(starts), "due_at": day(due), "curve": "linear", "revision": 1,
            "first_baseline": baseline, "reason": "", "decision_id": None, "active": True, **other,
        }  # fmt: skip
        await self.partnership.deliver(objectives.TrajectoryChanged(**values), version=version)

    async def push(self, values: dict[float, float], *, correction: bool = False, **params: Any) -> Any:
        samples = [{"at": stamp(day(at)), "value": value, "correction": correction} for at, value in values.items()]
        answer = await self.partnership.http.post(f"/kpis/{self.id}/samples", json={"samples": samples}, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def deviations(self) -> list[Any]:
        return (await self.partnership.get("/deviations", kpi_id=self.id))["items"]

    async def spans(self) -> list[tuple[int, str, str | None, bool]]:
        """(crossing, day opened, day closed, annulled) of each deviation."""
        return [
            (each["crossing"], _day(each["opened_at"]), _day(each["closed_at"]), each["annulled"])
            for each in await self.deviations()
        ]

    async def state(self) -> str:
        return str((await self.partnership.get(f"/kpis/{self.id}"))["state"])

    async def apply_adjustment(self, deviation_id: str, **values: Any) -> tuple[UUID, UUID]:
        """Returns the ids of the event and of its correlation."""
        correlation_id = new_id()
        event = resources.AdjustmentApplied(
            **{
                "partnership_id": self.partnership.id, "adjustment_id": new_id(), "deviation_id": deviation_id, "kpi_id": self.id,
                "decision_id": new_id(), "case_id": None, "allocation_id": new_id(), "changes": [], "applied_at": day(1),
                "horizon": 2 * DAY, "verify_samples": 2, "expected_effect": 0.5, "amount": None, **values,
            }
        )  # fmt: skip
        return await self.partnership.deliver(event, correlation_id), correlation_id


def _day(text: str | None) -> float | None:
    return None if text is None else (datetime.fromisoformat(text) - START) / DAY


def outcomes(report):
    return [each["outcome"] for each in report["outcomes"]]


async def stored(kpi):
    return [(each["at"], each["value"]) for each in (await kpi.partnership.get(f"/kpis/{kpi.id}/samples"))["items"]]
