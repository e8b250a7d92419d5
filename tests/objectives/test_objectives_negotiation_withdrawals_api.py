"""Signatures and proposals that a party takes back, and why."""

import asyncio

from objectives.charters import charter

WHY = {"reason": "Our board asks for another due date"}


async def propose(circle, organisation, based_on=None, **changes):
    body = {**charter(), "based_on": based_on, **changes}
    return await organisation["manager"].post(f"{circle.path}/charter/versions", body)


def address(circle, number, *rest):
    return "/".join([f"{circle.path}/charter/versions/{number}", *rest])


async def test_a_party_takes_its_signature_back_before_all_have_signed_and_the_others_see_why(scene):
    circle = await scene.circle("1", "1")
    ours, theirs = circle.organisations
    made = await propose(circle, ours)
    signing, taking_back = address(circle, 1, "signatures"), address(circle, 1, "signatures", "withdrawal")
    await ours["sponsor"].post(signing, {"hash": made["hash"]})
    await ours["sponsor"].post(taking_back, WHY)
    seen = await theirs["sponsor"].get(address(circle, 1))
    assert seen["signatures"] == []
    assert [(row["what"], row["party_id"], row["reason"]) for row in seen["withdrawals"]] == [
        ("signature", str(circle.parties[0]), WHY["reason"])
    ]
    assert seen["withdrawn"] is False
    signed = await theirs["sponsor"].post(signing, {"hash": made["hash"]})
    assert signed["agreed"] is False
    again = await ours["sponsor"].post(signing, {"hash": made["hash"]})
    assert again["agreed"] is True
    assert len(await circle.heard("charter_signed")) == 1


async def test_only_a_signature_that_is_there_and_binds_nobody_yet_is_taken_back(scene):
    circle = await scene.circle("1", "1")
    ours, theirs = circle.organisations
    made = await propose(circle, ours)
    taking_back = address(circle, 1, "signatures", "withdrawal")
    status, problem = await ours["sponsor"].refused("POST", taking_back, WHY)
    assert (status, problem["type"].rsplit(":", 1)[-1]) == (409, "not-signed")
    assert (await ours["manager"].refused("POST", taking_back, WHY))[0] == 403
    assert (await ours.system.refused("POST", taking_back, WHY))[0] == 403
    assert (await ours["sponsor"].refused("POST", taking_back, {}))[0] == 422
    await circle.sign(made)
    status, problem = await theirs["sponsor"].refused("POST", taking_back, WHY)
    assert (status, problem["type"].rsplit(":", 1)[-1]) == (409, "version-in-force")
    await propose(circle, theirs, based_on=1)
    assert (await ours["sponsor"].refused("POST", taking_back, WHY))[0] == 409
    assert (await ours["sponsor"].get(f"{circle.path}/charter"))["version"] == 1


async def test_a_proposer_takes_the_newest_proposal_back_and_a_new_one_is_due(scene):
    circle = await scene.circle("1", "1")
    ours, theirs = circle.organisations
    first = await propose(circle, ours)
    await ours["sponsor"].post(address(circle, 1, "signatures"), {"hash": first["hash"]})
    counter = await propose(circle, theirs, based_on=1, note="A later due date, as the winter stops the works")
    assert (await ours["manager"].get(address(circle, 2)))["note"] == "A later due date, as the winter stops the works"
    await ours["sponsor"].post(address(circle, 2, "signatures"), {"hash": counter["hash"]})
    gone = await theirs["manager"].post(address(circle, 2, "withdrawal"), WHY)
    assert (gone["withdrawn"], gone["agreed"]) == (True, False)
    # Neither the one that was withdrawn nor the one that it had answered can be signed now.
    for number, text in ((2, counter["hash"]), (1, first["hash"])):
        status, problem = await theirs["sponsor"].refused("POST", address(circle, number, "signatures"), {"hash": text})
        assert status == 409, problem
    status, problem = await ours["manager"].refused(
        "POST", f"{circle.path}/charter/versions", {**charter(), "based_on": 1}
    )
    assert (status, problem["errors"][0]["pointer"]) == (409, "/based_on")
    third = await propose(circle, ours, based_on=2)
    assert third["signatures"] == []
    assert (await circle.sign(third))["agreed"] is True


async def test_only_the_party_that_proposed_takes_a_proposal_back_and_only_while_it_is_open(scene):
    circle = await scene.circle("1", "1")
    ours, theirs = circle.organisations
    made = await propose(circle, ours)
    taking_back = address(circle, 1, "withdrawal")
    assert (await theirs["sponsor"].refused("POST", taking_back, WHY))[0] == 403
    assert (await ours["delegate"].refused("POST", taking_back, WHY))[0] == 403
    assert (await ours["sponsor"].refused("POST", address(circle, 9, "withdrawal"), WHY))[0] == 404
    await circle.sign(made)
    assert (await ours["sponsor"].refused("POST", taking_back, WHY))[0] == 409
    await propose(circle, ours, based_on=1)
    await ours["sponsor"].post(address(circle, 2, "withdrawal"), WHY)
    assert (await ours["sponsor"].refused("POST", address(circle, 2, "withdrawal"), WHY))[0] == 409
    assert (await theirs["sponsor"].get(f"{circle.path}/charter"))["version"] == 1


async def test_a_withdrawal_and_the_last_signature_at_once_are_one_after_the_other(scene):
    for _ in range(4):
        circle = await scene.circle("1", "1")
        ours, theirs = circle.organisations
        made = await propose(circle, ours)
        signing, body = address(circle, 1, "signatures"), {"hash": made["hash"]}
        await ours["sponsor"].post(signing, body)
        signed, gone, back = await asyncio.gather(
            theirs["sponsor"].request("POST", signing, body),
            ours["manager"].request("POST", address(circle, 1, "withdrawal"), WHY),
            ours["sponsor"].request("POST", address(circle, 1, "signatures", "withdrawal"), WHY),
        )
        version = await ours["sponsor"].get(address(circle, 1))
        if version["agreed"]:
            assert (signed.status_code, gone.status_code, back.status_code) == (201, 409, 409)
            assert len(version["signatures"]) == 2
        else:
            assert 201 in {gone.status_code, back.status_code}
            assert version["withdrawn"] is (gone.status_code == 201)
            assert (await ours["sponsor"].refused("GET", f"{circle.path}/charter"))[0] == 404


async def test_each_act_on_a_version_changes_its_etag(scene):
    circle = await scene.circle("1", "1")
    ours, theirs = circle.organisations
    made = await propose(circle, ours)
    signing, body = address(circle, 1, "signatures"), {"hash": made["hash"]}
    acts = [
        (ours["sponsor"], signing, body),
        (ours["sponsor"], f"{signing}/withdrawal", WHY),
        (theirs["sponsor"], signing, body),
        (ours["manager"], address(circle, 1, "withdrawal"), WHY),
    ]
    etags = [(await ours["delegate"].request("GET", address(circle, 1))).headers["etag"]]
    for who, path, sent in acts:
        await who.post(path, sent)
        etags.append((await ours["delegate"].request("GET", address(circle, 1))).headers["etag"])
    assert len(set(etags)) == 5


async def test_parties_comment_on_a_place_in_a_version_and_each_sees_what_the_other_says(scene):
    circle = await scene.circle("1", "1")
    ours, theirs = circle.organisations
    made = await propose(circle, ours)
    target, path = "/objectives/drivers/target", address(circle, 1, "comments")
    await theirs["delegate"].post(path, {"path": target, "text": "78 at best"})
    await ours["manager"].post(path, {"text": "As a whole it is fair"})
    await ours["manager"].post(path, {"path": "/objectives/drivers", "text": "Our main point"})
    listed = (await ours["sponsor"].get(path))["items"]
    assert [(row["party_id"], row["path"], row["text"]) for row in listed] == [
        (str(circle.parties[1]), target, "78 at best"),
        (str(circle.parties[0]), "", "As a whole it is fair"),
        (str(circle.parties[0]), "/objectives/drivers", "Our main point"),
    ]
    inside = (await ours["sponsor"].get(f"{path}?path=/objectives/drivers"))["items"]
    assert [row["path"] for row in inside] == [target, "/objectives/drivers"]
    assert (await ours["sponsor"].get(address(circle, 1)))["hash"] == made["hash"]
    page = await ours["sponsor"].get(f"{path}?limit=2")
    assert len(page["items"]) == 2
    assert (await ours["sponsor"].get(f"{path}?limit=2&cursor={page['next_cursor']}"))["items"] == listed[2:]


async def test_a_comment_on_nothing_or_by_nobody_is_refused(scene):
    circle, other = await scene.circle("1", "1"), await scene.circle("1", "1")
    await propose(circle, circle.first)
    path = address(circle, 1, "comments")
    for wrong in ("/objectives/0", "/objectives/drivers/target/x", "/nothing", "/ladder/0", "objectives", "/a\u0000"):
        status, problem = await circle.first["manager"].refused("POST", path, {"path": wrong, "text": "x"})
        assert (status, problem["errors"][0]["pointer"]) == (422, "/path")
    said = {"text": "x"}
    assert (await circle.first.system.refused("POST", path, said))[0] == 403
    assert (await circle.first["manager"].refused("POST", address(circle, 2, "comments"), said))[0] == 404
    assert (await circle.first["manager"].refused("GET", address(circle, 2, "comments")))[0] == 404
    for who in (other.first["manager"], other.first.system):
        assert (await who.refused("GET", path))[0] == 404
        assert (await who.refused("POST", path, said))[0] == 404
