"""Conflicts beside the real objectives, through the gateway: what is refused there becomes a case here, and its end is law there."""

from entente_shared.ids import new_id

START = "2026-01-01T00:00:00Z"
LADDER = [
    {"name": "Direct talks", "responders": ["alliance_manager"], "limit": "P10D"},
    {"name": "Mediation", "responders": ["mediator"], "limit": "P30D"},
    {"name": "Sponsors", "responders": ["sponsor"], "limit": "P60D"},
]


def charter(kpi_id):
    objective = {
        "key": "rear",
        "title": "Fewer rear passengers hurt",
        "kpi_id": kpi_id,
        "baseline": 400.0,
        "target": 320.0,
    }
    mandate = {"domain": "rebaseline", "tier": "sponsors", "max_amount": None, "expires_after": "P60D", "veto": None}
    policy = {
        "churn_budget": 100.0,
        "rollback_on_failure": True,
        "verify_samples": 2,
        "damping_half_life": "P14D",
        "cap_per_period": 3,
        "review_period": "P90D",
        "cool_down": "P7D",
    }
    return {
        "based_on": None,
        "objectives": [{**objective, "starts_at": START, "due_at": "2034-12-01T00:00:00Z"}],
        "levers": [],
        "mandates": [
            {**mandate, "key": "baselines", "support": 0.5, "quorum": 0.5, "approval": 0.0},
            {**mandate, "key": "adjustments", "domain": "adjustment", "support": 0.5, "quorum": 0.5, "approval": 0.0},
        ],
        "ladder": LADDER,
        "floors": [],
        "policy": policy,
    }


async def found(world):
    """Two organisations in a partnership with a signed charter; returns them and the partnership's path."""
    sides = [await world.organisation(name, "sponsor") for name in ("Ministry", "Makers")]
    parties = [
        {
            "organisation_id": str(side.id),
            "weight": "0.5",
            "members": [{"person_id": str(side.person_id("sponsor")), "role": "sponsor"}],
        }
        for side in sides
    ]
    body = {"name": "Road safety", "clock": "replay", "starts_at": START, "parties": parties}
    made = await sides[0].system.post("/v1/partnerships", body)
    path = f"/v1/partnerships/{made['id']}"
    version = await sides[0].person("sponsor").post(f"{path}/charter/versions", charter(str(new_id())))
    for side in sides:
        signatures = f"{path}/charter/versions/{version['version']}/signatures"
        await side.person("sponsor").post(signatures, {"hash": version["hash"]})
    return sides, path


async def test_a_refused_baseline_becomes_a_case_whose_settlement_sets_another(world):
    (ministry, makers), path = await found(world)
    first, second = ministry.person("sponsor"), makers.person("sponsor")
    [objective] = (await first.get(f"{path}/objectives"))["items"]
    asked = {"baseline": 400.0, "target": 399.0, "due_at": "2034-12-01T00:00:00Z", "reason": "Too hard"}
    request = await second.post(f"{path}/objectives/{objective['id']}/rebaselines", asked)
    no = {"choice": "no", "reason": "It is not"}  # with half of the weight against it, the decision can no longer pass
    await first.post(f"{path}/decisions/{request['decision_id']}/votes", no)

    page = await first.eventually(f"{path}/cases", lambda found: found["items"])
    [case] = page["items"]
    assert case["cause"] == {"kind": "decision", "id": request["decision_id"]}
    detail = await first.get(f"{path}/cases/{case['id']}")
    assert {vote["reason"] for vote in detail["votes"]} == {"It is not"}
    assert [level["name"] for level in detail["ladder"]] == [level["name"] for level in LADDER]
    assert detail["level_name"] == "Sponsors"  # nobody responds below
    assert [entry["type"].split(".")[2] for entry in detail["trace"]] == ["decision_opened", "decision_taken"]

    term = {"kind": "rebaseline", "objective_id": objective["id"], "baseline": 400.0, "target": 350.0}
    terms = [{**term, "due_at": "2034-12-01T00:00:00Z"}]
    settlement = await first.post(f"{path}/cases/{case['id']}/settlements", {"terms": terms})
    for side in (first, second):
        signatures = f"{path}/cases/{case['id']}/settlements/{settlement['id']}/signatures"
        settlement = await side.post(signatures, {"hash": settlement["hash"]})
    assert settlement["state"] == "signed"

    def moved(found):
        return found["revision"] == 2

    objective = await second.eventually(f"{path}/objectives/{objective['id']}", moved)
    assert (objective["target"], objective["first_baseline"]) == (350.0, 400.0)
    closed = await second.post(f"{path}/cases/{case['id']}/closure", {"outcome": "A path that both believe in"})
    assert closed["state"] == "closed"


async def test_a_decision_that_expires_becomes_a_case_on_the_partnership_clock(world):
    """Nobody votes; the clock jumps far, and the case has climbed from the moment of the expiry."""
    (ministry, makers), path = await found(world)
    [objective] = (await ministry.person("sponsor").get(f"{path}/objectives"))["items"]
    asked = {"baseline": 400.0, "target": 399.0, "due_at": "2034-12-01T00:00:00Z", "reason": "Too hard"}
    sponsor = makers.person("sponsor")
    await sponsor.post(f"{path}/objectives/{objective['id']}/rebaselines", asked)
    await ministry.system.post(f"{path}/clock", {"now": "2026-12-01T00:00:00Z"})
    [case] = (await sponsor.eventually(f"{path}/cases", lambda found: found["items"]))["items"]
    assert case["title"] == "New baseline expired"
    assert case["opened_at"] == "2026-03-02T00:00:00Z"
