"""What changed between versions of the charter, over HTTP."""

import hashlib

import pytest
import rfc8785
from objectives.charters import charter, objective
from objectives.patches import apply

from entente_objectives.differences import queries


async def test_the_parties_see_field_by_field_what_changed_and_who_proposed_it(scene):
    circle = await scene.circle("1", "1")
    ours, theirs = circle.organisations
    path = f"{circle.path}/charter/versions"
    drivers, riders = objective("drivers"), objective("riders")
    body = charter(objectives=[drivers])
    first = await ours["manager"].post(path, body)
    lower = {**drivers, "target": 75.0}
    await theirs["manager"].post(path, {**body, "based_on": 1, "objectives": [lower]})
    third = await ours["manager"].post(
        path,
        {
            **body,
            "based_on": 2,
            "note": "Riders first",
            "objectives": [riders, lower],
            "ladder": [body["ladder"][0], *body["ladder"][:0:-1]],
        },
    )
    found = await theirs["delegate"].get(f"{circle.path}/charter/differences?from=1&to=3")
    assert [found["before"]["hash"], found["after"]["hash"]] == [first["hash"], third["hash"]]
    assert (found["after"]["note"], found["after"]["withdrawn"]) == ("Riders first", False)
    told = [(each["kind"], each["path"], each["version"], each["party_id"]) for each in found["changes"]]
    mine, other = (str(party) for party in circle.parties)
    assert told == [
        ("moved", "/ladder/Mediation", 3, mine),
        ("added", "/objectives/riders", 3, mine),
        ("changed", "/objectives/drivers/target", 2, other),
    ]
    changed = found["changes"][2]
    assert (changed["before"], changed["after"]) == (80.0, 75.0)
    text = {**apply(first["content"], found["changes"]), "version": 3, "based_on": 2}
    assert hashlib.sha256(rfc8785.dumps(text)).hexdigest() == third["hash"]
    back = await ours["manager"].get(f"{circle.path}/charter/differences?from=3&to=1")
    assert {**apply(third["content"], back["changes"]), "version": 1, "based_on": None} == first["content"]
    same = await ours["manager"].get(f"{circle.path}/charter/differences?from=2&to=2")
    assert same["changes"] == []


async def test_over_a_long_way_the_changes_are_told_but_not_which_version_brought_them(scene, monkeypatch):
    monkeypatch.setattr(queries, "FARTHEST", 1)
    circle = await scene.circle("1", "1")
    body = charter()
    for number, churn in enumerate((100.0, 90.0, 80.0)):
        sent = {**body, "based_on": number or None, "policy": {**body["policy"], "churn_budget": churn}}
        await circle.first["manager"].post(f"{circle.path}/charter/versions", sent)
    for last, origin in ((2, 2), (3, None)):
        found = await circle.first["manager"].get(f"{circle.path}/charter/differences?from=1&to={last}")
        told = [(each["path"], each["before"], each["version"]) for each in found["changes"]]
        assert told == [("/policy/churn_budget", 100.0, origin)]


@pytest.mark.parametrize("asked", ["from=1&to=7", "from=7&to=1"])
async def test_a_version_that_is_not_there_is_not_compared(scene, asked):
    circle = await scene.circle("1", "1")
    await circle.first["manager"].post(f"{circle.path}/charter/versions", charter())
    assert (await circle.first["manager"].refused("GET", f"{circle.path}/charter/differences?{asked}"))[0] == 404


@pytest.mark.parametrize("asked", ["from=0&to=1", "to=1", "from=1", "from=x&to=1", "from=1&to=99999999999999999999"])
async def test_which_versions_is_said_by_their_numbers(scene, asked):
    circle = await scene.circle("1", "1")
    assert (await circle.first["manager"].refused("GET", f"{circle.path}/charter/differences?{asked}"))[0] == 422


async def test_a_stranger_learns_nothing_of_a_negotiation(scene):
    circle, other = await scene.circle("1", "1"), await scene.circle("1", "1")
    await circle.first["manager"].post(f"{circle.path}/charter/versions", charter())
    assert (await other.first["manager"].refused("GET", f"{circle.path}/charter/differences?from=1&to=1"))[0] == 404
