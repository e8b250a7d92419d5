"""Profiles over HTTP: who declares, who sees what before all have declared, and what happens when the last one does."""


from objectives.profiles import asked, profile


async def opened(circle, *keys):
    made = await circle.first["manager"].post(f"{circle.path}/profile-rounds", asked(*keys))
    return f"{circle.path}/profile-rounds/{made['id']}"


async def declare(circle, path, index, body=None, **headers):
    client = circle.organisations[index]["sponsor"]
    answer = await client.request("PUT", f"{path}/profile", body or profile(f"party {index}"), **headers)
    assert answer.status_code == 200, answer.text
    return answer


async def seen(client, path):
    return {row["party_id"]: row["profile"] for row in (await client.get(f"{path}/profiles"))["items"]}


async def test_profiles_are_sealed_until_every_party_declared_and_then_shown_to_all_at_once(scene):
    circle = await scene.circle()
    path = await opened(circle)
    ids = [str(party) for party in circle.parties]
    for index in (0, 1):
        receipt = (await declare(circle, path, index)).json()
        assert (receipt["party_id"], receipt["revealed"]) == (ids[index], False)
    between = await circle.organisations[2]["delegate"].get(path)
    assert (set(between["declared"]), between["awaited"], between["revealed_at"]) == (set(ids[:2]), ids[2:], None)
    for index, own in enumerate(([ids[0]], [ids[1]], [])):
        assert list(await seen(circle.organisations[index]["delegate"], path)) == own
    other = circle.organisations[1]["sponsor"]
    assert (await other.refused("GET", f"{path}/profiles/{ids[0]}"))[0] == 404
    assert (await declare(circle, path, 2)).json()["revealed"] is True
    for organisation in circle.organisations:
        shown = await seen(organisation["delegate"], path)
        assert {party: each["motivations"] for party, each in shown.items()} == {
            party: f"party {index}: why we are here" for index, party in enumerate(ids)
        }
    assert (await other.get(f"{path}/profiles/{ids[0]}"))["profile"] == profile("party 0")
    after = await other.get(path)
    assert (sorted(after["declared"]), after["awaited"]) == (sorted(ids), [])
    assert after["revealed_at"] == "2026-01-01T00:00:00Z"


async def test_the_reveal_is_told_once_and_names_the_round_only(scene):
    circle = await scene.circle("1", "1")
    path = await opened(circle)
    for index in (0, 1):
        await declare(circle, path, index)
    told = (await circle.heard("profile_revealed"))[0]
    assert told.data == {
        "partnership_id": str(circle.id),
        "round_id": path.rpartition("/")[2],
        "what": "profile",
        "number": 1,
        "parties": sorted(str(party) for party in circle.parties),
        "revealed_at": "2026-01-01T00:00:00Z",
    }
    assert told.received.audience == "shared"
