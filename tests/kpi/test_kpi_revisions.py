"""Versions of a definition: what takes effect at once, what waits for every party, and what becomes of the samples."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kpi.kpi_parties import define, join
from kpi.kpi_world import RULE, START, stored
from support.waiting import eventually

from entente_kpi.definitions import documents
from entente_kpi.definitions.domain import Aggregation, Approval, Definition, Direction, Level, OnConflict, Retention
from entente_kpi.evaluation.domain import Rule
from entente_kpi.revisions import domain
from entente_shared.events.objectives import Role

DAY = timedelta(days=1)
BEFORE = Definition(
    name="Speed", unit="1", cadence=DAY, on_conflict=OnConflict.REJECT, rule=Rule(-0.25, -0.1, 0 * DAY, DAY, None, 0 * DAY)
)  # fmt: skip
CHANGES = {
    "name": "Pace",
    "unit": "%",
    "cadence": 2 * DAY,
    "on_conflict": OnConflict.CORRECT,
    "rule": Rule(-0.3, -0.1, 0 * DAY, DAY, 3 * DAY, 0 * DAY),
    "description": "How fast",
    "level": Level.STRATEGIC,
    "direction": Direction.FALLING,
    "aggregation": Aggregation.SUM,
    "sources": (uuid4(),),
    "retention": Retention(DAY, 2 * DAY, None, None),
    "approval": Approval.REQUIRED,
}
AT_ONCE = {"name", "description", "level"}


@given(st.sets(st.sampled_from(sorted(CHANGES))))
def test_a_definition_is_the_same_after_it_was_kept(names):
    definition = Definition(**{**{f: getattr(BEFORE, f) for f in CHANGES}, **{name: CHANGES[name] for name in names}})
    assert documents.from_json(documents.to_json(definition)) == definition
    assert domain.changed(BEFORE, definition) == names
    assert domain.needs_approval(BEFORE, definition, agreed=True) == bool(names - AT_ONCE)
    assert not domain.needs_approval(BEFORE, definition, agreed=False)
    assert domain.needs_approval(definition, BEFORE, agreed=False) == ("approval" in names)


async def versions(kpis, kpi):
    found = await kpis.get(f"/kpis/{kpi.id}/versions")
    return [(each["number"], each["state"], each["changes"]) for each in found["items"]]


async def test_before_a_charter_ties_it_a_change_takes_effect_at_once_and_is_kept(kpis):
    kpi = await kpis.define()
    etag = (await kpis.http.get(f"/kpis/{kpi.id}")).headers["etag"]
    change = {"unit": "%", "level": "strategic", "reason": "Measured as a share"}
    made = await kpis.http.post(f"/kpis/{kpi.id}/versions", json=change, headers={"If-Match": etag})
    assert (made.status_code, made.json()["state"], made.json()["changes"]) == (201, "in_force", ["level", "unit"])
    assert await versions(kpis, kpi) == [(1, "superseded", []), (2, "in_force", ["level", "unit"])]
    first = await kpis.get(f"/kpis/{kpi.id}/versions/1")
    assert (first["definition"]["unit"], first["definition"]["rule"]["theta_on"]) == ("1", -0.25)
    read = await kpis.get(f"/kpis/{kpi.id}")
    assert (read["unit"], read["level"], read["version"], read["rule_version"]) == ("%", "strategic", 2, 1)
    told = (await kpis.events("kpi_changed"))[-1].data
    assert (told["unit"], told["definition_version"], told["pending_version"], told["active"]) == ("%", 2, None, True)
    stale = await kpis.http.post(f"/kpis/{kpi.id}/versions", json={"unit": "1"}, headers={"If-Match": etag})
    assert stale.status_code == 412
    page = await kpis.get(f"/kpis/{kpi.id}/versions", limit=1)
    assert (await kpis.get(f"/kpis/{kpi.id}/versions", cursor=page["next_cursor"]))["items"][0]["number"] == 2


async def test_a_draft_is_evaluated_when_every_party_has_approved_it_with_all_that_came_before(kpis):
    first, second, third = await join(kpis, 3)
    kpi = await define(await first.person(Role.ALLIANCE_MANAGER), kpis, approval="required")
    await kpi.agree()
    await kpi.push({0: 0.0, 1: -1.0})
    read = await kpis.get(f"/kpis/{kpi.id}")
    assert (read["status"], read["state"], read["latest_value"]) == ("draft", "ok", -1.0)
    assert not (await kpis.events("kpi_changed"))[-1].data["active"]
    path = f"/kpis/{kpi.id}/versions/1/approvals"
    contributor = await second.person(Role.CONTRIBUTOR)
    assert (await contributor.post(path)).status_code == 403
    assert (await second.system.post(path)).status_code == 403
    one = await (await second.person(Role.SPONSOR)).post(path)
    assert one.json()["state"] == "proposed"
    again = await (await second.person(Role.ALLIANCE_MANAGER)).post(path)
    assert {each["party_id"] for each in again.json()["approvals"]} == {str(first.id), str(second.id)}
    assert await kpi.deviations() == []
    last = await (await third.person(Role.ALLIANCE_MANAGER)).post(path)
    assert (last.json()["state"], len(last.json()["approvals"])) == ("in_force", 3)
    assert (await kpis.get(f"/kpis/{kpi.id}"))["status"] == "active"
    assert await kpi.spans() == [(1, 1.0, None, False)]
    late = await (await third.person(Role.ALLIANCE_MANAGER)).post(path)
    assert (late.status_code, late.json()["type"]) == (409, "urn:entente:problem:not-proposed")


@pytest.mark.parametrize(
    "change", [{"unit": "%"}, {"direction": "falling"}, {"aggregation": "sum"}, {"rule": {**RULE, "keep": "P1D"}}]
)
async def test_once_a_charter_ties_it_what_a_kpi_means_waits_for_every_party(kpis, change):
    first, second = await join(kpis, 2)
    manager = await first.person(Role.ALLIANCE_MANAGER)
    kpi = await define(manager, kpis)
    await kpi.agree()
    path = f"/kpis/{kpi.id}/versions"
    renamed = await manager.post(path, json={"name": "Pace"})
    assert renamed.json()["state"] == "in_force"
    waiting = await manager.post(path, json=change)
    assert (waiting.json()["state"], waiting.json()["number"]) == ("proposed", 3)
    assert (await kpis.get(f"/kpis/{kpi.id}"))["unit"] == "1"
    assert (await kpis.events("kpi_changed"))[-1].data["pending_version"] == 3
    other = await manager.post(path, json={"name": "Haste"})
    assert (other.status_code, other.json()["type"]) == (409, "urn:entente:problem:proposal-open")
    approved = await (await second.person(Role.SPONSOR)).post(f"{path}/3/approvals")
    assert approved.json()["state"] == "in_force"
    assert [state for _, state, _ in await versions(kpis, kpi)] == ["superseded", "superseded", "in_force"]
    assert (await kpis.events("kpi_changed"))[-1].data["definition_version"] == 3


async def test_a_refused_change_leaves_everything_and_makes_room_for_another(kpis):
    first, second = await join(kpis, 2)
    kpi = await define(await first.person(Role.SPONSOR), kpis, approval="required")
    path = f"/kpis/{kpi.id}/versions"
    refuser = await second.person(Role.ALLIANCE_MANAGER)
    refused = await refuser.post(f"{path}/1/refusals", json={"reason": "Not what we count"})
    assert (refused.json()["state"], refused.json()["refused_by"]) == ("refused", str(second.id))
    assert refused.json()["refused_because"] == "Not what we count"
    assert (await refuser.post(f"{path}/1/approvals")).status_code == 409
    proposed = await refuser.post(path, json={"unit": "{trip}"})
    assert proposed.json()["number"] == 2
    await (await first.person(Role.SPONSOR)).post(f"{path}/2/approvals")
    read = await kpis.get(f"/kpis/{kpi.id}")
    assert (read["status"], read["unit"], read["version"]) == ("active", "{trip}", 2)
    assert [state for _, state, _ in await versions(kpis, kpi)] == ["refused", "in_force"]


async def test_concurrent_approvals_put_a_version_into_force_once(kpis):
    parties = await join(kpis, 4)
    kpi = await define(kpis.http, kpis, approval="required")
    await kpi.agree()
    await kpi.push({0: -1.0})
    persons = [await party.person(Role.SPONSOR) for party in parties]
    answers = await asyncio.gather(*(each.post(f"/kpis/{kpi.id}/versions/1/approvals") for each in persons))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert sorted(answer.json()["state"] for answer in answers) == ["in_force", *["proposed"] * 3]
    assert len(await kpis.events("deviation_opened")) == 1


async def test_a_new_rule_has_a_number_of_its_own_and_judges_from_then_on(kpis):
    [party] = await join(kpis, 1)
    kpi = await kpis.define()
    await kpi.agree()
    await kpi.push({0: -0.3, 1: 0.0})
    changed = await (await party.person(Role.SPONSOR)).post(
        f"/kpis/{kpi.id}/versions", json={"rule": {**RULE, "theta_on": -0.4}}
    )
    assert changed.json()["state"] == "in_force", changed.text
    await kpi.push({2: -0.3, 3: -0.4})
    assert await kpi.spans() == [(1, 0.0, 1.0, False), (2, 3.0, None, False)]
    read = await kpis.get(f"/kpis/{kpi.id}")
    assert (read["rule_version"], read["rule"]["theta_on"]) == (2, -0.4)
    assert [each["rule"]["version"] for each in await kpi.deviations()] == [1, 2]


async def test_a_shorter_delay_lets_what_it_held_back_be_judged(kpis):
    [party] = await join(kpis, 1)
    kpi = await kpis.define(evaluation_delay="P2D")
    await kpi.agree()
    await kpi.push({0: 0.0, 1: -0.5})
    assert await kpi.spans() == []
    sponsor = await party.person(Role.SPONSOR)
    made = await sponsor.post(f"/kpis/{kpi.id}/versions", json={"rule": RULE})
    assert made.json()["state"] == "in_force", made.text
    assert await kpi.spans() == [(1, 1.0, None, False)]


async def test_a_kpi_that_need_no_longer_speak_is_not_silent(kpis):
    [party] = await join(kpis, 1)
    kpi = await kpis.define(stale_after="P2D")
    await kpi.agree()
    await kpi.push({0: 0.0})
    await kpis.advance(START + 5 * DAY)

    async def silent():
        return await kpi.state() == "no_data"

    await eventually(silent)
    await (await party.person(Role.SPONSOR)).post(f"/kpis/{kpi.id}/versions", json={"rule": RULE})
    assert await kpi.state() == "ok"


async def test_only_the_sources_of_a_kpi_may_push_to_it(kpis):
    first, second = await join(kpis, 2)
    kpi = await define(first.system, kpis, sources=[str(second.id)])
    assert (await kpis.get(f"/kpis/{kpi.id}"))["sources"] == [str(second.organisation)]
    sample = {"samples": [{"at": "2026-01-01T00:00:00Z", "value": 1.0}]}
    for params in ({"dry_run": True}, {}):
        [outcome] = (await first.system.post(f"/kpis/{kpi.id}/samples", json=sample, params=params)).json()["outcomes"]
        assert (outcome["outcome"], outcome["pointer"]) == ("rejected", "/samples/0/kpi_id")
        assert "sources" in outcome["reason"]
        assert await stored(kpi) == []
    [outcome] = (await second.system.post(f"/kpis/{kpi.id}/samples", json=sample)).json()["outcomes"]
    assert outcome["outcome"] == "stored"
    unknown = await first.system.post(f"/kpis/{kpi.id}/versions", json={"sources": [str(uuid4())]})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/sources/0")
    opened = await first.system.post(f"/kpis/{kpi.id}/versions", json={"sources": None})
    assert opened.json()["definition"]["sources"] is None
    [outcome] = (await first.system.post(f"/kpis/{kpi.id}/samples", json=sample)).json()["outcomes"]
    assert outcome["outcome"] == "unchanged"


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({}, 422, None),
        ({"name": "Speed"}, 422, None),
        ({"name": None}, 422, "/name"),
        ({"template": "revenue_generated"}, 422, "/template"),
        ({"retention": {"raw": None, "minute": "P30D"}}, 422, "/retention/minute"),
        ({"retention": {"raw": "PT0S"}}, 422, "/retention/raw"),
        ({"unit": "speed"}, 422, "/unit"),
    ],
)
async def test_a_change_that_makes_no_sense_names_the_field(kpis, change, status, pointer):
    kpi = await kpis.define()
    answer = await kpis.http.post(f"/kpis/{kpi.id}/versions", json=change)
    assert answer.status_code == status, answer.text
    if pointer:
        assert answer.json()["errors"][0]["pointer"] == pointer
    assert len(await versions(kpis, kpi)) == 1
    assert (await kpis.http.get(f"/kpis/{kpi.id}/versions/2")).status_code == 404
