"""Coded interviews: the interviewer's alone, and told by theme in groups of five."""

import asyncio
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kpi.kpi_world import day, stamp
from kpi.people_world import ok, refused

from entente_kpi.interviews import domain
from entente_kpi.interviews.domain import Code, Interview, PartyTheme
from entente_kpi.perception.domain import SMALLEST
from entente_shared.events.objectives import Role
from entente_shared.ids import new_id

A, B = UUID(int=1), UUID(int=2)
CODE = {"theme": "decision-speed", "valence": -2, "quote": "We wait for weeks", "share_quote": True}


def interview(side, *codes, at=0):
    return {"party_id": str(side.party), "held_at": stamp(day(at)), "codes": codes or [CODE]}


async def record(interviewer, side, *codes):
    return await ok(interviewer.post("/interviews", json=interview(side, *codes)))


async def themes(person):
    return (await ok(person.get("/interviews/themes")))["items"]


def test_themes_are_told_by_frequency_and_by_party():
    slow = Code("slow", -2, "weeks", share_quote=True)
    found = domain.themes(
        [
            Interview(
                A, [slow, Code("slow", -1, "secret", share_quote=False), Code("trust", 2, None, share_quote=True)]
            ),
            Interview(B, [Code("slow", 1, "days", share_quote=True)]),
        ]
    )
    assert [(theme.theme, theme.interviews, theme.valence, theme.quotes) for theme in found] == [
        ("slow", 2, pytest.approx(-2 / 3), ["days", "weeks"]),
        ("trust", 1, 2.0, []),
    ]
    assert found[0].parties == [PartyTheme(A, 1, -1.5), PartyTheme(B, 1, 1.0)]


@given(st.integers(0, 60), st.integers(0, 60))
def test_between_two_moments_nothing_or_at_least_a_whole_group_comes_to_be_told(before, after):
    """So the difference of two readings never tells what fewer than SMALLEST people said."""
    before, after = sorted((before, after))
    told = [sum(domain.told(number, recorded) for number in range(1, recorded + 1)) for recorded in (before, after)]
    new = told[1] - told[0]
    assert new == 0 or new >= SMALLEST
    assert after - told[1] < SMALLEST


async def test_an_interview_is_its_interviewers_alone(circle):
    first, second, _ = circle.sides
    made = await record(first.manager, second)
    assert set(made) == {"id", "party_id", "version"}
    read = await ok(first.manager.get(f"/interviews/{made['id']}"))
    assert (read["codes"], read["party_id"]) == ([CODE], str(second.party))
    assert [each["id"] for each in (await ok(first.manager.get("/interviews")))["items"]] == [made["id"]]
    for other in (second.manager, await first.person(Role.SPONSOR), first.system):
        assert (await ok(other.get("/interviews")))["items"] == []
        await refused(other.get(f"/interviews/{made['id']}"), 404, "interview-not-found")
    assert await circle.count("interview", first.organisation, new_id()) == 0


async def test_themes_are_told_when_a_party_has_five_interviews_and_then_by_fives(circle):
    first, second, third = circle.sides
    for _ in range(4):
        await record(first.manager, second)
    for _ in range(5):
        await record(second.manager, third, {"theme": "trust", "valence": 1})
    assert [theme["theme"] for theme in await themes(first.manager)] == ["trust"]
    await record(third.manager, second)
    assert await themes(first.system) == [
        {
            "theme": "decision-speed", "interviews": 5, "valence": -2.0, "quotes": ["We wait for weeks"] * 5,
            "parties": [{"party_id": str(second.party), "interviews": 5, "valence": -2.0}],
        },
        {
            "theme": "trust", "interviews": 5, "valence": 1.0, "quotes": [],
            "parties": [{"party_id": str(third.party), "interviews": 5, "valence": 1.0}],
        },
    ]  # fmt: skip
    told = await themes(first.manager)
    await record(third.manager, second, {"theme": "money", "valence": 2})
    assert await themes(first.manager) == told


async def test_an_interview_changes_until_it_is_told(circle):
    first, second, _ = circle.sides
    made = await record(first.manager, second)
    path, changed = f"/interviews/{made['id']}", {"held_at": stamp(day(0)), "codes": [{"theme": "trust", "valence": 0}]}
    await refused(first.manager.put(path, json=changed, headers={"If-Match": '"3"'}), 412, "precondition-failed")
    answer = await first.manager.put(path, json=changed, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    await refused(second.manager.put(path, json=changed), 404, "interview-not-found")
    for _ in range(4):
        await record(second.manager, second)
    assert [theme["interviews"] for theme in await themes(first.manager)] == [4, 1]
    await refused(first.manager.put(path, json=changed), 409, "interview-told")


async def test_concurrent_interviews_are_counted_one_by_one(circle):
    first, second, _ = circle.sides
    await asyncio.gather(*(record(side.manager, second) for side in circle.sides for _ in range(4)))
    assert [theme["interviews"] for theme in await themes(first.manager)] == [10]


async def test_an_interview_that_makes_no_sense_is_refused(circle):
    first, second, _ = circle.sides
    manager = first.manager
    unknown = {**interview(second), "party_id": str(uuid4())}
    await refused(manager.post("/interviews", json=unknown), 422, "invalid-interview", "/party_id")
    await refused(manager.post("/interviews", json=interview(second, at=1)), 422, "invalid-interview", "/held_at")
    strong = interview(second, {"theme": "trust", "valence": 3})
    await refused(manager.post("/interviews", json=strong), 422, "unprocessable", "/codes/0/valence")
    await refused((await first.person()).post("/interviews", json=interview(second)), 403, "forbidden")
    await refused(first.system.post("/interviews", json=interview(second)), 403, "forbidden")
