"""The diagnosis over HTTP: what revealed profiles and assessments say, and which frictions and synergies are told."""

import asyncio

import pytest
from objectives.profiles import (
    END,
    PRACTICES,
    START,
    asked,
    culture,
    dimension,
    dimensions,
    expected,
    profile,
)

from entente_objectives.frictions import commands as frictions


async def revealed(circle, *profiles):
    made = await circle.first["manager"].post(f"{circle.path}/profile-rounds", asked())
    path = f"{circle.path}/profile-rounds/{made['id']}"
    for organisation, body in zip(circle.organisations, profiles, strict=True):
        answer = await organisation["sponsor"].request("PUT", f"{path}/profile", body)
        assert answer.status_code == 200, answer.text
    return path


def importance(accidents, **changes):
    return [expected("accidents", accidents, **changes), expected("costs", 100 - accidents)]


async def test_the_diagnosis_shows_each_number_with_its_parts(scene):
    """Two are alike, the third wants costs down, expects it ten years earlier, and values what they do not."""
    circle = await scene.circle()
    clan = culture(55, 20, 20, 5)
    alike = profile(expectations=importance(60, due_at=END), values={"now": clan, "preferred": clan})
    third = profile(
        expectations=importance(20, due_at=START),
        values={"now": culture(10, 20, 20, 50), "preferred": clan},
        practices={**PRACTICES, "formality": 9.0},
    )
    path = await revealed(circle, alike, alike, third)
    found = await circle.organisations[1]["delegate"].get(f"{path}/diagnosis")
    accidents, costs = found["expectations"]
    # By hand: the third is (0.4 + 0 + 1 + 0)/4 = 0.35 from both others on accidents, 0.1 on costs; the others are at 0.
    assert accidents["alignment"] == pytest.approx(1 - 0.7 / 3)
    assert costs["alignment"] == pytest.approx(1 - 0.2 / 3)
    assert (accidents["weight"], costs["weight"]) == (pytest.approx(140 / 300), pytest.approx(160 / 300))
    assert found["alignment"] == pytest.approx((140 * (1 - 0.7 / 3) + 160 * (1 - 0.2 / 3)) / 300)
    assert sorted(pair["distance"] for pair in accidents["pairs"]) == pytest.approx([0, 0.35, 0.35])
    assert {part["name"]: part["weight"] for part in accidents["pairs"][0]["components"]} == dict.fromkeys(
        ("importance", "target", "due_at", "confidence"), 1.0
    )
    # By hand: rank sums 2+2+1 and 1+1+2, so S = 0.5 and W = 12 * 0.5/(9 * 6) = 1/9.
    assert (found["rank_agreement"]["measure"], found["rank_agreement"]["value"]) == ("kendall_w", pytest.approx(1 / 9))
    now = found["values_now"]
    assert now["compatibility"] == pytest.approx(0.55)
    assert str(circle.parties[2]) in now["deciding"]
    assert found["values_preferred"]["compatibility"] == 1
    assert found["practices"]["compatibility"] == pytest.approx(1 - 0.4 / 5)
    assert (found["rule_version"], found["friction_rule_version"]) == ("diagnosis-1", "friction-1")
    assert (found["frictions"]["values.now"], found["synergies"]["values.preferred"]) == (0.3, 0.1)


async def test_two_parties_ranks_are_compared_by_spearmans_rho(scene):
    circle = await scene.circle("1", "1")
    path = await revealed(circle, profile(expectations=importance(60)), profile(expectations=importance(40)))
    agreement = (await circle.first["sponsor"].get(f"{path}/diagnosis"))["rank_agreement"]
    assert (agreement["measure"], agreement["value"]) == ("spearman_rho", -1)
    assert agreement["ranks"] == {str(circle.parties[0]): [2, 1], str(circle.parties[1]): [1, 2]}


async def test_frictions_and_synergies_are_kept_and_told_once_each(scene):
    circle = await scene.circle("1", "1")
    ours, theirs = circle.first["manager"], circle.organisations[1]["delegate"]
    apart = profile(expectations=importance(60, due_at=START), practices={**PRACTICES, "risk_appetite": 0.0})
    made = await ours.post(f"{circle.path}/profile-rounds", asked())
    path = f"{circle.path}/profile-rounds/{made['id']}/profile"
    await circle.first["sponsor"].request("PUT", path, profile())
    assert (await theirs.get(f"{circle.path}/frictions"))["items"] == []
    answers = await asyncio.gather(
        *(circle.organisations[1][who].request("PUT", path, apart) for who in ("sponsor", "manager"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    items = (await theirs.get(f"{circle.path}/frictions"))["items"]
    said = {(each["nature"], each["ground"], each["subject"], each["aspect"]): each for each in items}
    assert set(said) == {
        ("friction", "expectation", "accidents", "due_at"),
        ("friction", "practices", "risk_appetite", "scale"),
        ("synergy", "values", "culture", "preferred"),
        ("synergy", "practices", "practices", "overall"),
    }
    zone = said["friction", "expectation", "accidents", "due_at"]
    assert (zone["threshold"], set(zone["parties"])) == (0.4, {str(party) for party in circle.parties})
    assert zone["distance"] == pytest.approx(0.5, abs=1e-3)
    assert await theirs.get(f"{circle.path}/frictions/{zone['id']}") == zone
    only = await theirs.get(f"{circle.path}/frictions?nature=friction&ground=practices&round_id={made['id']}")
    assert [each["subject"] for each in only["items"]] == ["risk_appetite"]
    told = await circle.heard("friction_found", 4)
    assert sorted(each.data["friction_id"] for each in told) == sorted(each["id"] for each in items)
    assert {each.received.audience for each in told} == {"shared"}
    about = next(each.data for each in told if each.data["friction_id"] == zone["id"])
    assert about == {
        "partnership_id": str(circle.id),
        "friction_id": zone["id"],
        **{k: zone[k] for k in zone if k != "id"},
    }


async def test_of_many_findings_the_clearest_are_told_and_all_are_kept(scene, monkeypatch):
    monkeypatch.setattr(frictions, "MOST_TOLD", 1)
    circle = await scene.circle("1", "1")
    apart = profile(expectations=importance(60, due_at=START), practices={**PRACTICES, "risk_appetite": 0.0})
    made = await circle.first["manager"].post(f"{circle.path}/profile-rounds", asked())
    for organisation, declared in zip(circle.organisations, (profile(), apart), strict=True):
        path = f"{circle.path}/profile-rounds/{made['id']}/profile"
        assert (await organisation["sponsor"].request("PUT", path, declared)).is_success
    items = (await circle.first["manager"].get(f"{circle.path}/frictions"))["items"]
    assert len(items) == 4
    (told,) = await circle.heard("friction_found", 1)
    clearest = max(items, key=lambda each: abs(each["distance"] - each["threshold"]))
    assert told.data["friction_id"] == clearest["id"]


async def test_another_round_finds_anew(scene):
    circle = await scene.circle("1", "1")
    for _ in range(2):
        await revealed(circle, profile(), profile())
    items = (await circle.first["delegate"].get(f"{circle.path}/frictions"))["items"]
    rounds = {each["round_id"] for each in items}
    assert len(rounds) == 2
    assert len(items) == 2 * len([each for each in items if each["round_id"] == min(rounds)])


def ratings(circle, **scores):
    """By dimension: what each party in turn is given."""
    return {
        "ratings": [
            {"party_id": str(party), "dimension": key, "score": score}
            for key, given in scores.items()
            for party, score in zip(circle.parties, given, strict=True)
        ]
    }


async def test_self_and_cross_assessments_are_sealed_and_then_shown_with_their_gaps(scene):
    circle = await scene.circle()
    made = await circle.first["manager"].post(f"{circle.path}/assessment-rounds", dimensions())
    path = f"{circle.path}/assessment-rounds/{made['id']}"
    given = [(9, 5, 5), (4, 5, 5), (8, 5, 5)]
    last = circle.organisations[2]["delegate"]
    for organisation, scores in zip(circle.organisations, given, strict=True):
        assert (await last.get(f"{path}/assessments"))["items"] == []
        assert (await last.refused("GET", f"{path}/gaps"))[0] == 409
        answer = await organisation["manager"].request("PUT", f"{path}/assessment", ratings(circle, reliability=scores))
        assert answer.status_code == 200, answer.text
    assert answer.json()["revealed"] is True
    shown = (await last.get(f"{path}/assessments"))["items"]
    assert {row["party_id"]: [each["score"] for each in row["ratings"]] for row in shown} == {
        str(party): list(scores) for party, scores in zip(circle.parties, given, strict=True)
    }
    one = await last.get(f"{path}/assessments/{circle.parties[1]}")
    assert [each["score"] for each in one["ratings"]] == [4, 5, 5]
    gaps = {each["party_id"]: each for each in (await last.get(f"{path}/gaps"))["gaps"]}
    first = gaps[str(circle.parties[0])]
    assert (first["own"], first["others_mean"], first["gap"]) == (9, 6, 3)
    assert first["others"] == {str(circle.parties[1]): 4, str(circle.parties[2]): 8}
    found = await last.get(f"{circle.path}/frictions?ground=perception")
    assert {(each["nature"], *each["parties"]) for each in found["items"]} == {
        ("friction", str(circle.parties[0]), str(circle.parties[1])),
        ("synergy", str(circle.parties[0]), str(circle.parties[2])),
    }
    told = await circle.heard("profile_revealed")
    assert [(each.data["what"], each.data["round_id"]) for each in told] == [("assessment", made["id"])]
    assert len(await circle.heard("friction_found", 2)) == 2
    late = await circle.first["sponsor"].refused("PUT", f"{path}/assessment", ratings(circle, reliability=(1, 1, 1)))
    assert late[0] == 409


async def test_assessments_at_the_same_time_reveal_once(scene):
    circle = await scene.circle("1", "1", "1", "1")
    for number in (1, 2, 3):
        made = await circle.first["manager"].post(f"{circle.path}/assessment-rounds", dimensions())
        path, body = f"{circle.path}/assessment-rounds/{made['id']}", ratings(circle, reliability=(5, 5, 5, 5))
        answers = await asyncio.gather(
            *(each["sponsor"].request("PUT", f"{path}/assessment", body) for each in circle.organisations)
        )
        assert [answer.json()["revealed"] for answer in answers].count(True) == 1
        assert len((await circle.first["delegate"].get(f"{path}/assessments"))["items"]) == 4
        assert len(await circle.heard("profile_revealed", number)) == number


async def test_an_assessment_rates_every_party_once_on_every_dimension(scene):
    circle = await scene.circle("1", "1")
    rounds = f"{circle.path}/assessment-rounds"
    twice = {"dimensions": [dimension("a"), dimension("a")]}
    status, problem = await circle.first["sponsor"].refused("POST", rounds, twice)
    assert (status, problem["errors"][0]["pointer"]) == (422, "/dimensions/1/key")
    made = await circle.first["sponsor"].post(rounds, dimensions("trust", "speed"))
    assert [each["key"] for each in made["dimensions"]] == ["trust", "speed"]
    path = f"{rounds}/{made['id']}/assessment"
    whole = ratings(circle, trust=(5, 5), speed=(5, 5))
    for body, pointer in (
        (ratings(circle, trust=(5, 5)), "/ratings"),
        (ratings(circle, trust=(5, 5), pace=(5, 5)), "/ratings/2/dimension"),
        (ratings(circle, trust=(5, 11), speed=(5, 5)), "/ratings/1/score"),
        ({"ratings": [*whole["ratings"], whole["ratings"][0]]}, "/ratings/4"),
        ({"ratings": [{**whole["ratings"][0], "party_id": str(circle.id)}]}, "/ratings/0/party_id"),
    ):
        status, problem = await circle.first["sponsor"].refused("PUT", path, body)
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer)
    assert (await circle.first["delegate"].refused("PUT", path, whole))[0] == 403
    stranger = (await scene.circle("1", "1")).first["sponsor"]
    assert (await stranger.refused("PUT", path, whole))[0] == 404


async def test_a_round_of_assessments_is_withdrawn_by_who_opened_it(scene):
    circle = await scene.circle("1", "1")
    made = await circle.first["sponsor"].post(f"{circle.path}/assessment-rounds", dimensions())
    path = f"{circle.path}/assessment-rounds/{made['id']}"
    assert (await circle.organisations[1]["sponsor"].refused("POST", f"{path}/withdrawal"))[0] == 403
    await circle.first["manager"].post(f"{path}/withdrawal", None)
    body = ratings(circle, reliability=(5, 5))
    status, problem = await circle.first["sponsor"].refused("PUT", f"{path}/assessment", body)
    assert (status, problem["type"].rpartition(":")[2]) == (409, "round-withdrawn")
    assert (await circle.first["sponsor"].refused("GET", f"{path}/gaps"))[0] == 409
    await circle.organisations[1]["manager"].post(f"{circle.path}/assessment-rounds", dimensions())


async def test_a_round_is_found_under_its_own_kind_only(scene):
    circle = await scene.circle("1", "1")
    profiles = await circle.first["sponsor"].post(f"{circle.path}/profile-rounds", asked())
    assessments = await circle.first["sponsor"].post(f"{circle.path}/assessment-rounds", dimensions())
    assert (assessments["number"], profiles["number"]) == (1, 1)
    for kind, other in (("assessment", profiles), ("profile", assessments)):
        assert (await circle.first["sponsor"].refused("GET", f"{circle.path}/{kind}-rounds/{other['id']}"))[0] == 404
        listed = (await circle.first["sponsor"].get(f"{circle.path}/{kind}-rounds"))["items"]
        assert other["id"] not in [each["id"] for each in listed]


async def test_strangers_find_no_frictions(scene):
    circle, other = await scene.circle("1", "1"), await scene.circle("1", "1")
    await revealed(circle, profile(), profile())
    found = (await circle.first["sponsor"].get(f"{circle.path}/frictions"))["items"][0]
    stranger = other.first["sponsor"]
    assert (await stranger.refused("GET", f"{circle.path}/frictions"))[0] == 404
    assert (await stranger.refused("GET", f"{circle.path}/frictions/{found['id']}"))[0] == 404
    assert (await stranger.refused("GET", f"{other.path}/frictions/{found['id']}"))[0] == 404
    assert (await stranger.get(f"{other.path}/frictions"))["items"] == []
