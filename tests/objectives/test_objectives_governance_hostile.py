"""Whatever stands in a field of committees, proposals, delegations and dissent, the answer is never an error of ours."""

from objectives.committees import committee, general, members, propose
from objectives.test_objectives_hostile_bodies import statuses

END = "2026-06-01T00:00:00Z"


async def test_hostile_committees_proposals_and_delegations_are_no_error_of_ours(scene):
    circle = await scene.circle("1", "1")
    made = await committee(circle, "delegate")
    await circle.agree(mandates=general())
    ids = await members(circle)
    bodies = {
        "/committees": {"key": "board", "name": "Board", "purpose": "To decide", "meets_every": "P28D"},
        f"/committees/{made['id']}/seats": {"member_id": ids[0]["manager"]},
        "/proposals": {
            "title": "A stand",
            "text": "A common one",
            "amount": {"amount": "12.50", "currency": "EUR"},
            "concerns_party_id": str(circle.parties[0]),
        },
        "/delegations": {
            "delegate_id": str(circle.first.id_of("manager")),
            "domain": "general",
            "starts_at": "2026-02-01T00:00:00Z",
            "ends_at": END,
        },
    }
    for path, body in bodies.items():
        async for leaf, value, answer in statuses(circle.first["sponsor"], f"{circle.path}{path}", body):
            assert answer.status_code in {201, 403, 409, 422}, (path, leaf, value, answer.text)
            assert "x" * 100 not in answer.text or answer.status_code == 201, (path, leaf, "echoes its input")


async def test_hostile_dissent_is_no_error_of_ours(scene):
    circle = await scene.circle("1", "1", "1")
    await committee(circle, "delegate", "delegate", "delegate")
    await circle.agree(mandates=general())
    decision = await propose(circle)
    path = f"{circle.path}/decisions/{decision['id']}"
    for organisation, choice in zip(circle.organisations, ("no", "yes", "yes"), strict=True):
        await organisation["delegate"].post(f"{path}/votes", {"choice": choice})
    async for leaf, value, answer in statuses(circle.first["delegate"], f"{path}/dissents", {"reason": "x"}):
        assert answer.status_code in {201, 409, 422}, (leaf, value, answer.text)
