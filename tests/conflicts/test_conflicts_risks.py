"""A risk of the register that comes to pass leaves the parties a case to deal with."""

from datetime import timedelta

from conflicts.harness import START

from entente_shared.events.objectives import RiskOccurred
from entente_shared.ids import new_id


def occurred(partnership, risk_id, **changes):
    body = {
        "partnership_id": partnership.id,
        "risk_id": risk_id,
        "occurrence_id": new_id(),
        "title": "The patrols' vans are not delivered in time",
        "description": "The maker is six weeks late.",
        "probability": 3,
        "impact": 4,
        "owner_member_id": new_id(),
        "owner_party_id": partnership.cars.id,
        "reported_by": partnership.ministry.id,
        "kpi_id": None,
        "objective_id": None,
        "occurred_at": START + timedelta(days=1),
    }
    return RiskOccurred(**{**body, **changes})


async def test_a_risk_that_occurs_opens_a_case_that_tells_of_it(partnership):
    risk_id, kpi_id = new_id(), new_id()
    event_id = await partnership.alone.tell(occurred(partnership, risk_id, kpi_id=kpi_id), starts_saga=True)
    case = await partnership.case()
    assert case["title"] == "Risk occurred: The patrols' vans are not delivered in time"
    assert case["cause"] == {"kind": "risk", "id": str(risk_id)}
    assert (case["description"], case["kpi_id"]) == ("The maker is six weeks late.", str(kpi_id))
    assert (case["state"], case["level"], case["opened_at"]) == ("open", 1, "2026-04-02T00:00:00Z")
    [opened] = await partnership.told("case_opened")
    assert (opened["causation_id"], opened["correlation_id"]) == (event_id, event_id)
    detail = await partnership.eventually(f"cases/{case['id']}", lambda found: found["trace"])
    assert [entry["said"]["impact"] for entry in detail["trace"]] == [4]


async def test_one_occurrence_opens_one_case_and_another_one_another(partnership):
    risk_id = new_id()
    first = occurred(partnership, risk_id)
    for event in (first, first, occurred(partnership, risk_id, title="x" * 250)):
        await partnership.alone.heard(await partnership.alone.tell(event))
    cases = (await partnership.get("cases"))["items"]
    assert len(cases) == len(await partnership.told("case_opened")) == 2
    assert max(len(case["title"]) for case in cases) == 200
