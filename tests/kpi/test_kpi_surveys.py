"""Surveys over HTTP: the same questions to all parties, who sees what, and the moment at which they close."""

import asyncio
from uuid import UUID

import pytest
from kpi.kpi_world import day, stamp
from kpi.people_world import ok, refused
from support.waiting import eventually

from entente_shared.events.objectives import Role
from entente_shared.ids import new_id

ANCHORS = ["never", "seldom", "about half the time", "mostly", "always"]
TRUST = {"key": "trust", "text": "Do the others keep their word?", "kind": "anchored", "anchors": ANCHORS}
RECOMMEND = {"key": "recommend", "text": "Would you recommend it?", "kind": "nps", "weight": 2.0}
SURVEY = {"title": "Spring", "questions": [TRUST, RECOMMEND], "closes_at": stamp(day(10))}


async def make(circle, **changes):
    return (await ok(circle.sides[0].manager.post("/surveys", json={**SURVEY, **changes})))["id"]


async def answer(person, survey, **answers):
    return await ok(person.put(f"/surveys/{survey}/sheet", json={"answers": answers}))


async def people(side, number):
    return [await side.person() for _ in range(number)]


async def fill(circle, survey, numbers):
    """`numbers` people of each party answer: 75 and 9 for the first, 50 and 6 for the second, 25 and 3 for the third."""
    for number, side, (trust, recommend) in zip(numbers, circle.sides, [(75, 9), (50, 6), (25, 3)], strict=True):
        for person in await people(side, number):
            await answer(person, survey, trust=trust, recommend=recommend)


async def closed(circle, survey):
    async def is_closed():
        return (await ok(circle.sides[0].manager.get(f"/surveys/{survey}")))["state"] == "closed"

    await eventually(is_closed)


async def test_a_survey_closes_by_the_clock_and_tells_aggregates_only(circle):
    survey = await make(circle)
    await fill(circle, survey, (6, 5, 4))
    await refused(circle.sides[1].manager.get(f"/surveys/{survey}/results"), 409, "survey-state")
    await circle.kpis.advance(day(10))
    await closed(circle, survey)

    first, second, third = (str(side.party) for side in circle.sides)
    results = await ok(circle.sides[2].manager.get(f"/surveys/{survey}/results"))
    trust, recommend = results["findings"]
    assert {group["party_id"]: (group["hidden"], group["mean"]) for group in trust["parties"]} == {
        first: (False, 75.0), second: (False, 50.0), third: (True, None),
    }  # fmt: skip
    assert (trust["total"]["hidden"], trust["total"]["n"]) == (True, None)
    assert {group["party_id"]: group["nps"] for group in recommend["parties"]} == {
        first: 1.0,
        second: -1.0,
        third: None,
    }
    assert [(gap["question"], gap["higher"], gap["lower"], gap["difference"]) for gap in results["gaps"]] == [
        ("recommend", first, second, pytest.approx(30.0)),
        ("trust", first, second, pytest.approx(25.0)),
    ]
    assert results["perception_gap"] == pytest.approx((30 * 2 + 25) / 3 / 100)
    assert (results["closed_by"], results["rule_version"]) == (None, "survey-results/1")
    assert sorted((each["party_id"], each["answered"], each["invited"]) for each in results["participation"]) == sorted(
        [(first, 6, 7), (second, 5, 6), (third, 4, 5)]
    )

    [event] = await circle.kpis.events("survey_closed")
    assert (event.data["survey_id"], event.row["audience"]) == (survey, "shared")
    assert event.data["perception_gap"] == results["perception_gap"]
    assert event.data["questions"][0] == {
        "question": "trust", "text": TRUST["text"], "kind": "anchored", "higher": first, "lower": second,
        "difference": 25.0,
        "parties": sorted(
            [{"party_id": first, "n": 6, "mean": 75.0}, {"party_id": second, "n": 5, "mean": 50.0}],
            key=lambda party: UUID(party["party_id"]),
        ),
    }  # fmt: skip
    assert third not in str(event.data["questions"])


async def test_where_every_group_is_large_enough_the_total_is_shown(circle):
    survey = await make(circle)
    await fill(circle, survey, (5, 5, 0))
    await ok(circle.sides[0].manager.post(f"/surveys/{survey}/closure"))
    results = await ok(circle.sides[1].manager.get(f"/surveys/{survey}/results"))
    total = results["findings"][0]["total"]
    assert (total["hidden"], total["n"], total["mean"]) == (False, 10, 62.5)
    assert [share["n"] for share in total["distribution"]] == [0, 0, 5, 5, 0]


async def test_a_closed_survey_is_part_of_the_health_index(circle):
    survey = await make(circle)
    await fill(circle, survey, (6, 5, 0))
    await ok(circle.sides[0].manager.post(f"/surveys/{survey}/closure"))
    found = {each["component"]: each for each in (await ok(circle.sides[2].manager.get("/health")))["items"]}
    results = await ok(circle.sides[2].manager.get(f"/surveys/{survey}/results"))
    assert found["perception"]["value"] == pytest.approx(1 - results["perception_gap"])
    assert found["engagement"]["value"] == pytest.approx(11 / 14)
    assert "satisfaction" not in found or found["satisfaction"]["value"] is None


async def test_only_the_party_that_made_it_may_close_it_early_and_the_results_say_so(circle):
    survey = await make(circle)
    await refused(circle.sides[1].manager.post(f"/surveys/{survey}/closure"), 403, "not-your-survey")
    await refused((await circle.sides[0].person()).post(f"/surveys/{survey}/closure"), 403, "forbidden")
    assert (await ok(circle.sides[0].system.post(f"/surveys/{survey}/closure")))["state"] == "closed"
    results = await ok(circle.sides[1].manager.get(f"/surveys/{survey}/results"))
    assert results["closed_by"] == str(circle.sides[0].party)
    await refused(circle.sides[0].manager.post(f"/surveys/{survey}/closure"), 409, "survey-state")
    await circle.kpis.advance(day(11))

    async def timer_is_gone():
        return not await circle.kpis.admin.fetchval("SELECT count(*) FROM timer WHERE subject_id = $1", UUID(survey))

    await eventually(timer_is_gone)
    assert len(await circle.kpis.events("survey_closed")) == 1


async def test_a_person_reads_and_replaces_their_own_answers_and_nobody_elses(circle):
    survey = await make(circle)
    person, colleague = await people(circle.sides[1], 2)
    await refused(person.get(f"/surveys/{survey}/sheet"), 404, "sheet-not-found")
    receipt = await answer(person, survey, trust=75)
    assert receipt == {"survey_id": survey, "answered_at": receipt["answered_at"], "version": 1}
    await answer(person, survey, trust=25, recommend=3)
    sheet = await person.get(f"/surveys/{survey}/sheet")
    assert (sheet.json()["answers"], sheet.json()["version"], sheet.headers["etag"]) == (
        {"trust": 25, "recommend": 3}, 2, '"2"',
    )  # fmt: skip
    await refused(colleague.get(f"/surveys/{survey}/sheet"), 404, "sheet-not-found")
    await refused(circle.sides[1].system.get(f"/surveys/{survey}/sheet"), 403, "forbidden")
    await refused(
        circle.sides[1].system.put(f"/surveys/{survey}/sheet", json={"answers": {"trust": 0}}), 403, "forbidden"
    )
    await circle.kpis.advance(day(10))
    await closed(circle, survey)
    assert (await ok(person.get(f"/surveys/{survey}/sheet")))["answers"] == {"trust": 25, "recommend": 3}
    await refused(person.put(f"/surveys/{survey}/sheet", json={"answers": {"trust": 0}}), 409, "survey-state")


async def test_the_database_shows_answers_to_their_author_alone(circle):
    side, ids = circle.sides[0], [new_id(), new_id()]
    survey = await make(circle)
    for person_id in ids:
        await answer(await side.person(person_id=person_id), survey, trust=75)
    shown = [await circle.count("survey_sheet", side.organisation, person_id) for person_id in (*ids, new_id(), None)]
    assert shown == [1, 1, 0, 0]
    assert await circle.count("survey_respondent", side.organisation, ids[0]) == 2


async def test_who_answered_is_told_by_number_and_by_name_to_the_own_party(circle):
    survey = await make(circle)
    person = await circle.sides[1].person()
    await answer(person, survey, trust=75)
    await answer(await circle.sides[0].person(), survey, trust=50)
    seen = await ok(circle.sides[2].manager.get(f"/surveys/{survey}"))
    assert sorted((each["party_id"], each["n"]) for each in seen["answered"]) == sorted(
        (str(side.party), 1) for side in circle.sides[:2]
    )
    for side, number in zip(circle.sides, (1, 1, 0), strict=True):
        listed = await ok(side.manager.get(f"/surveys/{survey}/respondents"))
        assert (len(listed["items"]), listed["next_cursor"]) == (number, None)
        assert all(set(each) == {"person_id"} for each in listed["items"])


async def test_a_survey_is_answered_only_while_it_is_open(circle):
    survey = await make(circle, opens_at=stamp(day(5)))
    person = await circle.sides[1].person()
    await refused(person.put(f"/surveys/{survey}/sheet", json={"answers": {"trust": 75}}), 409, "survey-state")
    await refused(circle.sides[0].manager.post(f"/surveys/{survey}/closure"), 409, "survey-state")
    assert (await ok(person.get(f"/surveys/{survey}")))["state"] == "scheduled"
    await circle.kpis.advance(day(5))
    assert (await ok(person.get(f"/surveys/{survey}")))["state"] == "open"
    await answer(person, survey, trust=75)


async def test_a_survey_changes_until_it_opens_and_closes_by_its_new_time(circle):
    survey = await make(circle, opens_at=stamp(day(1)), closes_at=stamp(day(2)))
    manager = circle.sides[0].manager
    changed = {**SURVEY, "title": "Summer", "questions": [TRUST], "opens_at": stamp(day(2)), "closes_at": stamp(day(4))}
    await refused(circle.sides[1].manager.put(f"/surveys/{survey}", json=changed), 403, "not-your-survey")
    await refused(
        manager.put(f"/surveys/{survey}", json=changed, headers={"If-Match": '"7"'}), 412, "precondition-failed"
    )
    answer = await manager.put(f"/surveys/{survey}", json=changed, headers={"If-Match": '"1"'})
    assert (answer.json()["title"], answer.headers["etag"]) == ("Summer", '"2"')
    await circle.kpis.advance(day(3))
    assert (await ok(manager.get(f"/surveys/{survey}")))["state"] == "open"
    await refused(manager.put(f"/surveys/{survey}", json=changed), 409, "survey-state")
    await circle.kpis.advance(day(4))
    await closed(circle, survey)


@pytest.mark.parametrize(
    ("changes", "slug", "pointer"),
    [
        ({"questions": [TRUST, TRUST]}, "invalid-survey", "/questions/1/key"),
        ({"questions": [{**TRUST, "anchors": None}]}, "invalid-survey", "/questions/0/anchors"),
        ({"questions": [{**RECOMMEND, "anchors": ANCHORS}]}, "invalid-survey", "/questions/0/anchors"),
        ({"questions": [{**TRUST, "anchors": ANCHORS[:4]}]}, "unprocessable", "/questions/0/anchors"),
        ({"questions": []}, "unprocessable", "/questions"),
        ({"closes_at": stamp(day(0))}, "invalid-survey", "/closes_at"),
        ({"opens_at": stamp(day(11))}, "invalid-survey", "/closes_at"),
        ({"opens_at": stamp(day(400)), "closes_at": stamp(day(401))}, "invalid-survey", "/closes_at"),
        ({"closes_at": stamp(day(367))}, "invalid-survey", "/closes_at"),
    ],
)
async def test_a_survey_that_makes_no_sense_is_refused(circle, changes, slug, pointer):
    await refused(circle.sides[0].manager.post("/surveys", json={**SURVEY, **changes}), 422, slug, pointer)


@pytest.mark.parametrize(
    ("answers", "slug"),
    [
        ({"trust": 74}, "invalid-answer"),
        ({"recommend": 11}, "invalid-answer"),
        ({"trust": 75, "nothing": 1}, "invalid-answer"),
        ({"trust": "75"}, "unprocessable"),
        ({"trust": 101}, "unprocessable"),
        ({}, "unprocessable"),
    ],
)
async def test_an_answer_that_is_no_step_of_its_scale_is_refused(circle, answers, slug):
    survey = await make(circle)
    await refused(circle.sides[1].manager.put(f"/surveys/{survey}/sheet", json={"answers": answers}), 422, slug)


async def test_a_contributor_makes_no_survey(circle):
    await refused((await circle.sides[0].person()).post("/surveys", json=SURVEY), 403, "forbidden")
    await refused((await circle.sides[0].person(Role.OBSERVER)).post("/surveys", json=SURVEY), 403, "forbidden")


async def test_concurrent_sheets_of_one_person_count_once(circle):
    survey = await make(circle)
    person = await circle.sides[1].person()
    receipts = await asyncio.gather(*(answer(person, survey, recommend=value) for value in range(8)))
    assert sorted(receipt["version"] for receipt in receipts) == list(range(1, 9))
    [seen] = (await ok(person.get(f"/surveys/{survey}")))["answered"]
    assert seen["n"] == 1
    stale = person.put(f"/surveys/{survey}/sheet", json={"answers": {"trust": 0}}, headers={"If-Match": '"1"'})
    await refused(stale, 412, "precondition-failed")


async def test_what_was_acknowledged_before_the_closing_is_in_the_results(circle):
    """People answer while the survey is closed: each answer is either counted or refused."""
    survey = await make(circle)
    crowd = await people(circle.sides[0], 12)
    put = [person.put(f"/surveys/{survey}/sheet", json={"answers": {"trust": 75}}) for person in crowd]
    answers = await asyncio.gather(*put[:6], circle.sides[0].manager.post(f"/surveys/{survey}/closure"), *put[6:])
    statuses = [each.status_code for each in (*answers[:6], *answers[7:])]
    assert set(statuses) <= {200, 409}
    results = await ok(circle.sides[0].manager.get(f"/surveys/{survey}/results"))
    [took_part] = [each for each in results["participation"] if each["answered"]] or [{"answered": 0}]
    assert took_part["answered"] == statuses.count(200)


async def test_surveys_are_listed_page_by_page_and_an_unknown_one_is_none(circle):
    made = [await make(circle, title=f"Survey {number}") for number in range(3)]
    page = await ok(circle.sides[1].manager.get("/surveys", params={"limit": 2}))
    rest = await ok(circle.sides[1].manager.get("/surveys", params={"cursor": page["next_cursor"]}))
    assert [each["id"] for each in (*page["items"], *rest["items"])] == made
    await refused(circle.sides[0].manager.get(f"/surveys/{new_id()}"), 404, "survey-not-found")
