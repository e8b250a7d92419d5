"""One KPI that a lever works on: planned from 100 to 0 in a hundred days, and pushed off its path or back at will.

One resource serves two needs of one party: the lever's, and one that it would rather serve, so that an adjustment moves
units between two cells and is worth twice their number times the unit's value.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from loop.partnership import POLICY, Partnership, found
from support.world import World

START = datetime(2026, 1, 1, tzinfo=UTC)
LAG = 10
LENGTH = 100


def day(number: float) -> str:
    return (START + timedelta(days=number)).isoformat()


@dataclass
class Loop:
    partnership: Partnership
    kpi_id: str
    objective_id: str = ""
    today: int = 0
    seen: list[str] = field(default_factory=list)

    async def sample(self, number: int, value: float) -> None:
        """The clock moves to day `number`, and its sample comes in."""
        self.today = number
        await self.partnership.advance(day(number))
        body = {"samples": [{"kpi_id": self.kpi_id, "at": day(number), "value": value}]}
        answer = await self.partnership.system.post(self.partnership.path("/samples"), body)
        assert answer["accepted"] == 1

    async def stay_off(self, number: int) -> None:
        """No progress at all."""
        await self.sample(number, LENGTH)

    async def be_on_plan(self, number: int) -> None:
        await self.sample(number, LENGTH - number)

    async def deviation(self) -> dict[str, Any]:
        """The newest deviation."""
        return dict((await self.partnership.items("/deviations"))[-1])

    async def becomes(self, *states: str) -> dict[str, Any]:
        """Wait until the newest loop is in one of `states`; returns the saga."""
        path, correlation_id = self.partnership.path("/sagas"), (await self.deviation())["correlation_id"]

        def of(page: dict[str, Any]) -> dict[str, Any]:
            return next((each for each in page["items"] if each["correlation_id"] == correlation_id), {})

        page = await self.partnership.manager.eventually(path, lambda found: of(found).get("state") in states)
        return of(page)

    async def trace(self) -> dict[str, Any]:
        correlation_id = (await self.deviation())["correlation_id"]
        return dict(await self.partnership.manager.get(self.partnership.path(f"/trace/{correlation_id}")))

    async def decision(self) -> dict[str, Any]:
        deviation = await self.deviation()
        found = await self.partnership.items("/decisions")
        return next(each for each in found if each["correlation_id"] == deviation["correlation_id"])

    async def adjustment(self) -> dict[str, Any]:
        deviation = await self.deviation()
        return dict((await self.partnership.items(f"/adjustments?deviation_id={deviation['id']}"))[-1])

    async def vote(self, **choices: str) -> None:
        """`Ministry="yes"`: each organisation's committee member votes, in this order."""
        decision = await self.decision()
        for organisation, choice in choices.items():
            person = self.partnership.person(organisation, "committee_member")
            path = self.partnership.path(f"/decisions/{decision['id']}/votes")
            await person.post(path, {"choice": choice, "reason": "so it is"})

    async def case(self) -> dict[str, Any]:
        deviation = await self.deviation()
        found = [each for each in await self.partnership.items("/cases") if each["deviation_id"] == deviation["id"]]
        return dict(await self.partnership.manager.get(self.partnership.path(f"/cases/{found[0]['id']}")))

    async def allocated(self) -> dict[str, float]:
        """Units by need in the allocation in force."""
        allocation = await self.partnership.manager.get(self.partnership.path("/allocations/current"))
        return {cell["need_id"]: cell["amount"] for cell in allocation["cells"]}


async def start(world: World, *, unit_value: str, capacity: float = 100.0, **policy: Any) -> Loop:
    """A signed partnership whose first allocation gives everything to the need that works on no KPI."""
    partnership = await found(world, day(-1))
    kpi_id = await partnership.define_kpi("Casualties")
    value = {"amount": unit_value, "currency": "EUR"}
    resource = await partnership.post(
        "/resources", {"name": "Patrols", "unit": "patrol", "unit_value": value, "capacity": [capacity]}
    )
    shared = {"resource_ids": [resource["id"]], "least": 0, "most": capacity}
    await partnership.post("/needs", {**shared, "name": "Drink-driving", "kpi_id": kpi_id, "priority": 1})
    await partnership.post("/needs", {**shared, "name": "Motorways", "priority": 3})
    lever = {
        "key": "patrols",
        "resource_id": resource["id"],
        "kpi_id": kpi_id,
        "effect": -1.0,
        "effect_low": -2.0,
        "effect_high": -0.5,
        "lag": f"P{LAG}D",
        "source": "A trial",
    }
    objective = {
        "key": "casualties",
        "title": "No casualties",
        "kpi_id": kpi_id,
        "baseline": float(LENGTH),
        "target": 0.0,
        "starts_at": day(0),
        "due_at": day(LENGTH),
    }
    await partnership.sign_charter(objectives=[objective], levers=[lever], policy={**POLICY, **policy})
    await partnership.post("/allocations", {})
    loop = Loop(partnership, kpi_id, (await partnership.items("/objectives"))[0]["id"])
    await loop.be_on_plan(1)
    return loop
