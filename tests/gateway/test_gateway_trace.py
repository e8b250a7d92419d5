"""Who am I, what loops are there and why did something happen, over HTTP."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from gateway.harness import Gateway, Partnership

from entente_shared.events import conflicts, kpi, resources
from entente_shared.events.objectives import Role
from entente_shared.ids import new_id

AT = "2026-01-01T00:00:00Z"


class Loop:
    """A deviation and what followed from it, told by the services that would."""

    def __init__(self, gateway: Gateway, partnership: UUID) -> None:
        self.gateway, self.partnership = gateway, partnership
        self.deviation, self.adjustment, self.case, self.kpi = (new_id() for _ in range(4))
        self.ids: dict[str, UUID] = {}

    async def open(self) -> UUID:
        rule = kpi.ThresholdRule(
            theta_on=-0.25, theta_off=-0.1, for_=timedelta(), keep=timedelta(), stale_after=None,
            evaluation_delay=timedelta(), version=4,
        )  # fmt: skip
        event = kpi.DeviationOpened(
            partnership_id=self.partnership, deviation_id=self.deviation, kpi_id=self.kpi, objective_id=new_id(), crossing=1,
            at=AT, value=1, planned_value=2, gap=1, baseline=0, target=3, progress=0.3, planned=0.6, deviation=-0.3, rule=rule,
            trajectory_revision=1,
        )  # fmt: skip
        return await self.tell(event, starts_saga=True)

    async def tell(self, event, cause: str | None = None, **links) -> UUID:
        if cause:
            links = {"correlation_id": self.ids["deviation_opened"], "causation_id": self.ids[cause]}
        self.ids[event.contract.name] = await self.gateway.tell(event, **links)
        await self.gateway.logged(self.ids[event.contract.name])
        return self.ids[event.contract.name]

    async def suppress(self) -> UUID:
        event = resources.AdjustmentSuppressed(
            partnership_id=self.partnership, adjustment_id=self.adjustment, deviation_id=self.deviation, kpi_id=self.kpi,
            reason="damped", penalty=2605, until=AT, rule_version="A2/1",
        )  # fmt: skip
        return await self.tell(event, "deviation_opened")

    async def open_case(self, cause: str) -> UUID:
        event = conflicts.CaseOpened(
            partnership_id=self.partnership, case_id=self.case, title="Rear seats", deviation_id=self.deviation,
            cause=conflicts.Cause(kind=conflicts.CauseKind.INFEASIBLE, id=self.adjustment), adjustment_id=self.adjustment,
            kpi_id=self.kpi, opened_at=AT,
        )  # fmt: skip
        return await self.tell(event, cause)


async def test_the_trace_of_a_loop_is_its_causal_graph_with_rules_and_inputs(gateway):
    ours = uuid4()
    partnership = await gateway.partnership(ours)
    loop = Loop(gateway, partnership.id)
    correlation = await loop.open()
    await loop.suppress()
    await loop.open_case("adjustment_suppressed")
    async with gateway.client(await gateway.key("system", ours)) as client:
        trace = (await client.get(f"/v1/partnerships/{partnership.id}/trace/{correlation}")).json()
    names = [node["type"].split(".")[2] for node in trace["nodes"]]
    assert names == ["deviation_opened", "adjustment_suppressed", "case_opened"]
    assert [node["producer"] for node in trace["nodes"]] == ["kpi", "resources", "conflicts"]
    assert [node["rule_version"] for node in trace["nodes"]] == ["4", "A2/1", None]
    assert trace["nodes"][1]["data"]["penalty"] == 2605
    assert [(edge["cause"], edge["effect"]) for edge in trace["edges"]] == [
        (str(loop.ids["deviation_opened"]), str(loop.ids["adjustment_suppressed"])),
        (str(loop.ids["adjustment_suppressed"]), str(loop.ids["case_opened"])),
    ]
    assert trace["saga"]["state"] == "in_conflict"
    assert [step["state"] for step in trace["saga"]["steps"]] == ["observed", "suppressed", "in_conflict"]
    assert trace["saga"]["deviation_id"] == str(loop.deviation)


async def test_sagas_are_listed_the_newest_first_and_in_pages(gateway):
    ours = uuid4()
    partnership = await gateway.partnership(ours)
    loops = [Loop(gateway, partnership.id) for _ in range(3)]
    for loop in loops:
        await loop.open()
    await loops[0].suppress()
    path = f"/v1/partnerships/{partnership.id}/sagas"
    async with gateway.client(await gateway.key("system", ours)) as client:
        first = (await client.get(path, params={"limit": 2})).json()
        second = (await client.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
        assert (await client.get(path, params={"cursor": "x"})).status_code == 422
    listed = [(saga["correlation_id"], saga["state"]) for saga in first["items"] + second["items"]]
    wanted = [(str(loop.ids["deviation_opened"]), "observed") for loop in reversed(loops)]
    wanted[2] = (wanted[2][0], "suppressed")
    assert listed == wanted
    assert second["next_cursor"] is None


async def test_something_that_no_deviation_started_has_a_trace_and_no_saga(gateway):
    ours = uuid4()
    partnership = await gateway.partnership(ours)
    closed = conflicts.CaseClosed(partnership_id=partnership.id, case_id=new_id(), outcome="agreed", closed_at=AT)
    event_id = await gateway.tell(closed)
    await gateway.logged(event_id)
    async with gateway.client(await gateway.key("system", ours)) as client:
        trace = (await client.get(f"/v1/partnerships/{partnership.id}/trace/{event_id}")).json()
        assert (await client.get(f"/v1/partnerships/{partnership.id}/sagas")).json() == {
            "items": [],
            "next_cursor": None,
        }
    assert trace["saga"] is None
    assert trace["edges"] == []


async def test_traces_and_sagas_of_others_are_not_there(gateway):
    ours, theirs = uuid4(), uuid4()
    partnership, other = await gateway.partnership(ours), await gateway.partnership(theirs)
    correlation = await Loop(gateway, partnership.id).open()
    for key in (await gateway.key("system", theirs), await gateway.key(), await gateway.key("person", ours, uuid4())):
        async with gateway.client(key) as client:
            for path in (
                f"{partnership.id}/sagas",
                f"{partnership.id}/trace/{correlation}",
                f"{other.id}/trace/{correlation}",
            ):
                answer = await client.get(f"/v1/partnerships/{path}")
                assert answer.status_code == 404
                assert str(correlation) not in answer.text


async def places(gateway: Gateway, key: str) -> list[dict]:
    async with gateway.client(key) as client:
        return (await client.get("/v1/me")).json()["partnerships"]


async def test_me_tells_my_partnerships_and_what_i_may_do_in_each(gateway):
    ours, theirs, me = uuid4(), uuid4(), uuid4()
    partnership: Partnership = await gateway.partnership(ours, theirs)
    await gateway.partnership(theirs)
    member = await partnership.admit(ours, me, Role.SPONSOR)
    key = await gateway.key("person", ours, me)
    (place,) = await places(gateway, key)
    assert place["partnership_id"] == str(partnership.id)
    assert (place["name"], place["stage"]) == ("Road safety", "working_together")
    assert (place["party_id"], place["member_ids"]) == (str(partnership.parties[ours]), [str(member)])
    assert place["roles"] == ["sponsor"]
    assert {"read", "sign_charter", "vote"} <= set(place["may"])
    await partnership.announce("Safe roads")
    assert (await places(gateway, key))[0]["name"] == "Safe roads"
    await partnership.admit(ours, me, Role.SPONSOR, member, active=False)
    assert await places(gateway, key) == []


async def test_a_system_acts_by_its_scopes(gateway):
    ours = uuid4()
    await gateway.partnership(ours)
    (place,) = await places(gateway, await gateway.key("system", ours, None, "samples:write", "unheard:of"))
    assert place["roles"] == []
    assert place["may"] == ["read", "write_samples"]
    assert await places(gateway, await gateway.key()) == []


@pytest.mark.parametrize("role", list(Role))
def test_every_member_may_read_and_only_sponsors_sign(role):
    from entente_gateway.me.domain import Ability, abilities

    found = abilities([role], [])
    assert found[0] is Ability.READ
    assert (Ability.SIGN_CHARTER in found) is (role is Role.SPONSOR)
    assert (found == [Ability.READ]) is (role is Role.OBSERVER)
