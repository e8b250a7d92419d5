"""Negotiating, signing and amending a charter over HTTP."""

import asyncio
import hashlib

import pytest
import rfc8785
from objectives.charters import charter, mandate, mandates, objective

VERSIONS = "charter/versions"


async def propose(circle, based_on=None, who="manager", **changes):
    body = {**charter(), "based_on": based_on, **changes}
    return await circle.first[who].post(f"{circle.path}/{VERSIONS}", body)


async def test_what_is_signed_is_the_hash_of_the_canonical_content(scene):
    circle = await scene.circle()
    made = await propose(circle)
    assert hashlib.sha256(rfc8785.dumps(made["content"])).hexdigest() == made["hash"]
    assert (made["version"], made["agreed"], made["signatures"]) == (1, False, [])
    assert made["content"]["partnership_id"] == str(circle.id)
    assert [party["weight"] for party in made["content"]["parties"]] == ["0.4", "0.35", "0.25"]
    read = await circle.organisations[1]["delegate"].get(f"{circle.path}/{VERSIONS}/1")
    assert read == made


async def test_the_charter_is_agreed_when_every_party_signed_the_same_hash(scene):
    circle = await scene.circle()
    made = await propose(circle)
    path = f"{circle.path}/{VERSIONS}/1/signatures"
    for organisation in circle.organisations:
        assert (await organisation["sponsor"].refused("GET", f"{circle.path}/charter"))[0] == 404
        signed = await organisation["sponsor"].post(path, {"hash": made["hash"]})
    assert signed["agreed"] is True
    assert (await circle.first["sponsor"].get(f"{circle.path}/charter")) == signed
    told = (await circle.heard("charter_signed"))[0].data
    assert (told["version"], told["hash"]) == (1, made["hash"])
    assert [mandate["tier"] for mandate in told["mandates"]] == ["automatic", "committee", "sponsors", "sponsors"]
    assert told["ladder"][0] == {"name": "Direct talks", "responders": ["alliance_manager"], "limit": "P10D"}
    assert (await circle.first["sponsor"].get(circle.path))["stage"] == "working_together"


async def test_only_a_sponsor_signs_and_only_the_exact_text(scene):
    circle = await scene.circle()
    made = await propose(circle)
    path, body = f"{circle.path}/{VERSIONS}/1/signatures", {"hash": made["hash"]}
    assert (await circle.first["manager"].refused("POST", path, body))[0] == 403
    assert (await circle.first.system.refused("POST", path, body))[0] == 403
    status, problem = await circle.first["sponsor"].refused("POST", path, {"hash": "0" * 64})
    assert (status, problem["errors"][0]["pointer"]) == (409, "/hash")
    missing = f"{circle.path}/{VERSIONS}/2/signatures"
    assert (await circle.first["sponsor"].refused("POST", missing, body))[0] == 404


async def test_a_counter_proposal_voids_what_was_signed_before(scene):
    circle = await scene.circle("1", "1")
    made = await propose(circle)
    ours, theirs = circle.organisations
    first = f"{circle.path}/{VERSIONS}/1/signatures"
    await ours["sponsor"].post(first, {"hash": made["hash"]})
    body = {**charter(), "based_on": None}
    status, problem = await theirs["manager"].refused("POST", f"{circle.path}/{VERSIONS}", body)
    assert (status, problem["errors"][0]["pointer"]) == (409, "/based_on")
    counter = await theirs["manager"].post(f"{circle.path}/{VERSIONS}", {**body, "based_on": 1})
    assert (counter["version"], counter["signatures"]) == (2, [])
    assert (await theirs["sponsor"].refused("POST", first, {"hash": made["hash"]}))[0] == 409
    assert (await circle.sign(counter))["agreed"] is True
    listed = (await ours["sponsor"].get(f"{circle.path}/{VERSIONS}"))["items"]
    assert [(row["version"], row["based_on"], row["agreed"]) for row in listed] == [(1, None, False), (2, 1, True)]


async def test_racing_proposals_and_signatures_never_agree_on_two_texts(scene):
    circle = await scene.circle("1", "1")
    made = await propose(circle)
    path = f"{circle.path}/{VERSIONS}"
    acts = [
        organisation[who].request("POST", address, body)
        for organisation in circle.organisations
        for who, address, body in (
            ("sponsor", f"{path}/1/signatures", {"hash": made["hash"]}),
            ("manager", path, {**charter(), "based_on": 1}),
            ("sponsor", path, {**charter(), "based_on": 1}),
        )
    ]
    answers = await asyncio.gather(*acts)
    assert {answer.status_code for answer in answers} <= {201, 409}
    proposed = [answer.json() for answer in answers if answer.status_code == 201 and answer.json()["version"] == 2]
    assert len(proposed) == 1
    listed = (await circle.first["sponsor"].get(path))["items"]
    assert [row["version"] for row in listed] == [1, 2]
    assert listed[1]["hash"] == proposed[0]["hash"]


async def test_parties_that_sign_at_the_same_moment_agree(scene):
    for _ in range(3):
        circle = await scene.circle()
        made = await propose(circle)
        path, body = f"{circle.path}/{VERSIONS}/1/signatures", {"hash": made["hash"]}
        answers = await asyncio.gather(
            *(party["sponsor"].request("POST", path, body) for party in circle.organisations)
        )
        assert sorted(answer.json()["agreed"] for answer in answers) == [False, False, True]
        assert len(await circle.heard("charter_signed")) == 1


async def test_a_party_signs_once(scene):
    circle = await scene.circle("1", "1")
    made = await propose(circle)
    path, body = f"{circle.path}/{VERSIONS}/1/signatures", {"hash": made["hash"]}
    first = await circle.first["sponsor"].post(path, body)
    assert await circle.first["sponsor"].post(path, body) == first
    assert (await circle.first["sponsor"].refused("GET", f"{circle.path}/{VERSIONS}/7"))[0] == 404


async def test_an_observer_or_a_system_proposes_nothing(scene):
    circle = await scene.circle()
    path = f"{circle.path}/{VERSIONS}"
    assert (await circle.first["delegate"].refused("POST", path, charter()))[0] == 403
    assert (await circle.first.system.refused("POST", path, charter()))[0] == 403


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"objectives": [objective(target=100.0)]}, "/objectives/0/target"),
        ({"objectives": [objective(due_at="2025-01-01T00:00:00Z")]}, "/objectives/0/due_at"),
        ({"objectives": [objective(due_at="2027-01-01T00:00:00")]}, "/objectives/0/due_at"),
        ({"objectives": [objective(baseline="1e999")]}, "/objectives/0/baseline"),
        ({"mandates": mandates()[:3]}, "/mandates"),
        ({"mandates": [mandate("sponsors", support=1.0)]}, "/mandates/0/support"),
        ({"ladder": []}, "/ladder"),
        ({"floors": [{"party_id": "00000000-0000-0000-0000-000000000001", "share": 0.1}]}, "/floors/0/party_id"),
        ({"surprise": 1}, "/surprise"),
        ({"objectives": [objective(due_at="9999-12-31T23:59:59Z")]}, "/objectives/0/due_at"),
        ({"objectives": [objective(due_at="0001-01-01T00:00:00+14:00")]}, "/objectives/0/due_at"),
        ({"objectives": [objective(title="a\u0000b")]}, "/objectives/0/title"),
        ({"mandates": [mandate("sponsors", expires_after="P999999999D")]}, "/mandates/0/expires_after"),
        ({"mandates": [mandate("sponsors", "many")]}, "/mandates/0/max_amount/amount"),
        ({"mandates": [mandate("sponsors", "NaN")]}, "/mandates/0/max_amount/amount"),
        ({"mandates": [mandate("sponsors", "1e400")]}, "/mandates/0/max_amount/amount"),
    ],
)
async def test_a_charter_that_could_not_be_followed_names_the_field(scene, changes, pointer):
    circle = await scene.circle("1", "1")
    status, problem = await circle.first["sponsor"].refused(
        "POST", f"{circle.path}/{VERSIONS}", {**charter(), **changes}
    )
    assert (status, problem["errors"][0]["pointer"]) == (422, pointer)
    assert (await circle.first["sponsor"].get(f"{circle.path}/{VERSIONS}"))["items"] == []


async def test_an_amendment_moves_what_it_changes_and_nothing_else(scene):
    circle = await scene.circle("1", "1")
    kept, moved, dropped = objective("kept"), objective("moved"), objective("dropped")
    await circle.agree(objectives=[kept, moved, dropped])
    before = {row["key"]: row for row in (await circle.first["sponsor"].get(f"{circle.path}/objectives"))["items"]}
    added = objective("added", kpi_id=dropped["kpi_id"], baseline=50.0, target=90.0)
    await circle.agree(based_on=1, objectives=[kept, {**moved, "target": 70.0}, added])
    after = {row["key"]: row for row in (await circle.first["sponsor"].get(f"{circle.path}/objectives"))["items"]}
    assert {key: (row["revision"], row["target"], row["active"]) for key, row in after.items()} == {
        "kept": (1, 80.0, True),
        "moved": (2, 70.0, True),
        "dropped": (1, 80.0, False),
        "added": (1, 90.0, True),
    }
    assert after["moved"]["id"] == before["moved"]["id"]
    assert (after["added"]["direction"], after["kept"]["direction"]) == ("rising", "falling")
    told = [event.data for event in await circle.heard("trajectory_changed", 7)]
    assert [(event["title"], event["revision"]) for event in told[:3]] == [("Fewer drivers killed", 1)] * 3
    assert [told[-1]["kpi_id"], told[3]["active"]] == [dropped["kpi_id"], False]


async def test_what_is_refused_is_said_in_french_too(scene):
    circle = await scene.circle("1", "1")
    status, problem = await circle.first["sponsor"].refused(
        "POST", f"{circle.path}/{VERSIONS}", charter(ladder=[]), Accept_Language="fr"
    )
    assert (status, problem["title"]) == (422, "Les termes de la charte se contredisent")
    assert problem["errors"][0]["detail"].startswith("ladder : a moins de trois niveaux")
