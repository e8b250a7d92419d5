"""The health index hears of allocations and cases through the broker, and its change is told on the stream's events."""

from loop.partnership import found
from support.world import World


async def test_health_is_made_of_what_all_services_tell(stack):
    async with World(stack) as world:
        partnership = await found(world, "2026-01-01T00:00:00Z")
        kpi = await partnership.define_kpi("Casualties")
        objective = {
            "key": "fewer", "title": "Fewer casualties", "kpi_id": kpi, "baseline": 100.0, "target": 50.0,
            "starts_at": "2026-01-01T00:00:00Z", "due_at": "2027-01-01T00:00:00Z",
        }  # fmt: skip
        await partnership.sign_charter(objectives=[objective])
        await partnership.system.post(
            partnership.path("/samples"), {"samples": [{"kpi_id": kpi, "at": "2026-01-02T00:00:00Z", "value": 100.0}]}
        )
        resource = await partnership.post("/resources", {"name": "Patrols", "unit": "h", "capacity": [10.0]})
        await partnership.post(
            "/needs", {"name": "Checks", "resource_ids": [resource["id"]], "most": 5.0, "priority": 1.0}
        )
        allocation = await partnership.post("/allocations", {})
        await partnership.post("/cases", {"title": "Late patrols"})

        def complete(answer):
            return {each["component"]: each for each in answer.get("items", [])}

        measured = await partnership.manager.eventually(
            partnership.path("/health"),
            lambda answer: "equity" in complete(answer) and complete(answer)["conflict_load"]["value"] < 1,
        )
        components = complete(measured)
        assert components["equity"]["source_id"] == allocation["id"]
        assert components["conflict_load"]["value"] == 0.5**0.25
        history = await partnership.manager.eventually(partnership.path("/health/history"), lambda page: page["items"])
        assert history["items"][0]["rule_version"] == measured["rule_version"]
