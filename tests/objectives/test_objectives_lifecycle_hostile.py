"""Whatever stands in a field of a stage, an invitation, a commitment, a risk or a review, it is no error of ours."""

import pytest
from objectives.charters import START
from objectives.lifecycle import commitment, commitment_body, member_id, minutes_body, reviews, risk_body, series
from objectives.test_objectives_hostile_bodies import statuses

LATER = "2026-06-01T00:00:00Z"


async def bodies(circle):
    """What can be sent to where, without anything ending by it."""
    made = await commitment(circle)
    risk = await circle.first["manager"].post(f"{circle.path}/risks", await risk_body(circle))
    await series(circle, ends_at="2026-01-06T00:00:00Z")
    await circle.advance("2026-01-05T09:00:00Z")
    [review] = await reviews(circle, 1)
    written = await circle.first["manager"].post(
        f"{circle.path}/reviews/{review['id']}/minutes", await minutes_body(circle)
    )
    owner = await member_id(circle, circle.first, "manager")
    text = await circle.first["manager"].post(f"{circle.path}/lifecycle/settlements", {"text": "x"})
    action = {"what": "x", "owner_member_id": owner, "due_at": LATER, "objective_id": None}
    look = {**await risk_body(circle), "review_due_at": LATER, "note": "x", "closes": False}
    look.pop("title")
    return {
        "lifecycle/transitions": {"stage": "value_creation", "settlement_id": text["id"]},
        "lifecycle/settlements": {"text": "x"},
        f"lifecycle/settlements/{text['id']}/signatures": {"hash": text["hash"]},
        "invitations": {"role": "observer", "valid_for": "P7D"},
        "commitments": await commitment_body(circle, responsible=[owner], informed=[], grace="P1D"),
        f"commitments/{made['id']}/declarations": {"note": "x"},
        f"commitments/{made['id']}/confirmations": {"accepted": False, "note": "x"},
        "risks": await risk_body(circle, description="x"),
        f"risks/{risk['id']}/reviews": look,
        f"risks/{risk['id']}/occurrences": {"description": "x"},
        "review-series": {
            "title": "x", "rrule": "FREQ=DAILY", "time_zone": "Europe/Paris", "starts_at": START, "ends_at": LATER,
            "notice": "P1D", "revision_every": 2,
        },
        f"reviews/{review['id']}/minutes": {"text": "x", "attendance": [owner], "actions": [action]},
        f"reviews/{review['id']}/minutes/{written['number']}/confirmations": {"hash": written["hash"]},
    }  # fmt: skip


@pytest.mark.slow
async def test_hostile_bodies_are_refused_or_taken(scene):
    circle = await scene.circle("1", "1")
    for address, body in (await bodies(circle)).items():
        async for leaf, value, answer in statuses(circle.first["sponsor"], f"{circle.path}/{address}", body):
            assert answer.status_code in {201, 403, 404, 409, 422}, (address, leaf, value, answer.text)
            assert "x" * 100 not in answer.text or answer.status_code == 201, (address, leaf, "echoes its input")
    async for leaf, value, answer in statuses(circle.first["sponsor"], "/invitations/acceptances", {"token": "x"}):
        assert answer.status_code in {403, 404, 422}, (leaf, value, answer.text)
