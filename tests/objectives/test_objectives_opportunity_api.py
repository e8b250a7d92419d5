"""Opportunity analyses over HTTP: the parties score what they have in common, and each sponsor says go or not."""

import asyncio
from uuid import uuid4


def scores(visions, strategies, resources, reason="It seems so."):
    given = {"visions": visions, "strategies": strategies, "resources": resources}
    return {name: {"score": score, "reason": f"{reason} ({name})"} for name, score in given.items()}


async def opened(circle, title="Shall we?"):
    made = await circle.first["manager"].post(f"{circle.path}/opportunity-analyses", {"title": title})
    return f"{circle.path}/opportunity-analyses/{made['id']}"


async def score(circle, path, index, *given):
    client = circle.organisations[index]["manager"]
    answer = await client.request("PUT", f"{path}/scores", scores(*(given or (80, 70, 60))))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def say(circle, path, index, position, reason="Because."):
    body = {"position": position, "reason": reason}
    return await circle.organisations[index]["sponsor"].post(f"{path}/positions", body)


async def test_all_score_the_rule_recommends_and_all_say_go(scene):
    circle = await scene.circle("1", "1")
    path, ids = await opened(circle), [str(party) for party in circle.parties]
    first = await score(circle, path, 0, 60, 70, 80)
    assert (first["status"], first["recommendation"], first["scores_awaited"]) == ("open", None, ids[1:])
    both = await score(circle, path, 1, 80, 90, 100)
    advice = both["recommendation"]
    assert (advice["advice"], advice["score"], advice["grounds"]) == ("go", 80, [])
    visions = advice["convergence"][0]
    assert visions == {
        "dimension": "visions",
        "scores": {ids[0]: 60, ids[1]: 80},
        "mean": 70,
        "lowest": 60,
        "highest": 80,
        "spread": 20,
    }
    assert (advice["rule_version"], advice["limits"]["go_mean"]) == ("opportunity-1", 60)
    reasons = {(each["party_id"], each["dimension"]): each["reason"] for each in both["scores"]}
    assert reasons[ids[0], "resources"] == "It seems so. (resources)"
    half = await say(circle, path, 0, "go")
    assert (half["status"], half["positions_awaited"]) == ("open", ids[1:])
    done = await say(circle, path, 1, "go", "The patrols fit.")
    assert (done["status"], done["concluded_at"]) == ("go", "2026-01-01T00:00:00Z")
    assert {each["party_id"]: each["reason"] for each in done["positions"]} == {
        ids[0]: "Because.",
        ids[1]: "The patrols fit.",
    }
    assert await circle.organisations[1]["delegate"].get(path) == done


async def test_one_no_is_a_no_and_the_next_analysis_keeps_the_first(scene):
    circle = await scene.circle("1", "1")
    path = await opened(circle, "First")
    for index in (0, 1):
        await score(circle, path, index, 19, 90, 90)
    assert (await say(circle, path, 0, "go"))["recommendation"]["advice"] == "no_go"
    ended = await say(circle, path, 1, "no_go", "The visions differ.")
    assert ended["status"] == "no_go"
    for method, where, body in (
        ("PUT", f"{path}/scores", scores(1, 1, 1)),
        ("POST", f"{path}/positions", {"position": "go", "reason": "x"}),
    ):
        status, problem = await circle.first["sponsor"].refused(method, where, body)
        assert (status, problem["type"].rpartition(":")[2]) == (409, "analysis-concluded")
    await opened(circle, "Second")
    listed = (await circle.first["delegate"].get(f"{circle.path}/opportunity-analyses"))["items"]
    assert [(each["number"], each["title"], each["status"]) for each in listed] == [
        (1, "First", "no_go"),
        (2, "Second", "open"),
    ]
    assert listed[0]["positions"] == ended["positions"]


async def test_a_sponsor_thinks_again_until_all_have_spoken_and_both_positions_are_kept(scene):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    for index in (0, 1):
        await score(circle, path, index)
    await say(circle, path, 0, "no_go", "Not yet.")
    await say(circle, path, 0, "go", "Now it is.")
    kept = (await circle.organisations[1]["sponsor"].get(f"{path}/positions"))["items"]
    assert [(each["position"], each["reason"], each["replaced_at"] is None) for each in kept] == [
        ("no_go", "Not yet.", False),
        ("go", "Now it is.", True),
    ]
    assert (await say(circle, path, 1, "go"))["status"] == "go"


async def test_what_is_decided_by_is_not_rewritten(scene):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    await score(circle, path, 0, 10, 10, 10)
    body = {"position": "go", "reason": "x"}
    status, problem = await circle.first["sponsor"].refused("POST", f"{path}/positions", body)
    assert (status, problem["type"].rpartition(":")[2]) == (409, "scores-awaited")
    await score(circle, path, 1)
    assert (await score(circle, path, 0, 90, 90, 90))["recommendation"]["advice"] == "go"
    await say(circle, path, 1, "go")
    status, problem = await circle.first["sponsor"].refused("PUT", f"{path}/scores", scores(1, 1, 1))
    assert (status, problem["type"].rpartition(":")[2]) == (409, "scores-settled")


async def test_there_is_nothing_to_analyse_once_the_charter_is_signed(scene):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    for index in (0, 1):
        await score(circle, path, index)
    await circle.agree()
    for method, where, body in (
        ("PUT", f"{path}/scores", scores(1, 1, 1)),
        ("POST", f"{path}/positions", {"position": "go", "reason": "x"}),
        ("POST", f"{circle.path}/opportunity-analyses", {"title": "Too late"}),
    ):
        status, problem = await circle.first["sponsor"].refused(method, where, body)
        assert (status, problem["type"].rpartition(":")[2]) == (409, "charter-in-force")


async def test_who_may_open_score_and_decide(scene):
    circle = await scene.circle("1", "1")
    analyses = f"{circle.path}/opportunity-analyses"
    for client in (circle.first["delegate"], circle.first.system):
        assert (await client.refused("POST", analyses, {"title": "x"}))[0] == 403
    path = await opened(circle)
    status, problem = await circle.first["sponsor"].refused("POST", analyses, {"title": "x"})
    assert (status, problem["type"].rpartition(":")[2]) == (409, "analysis-open")
    assert (await circle.first["delegate"].refused("PUT", f"{path}/scores", scores(1, 1, 1)))[0] == 403
    position = {"position": "go", "reason": "x"}
    for who in ("manager", "delegate"):
        assert (await circle.first[who].refused("POST", f"{path}/positions", position))[0] == 403
    stranger = (await scene.circle("1", "1")).first["sponsor"]
    for method, where, body in (
        ("GET", path, None),
        ("GET", f"{path}/positions", None),
        ("PUT", f"{path}/scores", scores(1, 1, 1)),
        ("POST", f"{path}/positions", position),
    ):
        assert (await stranger.refused(method, where, body))[0] == 404
    assert (await circle.first["sponsor"].refused("GET", f"{analyses}/{uuid4()}"))[0] == 404


async def test_a_stale_view_is_not_decided_on(scene):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    seen = (await circle.first["sponsor"].request("GET", path)).headers["etag"]
    await score(circle, path, 1)
    stale = await circle.first["sponsor"].refused("PUT", f"{path}/scores", scores(1, 1, 1), If_Match=seen)
    assert stale[0] == 412


async def test_scores_and_reasons_are_checked(scene):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    for body, pointer in (
        (scores(101, 1, 1), "/visions/score"),
        (scores(1.5, 1, 1), "/visions/score"),
        ({**scores(1, 1, 1), "resources": {"score": 1, "reason": " "}}, "/resources/reason"),
        ({"visions": {"score": 1, "reason": "x"}}, "/strategies"),
    ):
        status, problem = await circle.first["sponsor"].refused("PUT", f"{path}/scores", body)
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer)


async def test_positions_at_the_same_time_conclude_once(scene):
    circle = await scene.circle("1", "1", "1", "1")
    path = await opened(circle)
    await asyncio.gather(*(score(circle, path, index) for index in range(4)))
    answers = await asyncio.gather(*(say(circle, path, index, "go") for index in range(4)))
    assert sorted(answer["status"] for answer in answers) == ["go", "open", "open", "open"]
    assert len((await circle.first["sponsor"].get(path))["positions"]) == 4
    again = await asyncio.gather(
        *(
            organisation["sponsor"].request("POST", f"{circle.path}/opportunity-analyses", {"title": "again"})
            for organisation in circle.organisations
        )
    )
    assert sorted(answer.status_code for answer in again) == [201, 409, 409, 409]
