"""Values at the edges of what can be sent: each is taken or refused, none is a fault of ours."""

import pytest
from kpi.people_world import benefit, cost_of, money

EDGES = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2026-01-01T00:00:00"]
TEXTS = ["\x00", "\ud800", " ", "x" * 100_000, "𝕏" * 200, "'; DROP TABLE survey; --"]
NUMBERS = [10**30, -1, 2.5, True, "1", None, [], {"a": 1}]
QUESTION = {"key": "trust", "text": "?", "kind": "satisfaction"}
SURVEY = {"title": "Survey", "questions": [QUESTION], "closes_at": "2026-02-01T00:00:00Z"}


def survey(**changes):
    return "/surveys", {**SURVEY, **changes}


def interview(circle, **changes):
    code = {"theme": "trust", "valence": 1, **changes.pop("code", {})}
    held = {"party_id": str(circle.sides[0].party), "held_at": "2026-01-01T00:00:00Z", "codes": [code]}
    return "/interviews", {**held, **changes}


def sent(circle):
    for at in EDGES:
        yield survey(closes_at=at)
        yield survey(opens_at=at)
        yield interview(circle, held_at=at)
        yield "/benefits", benefit(circle, expected_at=at)
        yield "/costs", {**cost_of("1"), "at": at}
    for text in TEXTS:
        yield survey(title=text)
        yield survey(questions=[{**QUESTION, "key": text}])
        yield interview(circle, code={"theme": text})
        yield interview(circle, code={"quote": text, "share_quote": True})
        yield "/benefits", benefit(circle, title=text, description=text)
        yield "/costs", cost_of("1", title=text)
    for number in NUMBERS:
        yield survey(questions=[{**QUESTION, "weight": number}])
        yield interview(circle, code={"valence": number})
        yield "/benefits", benefit(circle, expected={"score": number})
        yield "/benefits", benefit(circle, expected=money(number))
        yield "/benefits", benefit(circle, number)
    for amount in ("1e999", "NaN", "-0", "0", "999999999999.999999", "1000000000000", "0.0000001"):
        yield "/costs", cost_of(amount)


async def test_what_is_sent_at_the_edges_is_taken_or_refused(circle):
    manager, taken = circle.sides[0].manager, 0
    for path, body in sent(circle):
        try:
            answer = await manager.post(path, json=body)
        except UnicodeEncodeError:  # the client cannot write it
            continue
        assert answer.status_code in {201, 413, 422}, (path, answer.text)
        taken += answer.status_code == 201
    assert taken
    for path in ("/surveys", "/interviews", "/interviews/themes", "/benefits", "/costs"):
        assert (await manager.get(path)).status_code == 200
    for rate in ("0", "1", "0.000001"):
        for at in ("1900-01-01T00:00:00Z", "2199-12-31T00:00:00Z"):
            assert (await manager.get("/returns", params={"rate": rate, "reference_at": at})).status_code == 200


@pytest.mark.parametrize("key", ["trust\x00", "~/" * 5, "x" * 50_000])
async def test_an_unknown_key_of_an_answer_is_not_repeated(circle, key):
    manager = circle.sides[0].manager
    made = (await manager.post("/surveys", json=SURVEY)).json()["id"]
    answer = await manager.put(f"/surveys/{made}/sheet", json={"answers": {key: 1}})
    assert answer.status_code == 422
    assert key not in answer.text
