"""Persons come into a party by a link that works once."""

import anyio
from objectives.lifecycle import enter
from objectives.parties import ROLES
from objectives.tables import everything

SPENT = "urn:entente:problem:invitation-spent"


async def invited(circle, organisation=0, **body):
    path = f"{circle.path}/invitations"
    return await circle.organisations[organisation]["manager"].post(path, {"role": "contributor", **body})


async def newcomer(scene, organisation, name="Newcomer"):
    """A person of the organisation who has no part in the partnership yet, and their key."""
    row = await organisation.system.post(f"/organisations/{organisation.id}/persons", {"name": name})
    return row["id"], scene.client("person", organisation.id, row["id"])


async def test_who_holds_the_link_and_a_key_of_the_organisation_becomes_a_member_once(scene):
    circle = await scene.circle("1", "1")
    made = await invited(circle)
    assert (made["state"], made["role"], made["expires_at"]) == ("open", "contributor", "2026-01-15T00:00:00Z")
    person_id, person = await newcomer(scene, circle.first)
    assert (await person.refused("GET", circle.path))[0] == 404
    member = await person.post("/invitations/acceptances", {"token": made["token"]})
    assert (member["partnership_id"], member["person_id"], member["role"]) == (str(circle.id), person_id, "contributor")
    assert member["party_id"] == str(circle.parties[0])
    assert (await person.get(circle.path))["name"] == "Road safety"
    [shown] = (await circle.first["sponsor"].get(f"{circle.path}/invitations"))["items"]
    assert (shown["state"], shown["accepted_by"], shown["member_id"]) == ("accepted", person_id, member["member_id"])
    _, other = await newcomer(scene, circle.first, "Another")
    for late in (person, other):
        status, problem = await late.refused("POST", "/invitations/acceptances", {"token": made["token"]})
        assert (status, problem["type"]) == (409, SPENT)


async def test_two_who_accept_the_same_link_at_once_make_one_member(scene):
    circle = await scene.circle("1", "1")
    made = await invited(circle)
    people = [await newcomer(scene, circle.first, f"Person {number}") for number in range(4)]
    statuses = []

    async def accept(person):
        answer = await person.request("POST", "/invitations/acceptances", {"token": made["token"]})
        statuses.append(answer.status_code)

    async with anyio.create_task_group() as group:
        for _, person in people:
            group.start_soon(accept, person)
    assert sorted(statuses) == [201, 409, 409, 409]
    members = (await circle.first["sponsor"].get(f"{circle.path}/members"))["items"]
    assert len([member for member in members if member["role"] == "contributor"]) == 1


async def test_a_link_ends_by_time_or_by_being_revoked(scene):
    circle = await scene.circle("1", "1")
    late, revoked = await invited(circle, valid_for="P1D"), await invited(circle)
    path = f"{circle.path}/invitations/{revoked['id']}"
    assert (await circle.first["delegate"].refused("DELETE", path))[0] == 403
    assert (await circle.organisations[1]["manager"].refused("DELETE", path))[0] == 404
    assert (await circle.first["manager"].refused("DELETE", path, If_Match='"7"'))[0] == 412
    assert (await circle.first["manager"].request("DELETE", path)).status_code == 204
    assert (await circle.first["manager"].refused("DELETE", path))[0] == 409
    await circle.advance("2026-01-02T00:00:00Z")
    _, person = await newcomer(scene, circle.first)
    for made, state in ((late, "expired"), (revoked, "revoked")):
        status, problem = await person.refused("POST", "/invitations/acceptances", {"token": made["token"]})
        assert (status, problem["type"]) == (409, SPENT)
        assert state in problem["detail"]


async def test_a_link_is_worth_nothing_to_another_organisation(scene):
    circle = await scene.circle("1", "1")
    made = await invited(circle)
    stranger = await scene.organisation("Stranger", *ROLES)
    unknown = await stranger["sponsor"].refused("POST", "/invitations/acceptances", {"token": "ent_invite_none"})
    for person in (stranger["sponsor"], circle.organisations[1]["delegate"]):
        status, problem = await person.refused("POST", "/invitations/acceptances", {"token": made["token"]})
        assert (status, problem["detail"]) == (404, unknown[1]["detail"])
    assert (await scene.operator.refused("POST", "/invitations/acceptances", {"token": made["token"]}))[0] == 403
    for method, body in (("GET", None), ("POST", {"role": "observer"})):
        assert (await stranger["sponsor"].refused(method, f"{circle.path}/invitations", body))[0] == 404
    assert (await circle.organisations[1]["sponsor"].get(f"{circle.path}/invitations"))["items"] == []


async def test_only_who_leads_a_party_invites_and_only_as_it_may(scene):
    circle = await scene.circle("1", "1")
    path = f"{circle.path}/invitations"
    assert (await circle.first["delegate"].refused("POST", path, {"role": "observer"}))[0] == 403
    status, problem = await circle.first["sponsor"].refused("POST", path, {"role": "observer", "valid_for": "P91D"})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/valid_for")
    assert (await circle.first["sponsor"].refused("POST", path, {"role": "king"}))[0] == 422


async def test_a_system_accepts_for_a_person_of_its_organisation(scene):
    circle = await scene.circle("1", "1")
    made = await invited(circle, role="observer")
    system = circle.first.system
    status, problem = await system.refused("POST", "/invitations/acceptances", {"token": made["token"]})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/person_id")
    foreign = str(circle.organisations[1].id_of("delegate"))
    body = {"token": made["token"], "person_id": foreign}
    assert (await system.refused("POST", "/invitations/acceptances", body))[0] == 422
    person_id, person = await newcomer(scene, circle.first)
    other = str(circle.first.id_of("sponsor"))
    body = {"token": made["token"], "person_id": other}
    assert (await person.refused("POST", "/invitations/acceptances", body))[0] == 403
    member = await system.post("/invitations/acceptances", {"token": made["token"], "person_id": person_id})
    assert member["role"] == "observer"


async def test_a_role_that_one_holds_already_does_not_spend_the_link(scene):
    circle = await scene.circle("1", "1")
    made = await invited(circle, role="sponsor")
    body = {"token": made["token"]}
    assert (await circle.first["sponsor"].refused("POST", "/invitations/acceptances", body))[0] == 409
    assert (await circle.first["delegate"].post("/invitations/acceptances", body))["role"] == "sponsor"


async def test_the_token_is_in_no_event_no_table_no_log_and_no_second_answer(scene, capfd):
    circle = await scene.circle("1", "1")
    path = f"{circle.path}/invitations"
    first = await circle.first["manager"].request("POST", path, {"role": "observer"}, Idempotency_Key="one")
    token = first.json()["token"]
    again = await circle.first["manager"].request("POST", path, {"role": "observer"}, Idempotency_Key="one")
    assert (again.status_code, token in again.text) == (409, False)
    person_id, person = await newcomer(scene, circle.first)
    await person.post("/invitations/acceptances", {"token": token})
    await circle.heard("membership_changed", 7)
    assert not [told for told in circle.producers.told if token in str(told.data)]
    rows = await everything(scene.stack.admin_dsn)
    assert person_id in rows  # an empty text would prove nothing
    assert token not in rows
    printed = capfd.readouterr()
    assert token not in printed.out + printed.err


async def test_an_ended_partnership_invites_nobody(scene):
    circle = await scene.circle("1", "1")
    await enter(circle, "exit", "sponsor")
    status, problem = await circle.first["sponsor"].refused("POST", f"{circle.path}/invitations", {"role": "observer"})
    assert (status, problem["type"]) == (409, "urn:entente:problem:partnership-ended")
