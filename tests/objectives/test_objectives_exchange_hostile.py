"""Whatever stands in a field of exchange and community, the answer is never an error of ours."""

from uuid import uuid4

import pytest
from objectives.test_objectives_hostile_bodies import statuses

SUBJECT = {"kind": "kpi", "id": str(uuid4())}


def bodies(circle, member):
    parties = [str(party) for party in circle.parties]
    return {
        "discussions": {"topic": "x", "subject": SUBJECT, "visibility": "named", "party_ids": parties[1:]},
        "messages": {
            "type": "concern", "urgency": "high", "title": "x", "text": "x", "subject": SUBJECT,
            "party_ids": parties[1:], "roles": ["sponsor"],
        },
        "feedback": {"subject": SUBJECT, "rating": 3, "text": "x", "visibility": "shared"},
        "workspaces": {
            "title": "x", "url": "https://docs.example.org/", "kind": "document", "owner_member_id": member,
            "subject": SUBJECT, "visibility": "named", "party_ids": parties[1:],
        },
        "recognitions": {"title": "x", "reason": "x", "member_id": None, "party_id": parties[1]},
        "rituals": {
            "title": "x", "purpose": "x", "rule": "FREQ=DAILY", "starts_at": "2026-01-01T00:00:00Z", "time_zone": "UTC",
        },
        "gatherings": {
            "title": "x", "purpose": "x", "place": "x",
            "starts_at": "2026-02-01T10:00:00Z", "ends_at": "2026-02-01T16:00:00Z",
        },
        "ideas": {"title": "x", "text": "x"},
        "cross-projects": {
            "title": "x", "aim": "x", "lead_member_id": member, "party_ids": parties,
            "starts_on": "2026-02-01", "ends_on": "2026-03-01",
        },
        "secondments": {
            "seconded_person_id": str(circle.first.id_of("delegate")), "from_party_id": parties[0],
            "to_party_id": parties[1], "from_on": "2026-02-01", "to_on": "2026-03-01", "purpose": "x",
        },
    }  # fmt: skip


@pytest.mark.slow
async def test_hostile_records_are_refused_or_taken_but_never_an_error_of_ours(scene):
    circle = await scene.circle("1", "1")
    rows = (await circle.first["sponsor"].get(f"{circle.path}/members"))["items"]
    member = next(row["id"] for row in rows if row["party_id"] == str(circle.parties[0]))
    for name, body in bodies(circle, member).items():
        made = await circle.first["sponsor"].request("POST", f"{circle.path}/{name}", body)
        assert made.status_code == 201, (name, made.text)
        async for leaf, value, answer in statuses(circle.first["sponsor"], f"{circle.path}/{name}", body):
            assert answer.status_code in {201, 403, 409, 422}, (name, leaf, value, answer.text)


async def test_hostile_words_on_records_are_no_error_of_ours(scene):
    circle = await scene.circle("1", "1")
    sponsor = circle.first["sponsor"]
    made = {
        name: (await sponsor.post(f"{circle.path}/{name}", body))["id"]
        for name, body in bodies(circle, "").items()
        if name in ("discussions", "rituals", "gatherings", "ideas", "secondments")
    }
    words = {
        f"discussions/{made['discussions']}/posts": {"text": "x", "reply_to": None, "mentions": [str(uuid4())]},
        f"rituals/{made['rituals']}/attendances": {"occurs_at": "2026-01-01T00:00:00Z"},
        f"gatherings/{made['gatherings']}/outcomes": {"text": "x"},
        f"ideas/{made['ideas']}/adoptions": {"kind": "goal", "id": str(uuid4())},
        f"ideas/{made['ideas']}/refusals": {"reason": "x"},
        f"secondments/{made['secondments']}/refusals": {"reason": "x"},
    }
    for path, body in words.items():
        async for leaf, value, answer in statuses(sponsor, f"{circle.path}/{path}", body):
            assert answer.status_code in {201, 409, 422}, (path, leaf, value, answer.text)


@pytest.mark.parametrize(
    "query",
    [
        "discussions?subject_kind=weather", "discussions?subject_id=7", "discussions?limit=0", "discussions?cursor=x",
        "messages?type=gossip", "mentions?read=perhaps", "feedback-trend?subject_kind=kpi", "ideas?state=lost",
        "rituals/{id}/occurrences?from=0&to=0", "rituals/{id}/occurrences?from=2026-01-01T00:00:00Z",
        "rituals/{id}/occurrences?from=0001-01-01T00:00:00%2B23:59&to=9999-12-31T23:59:59-23:59",
        "rituals/{id}/occurrences?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
    ],
)  # fmt: skip
async def test_hostile_questions_are_refused(scene, query):
    circle = await scene.circle("1", "1")
    ritual = await circle.first["sponsor"].post(f"{circle.path}/rituals", bodies(circle, "")["rituals"])
    status, _ = await circle.first["sponsor"].refused("GET", f"{circle.path}/{query.replace('{id}', ritual['id'])}")
    assert status == 422
