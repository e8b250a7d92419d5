"""Variance reviews: what the KPIs of a period came to, why, and who does what about it."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from kpi.kpi_parties import join
from kpi.kpi_world import START, day, stamp

from entente_kpi.reviews import domain
from entente_kpi.trajectories.domain import BEGINNING, Path, Segment, Trajectory
from entente_shared.events.objectives import Role

NOTHING = {"at": None, "value": None, "progress": None, "planned": None, "deviation": None, "change": None}


def test_a_kpi_is_measured_by_its_last_sample_of_the_period():
    agreed = Trajectory(uuid4(), 1, 0.0, 1.0, START, START + timedelta(days=10))
    path, empty = Path([Segment(BEGINNING, agreed)]), Path()
    last, before = (day(5), 0.25), (day(1), 0.125)
    assert domain.measure(path, day(2), last, before) == domain.Figures(day(5), 0.25, 0.25, 0.5, -0.25, 0.125)
    assert domain.measure(path, day(2), last, None) == domain.Figures(day(5), 0.25, 0.25, 0.5, -0.25, None)
    assert domain.measure(empty, day(2), last, before) == domain.Figures(day(5), 0.25, None, None, None, None)
    assert domain.measure(path, day(6), last, last) is None
    assert domain.measure(path, day(6), None, None) is None


async def reviewed(kpis, client, **values):
    body = {"title": "First quarter", "from": stamp(day(2)), "to": stamp(day(6)), **values}
    return await client.post("/variance-reviews", json=body)


async def scene(kpis):
    """A review of days 2 to 6 by a manager, with one KPI that deviated in it, one that has no sample and is tied to nothing."""
    first, second = await join(kpis, 2)
    manager = await first.person(Role.ALLIANCE_MANAGER)
    kpi, idle = await kpis.define(), await kpis.define()
    await kpi.agree(due=10)
    await kpi.push({1: 0.1, 3: -1.0, 5: 0.5, 6: 0.6})
    await kpis.advance(day(7))
    made = await reviewed(kpis, manager)
    assert made.status_code == 201, made.text
    return first, second, manager, kpi, idle, made


async def test_a_review_keeps_what_the_kpis_came_to(kpis):
    *_, kpi, idle, made = await scene(kpis)
    [deviation] = await kpi.deviations()
    expected = {"at": stamp(day(5)), "value": 0.5, "progress": 0.5, "planned": 0.5, "deviation": 0.0, "change": 0.4}
    unsaid = {"cause": None, "comment": None}
    assert made.json()["findings"] == [
        {"kpi_id": str(kpi.id), **expected, "deviations": [deviation["id"]], **unsaid},
        {"kpi_id": str(idle.id), **NOTHING, "deviations": [], **unsaid},
    ]
    assert (made.json()["state"], made.json()["opened_at"], made.json()["from"]) == (
        "open",
        stamp(day(7)),
        stamp(day(2)),
    )
    await kpi.push({5: 0.9}, correction=True)
    path = f"/variance-reviews/{made.json()['id']}"
    assert made.headers["location"].endswith(path)
    assert (await kpis.get(path))["findings"][0]["value"] == 0.5
    assert [each["id"] for each in (await kpis.get("/variance-reviews"))["items"]] == [made.json()["id"]]


async def test_a_review_is_closed_when_every_deviation_is_explained_and_requests_its_actions(kpis):
    _, second, manager, kpi, _, made = await scene(kpis)
    path = f"/variance-reviews/{made.json()['id']}"
    early = await manager.post(f"{path}/closure", json={})
    assert (early.status_code, early.json()["type"]) == (409, "urn:entente:problem:causes-missing")
    why = {"cause": "The supplier was late", "comment": "Twice"}
    explained = await manager.put(f"{path}/findings/{kpi.id}", json=why, headers={"If-Match": made.headers["etag"]})
    assert {name: explained.json()["findings"][0][name] for name in why} == why
    stale = await manager.put(f"{path}/findings/{kpi.id}", json={}, headers={"If-Match": made.headers["etag"]})
    assert stale.status_code == 412
    await second.person(Role.CONTRIBUTOR)
    action = {
        "title": "Find a second supplier", "owner_member_id": str(second.members[Role.CONTRIBUTOR]),
        "due_at": stamp(day(20)), "kpi_id": str(kpi.id), "objective_id": str(kpi.objective),
    }  # fmt: skip
    kept, dropped = [(await manager.post(f"{path}/actions", json=action)).json()["actions"][-1] for _ in range(2)]
    left = await manager.delete(f"{path}/actions/{dropped['id']}")
    assert left.json()["actions"] == [kept]
    assert kept == {"id": kept["id"], "party_id": str(second.id), **action}
    closed = await manager.post(f"{path}/closure", json={"conclusion": "Two suppliers from now on"})
    assert (closed.status_code, closed.json()["state"], closed.json()["closed_at"]) == (201, "closed", stamp(day(7)))
    [fact], [request] = [await kpis.events(name) for name in ("variance_reviewed", "action_requested")]
    assert fact.data["action_ids"] == [kept["id"]]
    assert [each["cause"] for each in fact.data["findings"]] == ["The supplier was late", None]
    assert request.data == {
        "partnership_id": str(kpis.id), "action_id": kept["id"], "review_id": made.json()["id"], "party_id": str(second.id),
        "requested_at": stamp(day(7)), **action,
    }  # fmt: skip
    assert request.row["correlation_id"] == request.row["causation_id"] == fact.row["event_id"]
    for again in (
        manager.post(f"{path}/closure", json={}),
        manager.post(f"{path}/actions", json=action),
        manager.delete(f"{path}/actions/{kept['id']}"),
        manager.put(f"{path}/findings/{kpi.id}", json={}),
    ):
        answer = await again
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:entente:problem:review-closed")


async def test_concurrent_closures_tell_once(kpis):
    _, second, manager, kpi, _, made = await scene(kpis)
    path = f"/variance-reviews/{made.json()['id']}"
    await manager.put(f"{path}/findings/{kpi.id}", json={"cause": "Rain"})
    others = [manager, await second.person(Role.SPONSOR), await second.person(Role.COMMITTEE_MEMBER)]
    answers = await asyncio.gather(*(each.post(f"{path}/closure", json={}) for each in others))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert len(await kpis.events("variance_reviewed")) == 1


async def test_who_may_review(kpis):
    first, *_, made = await scene(kpis)
    path = f"/variance-reviews/{made.json()['id']}"
    for role in Role:
        person = await first.person(role)
        allowed = role in {Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER}
        assert (await reviewed(kpis, person)).status_code == (201 if allowed else 403)
        assert (await person.get(path)).status_code == 200
    assert (await reviewed(kpis, first.system)).status_code == 403


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"to": stamp(day(2))}, "/to"),
        ({"from": stamp(day(8)), "to": stamp(day(9))}, "/from"),
        ({"from": "0001-01-01T00:00:00Z"}, "/from"),
        ({"to": "9999-01-01T00:00:00Z"}, "/to"),
        ({"kpi_ids": []}, "/kpi_ids"),
        ({"kpi_ids": ["01939f61-2d01-7f61-b141-a3548fc06001"]}, "/kpi_ids"),
        ({"title": " "}, "/title"),
    ],
)
async def test_a_review_that_makes_no_sense_names_the_field(kpis, values, pointer):
    *_, manager, _, _, _ = await scene(kpis)
    answer = await reviewed(kpis, manager, **values)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), answer.text


async def test_an_action_that_makes_no_sense_names_the_field(kpis):
    first, _, manager, kpi, idle, _ = await scene(kpis)
    made = await reviewed(kpis, manager, kpi_ids=[str(idle.id)])
    path = f"/variance-reviews/{made.json()['id']}"
    good = {"title": "Act", "owner_member_id": str(first.members[Role.ALLIANCE_MANAGER]), "due_at": stamp(day(8))}
    wrong = {
        "/due_at": stamp(day(7)),
        "/kpi_id": str(kpi.id),
        "/objective_id": str(idle.objective),
        "/owner_member_id": str(first.id),
    }
    for pointer, value in wrong.items():
        answer = await manager.post(f"{path}/actions", json={**good, pointer[1:]: value})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), answer.text
    assert (await manager.post(f"{path}/actions", json=good)).status_code == 201
    for missing in (
        manager.put(f"{path}/findings/{kpi.id}", json={}),
        manager.delete(f"{path}/actions/{uuid4()}"),
        manager.post(f"/variance-reviews/{uuid4()}/closure", json={}),
    ):
        assert (await missing).status_code == 404
