"""The optional clauses of a charter: fairness, pain and gain, secrets, rights, and who is told how."""

import copy
from uuid import UUID

import pytest
from objectives.charters import charter
from objectives.clauses import clauses

EMPTY = {"equity": [], "shares": None, "confidentiality": [], "intellectual_property": [], "communication": []}


async def test_what_the_parties_agree_on_beside_objectives_is_signed_and_told_to_all(scene):
    circle = await scene.circle("1", "1")
    agreed = clauses(*circle.parties)
    version = await circle.agree(**agreed)
    assert {name: version["content"][name] for name in agreed} == agreed
    told = (await circle.heard("charter_signed"))[0].data
    assert {name: told[name] for name in agreed} == agreed


async def test_a_charter_without_clauses_says_nothing_of_them(scene):
    circle = await scene.circle("1", "1")
    body = charter()
    made = await circle.first["manager"].post(f"{circle.path}/charter/versions", {**body, **EMPTY})
    assert not set(made["content"]) & set(EMPTY)
    version = await circle.sign(made)
    assert not set(version["content"]) & set(EMPTY)
    told = (await circle.heard("charter_signed"))[0].data
    assert {name: told[name] for name in EMPTY} == EMPTY


async def test_a_clause_that_comes_by_an_amendment_shows_among_the_differences(scene):
    circle = await scene.circle("1", "1")
    body, agreed = charter(), clauses(*circle.parties)
    await circle.agree(**body)
    await circle.agree(**{**body, "based_on": 1, "communication": agreed["communication"]})
    wider = [{**agreed["communication"][0], "channels": ["stream", "meeting"]}, agreed["communication"][1]]
    await circle.agree(**{**body, "based_on": 2, "communication": wider})
    path = f"{circle.path}/charter/differences"
    found = (await circle.first["delegate"].get(f"{path}?from=1&to=2"))["changes"]
    assert [(each["kind"], each["path"]) for each in found] == [("added", "/communication")]
    found = (await circle.first["delegate"].get(f"{path}?from=2&to=3"))["changes"]
    assert [(each["kind"], each["path"]) for each in found] == [
        ("removed", "/communication/concern:high/channels/email"),
        ("added", "/communication/concern:high/channels/meeting"),
    ]


STRANGER = str(UUID(int=1))


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/equity/0/weight", 0.6),
        ("/equity/0/weight", "NaN"),
        ("/equity/0/weight", "0"),
        ("/equity/1/key", "effort"),
        ("/equity/1/weight", "1e-400"),
        ("/shares/currency", "euro"),
        ("/shares/bands", []),
        ("/shares/bands/0/above", "-1"),
        ("/shares/bands/2/up_to", "60000"),
        ("/shares/bands/1/above", "1"),
        ("/shares/bands/1/above", "1e999"),
        ("/shares/bands/1/up_to", "-5"),
        ("/shares/bands/1/key", "pain"),
        ("/shares/bands/0/shares", []),
        ("/shares/bands/0/shares/0/party_id", STRANGER),
        ("/shares/bands/0/shares/0/share", "1.1"),
        ("/confidentiality/0/record", "dream"),
        ("/confidentiality/0/roles", []),
        ("/confidentiality/0/roles/1", "sponsor"),
        ("/intellectual_property/0/granted_by", STRANGER),
        ("/intellectual_property/0/granted_to", []),
        ("/intellectual_property/0/granted_to/0", STRANGER),
        ("/intellectual_property/0/expires_at", "2027-01-01"),
        ("/intellectual_property/0/purpose", "For our bid"),
        ("/communication/0/type", "rumour"),
        ("/communication/0/channels", []),
        ("/communication/0/channels/0", "pigeon"),
        ("/communication/0/roles", []),
        ("/communication/0/roles/1", "sponsor"),
    ],
)
async def test_a_clause_that_could_not_be_followed_names_the_field(scene, pointer, value):
    circle = await scene.circle("1", "1")
    body = charter(**copy.deepcopy(clauses(*circle.parties)))
    *way, last = [int(part) if part.isdigit() else part for part in pointer.split("/")[1:]]
    inner = body
    for part in way:
        inner = inner[part]
    inner[last] = value
    status, problem = await circle.first["manager"].refused("POST", f"{circle.path}/charter/versions", body)
    assert (status, problem["errors"][0]["pointer"]) == (422, pointer)


async def test_shares_weights_and_rules_that_contradict_themselves_are_refused(scene):
    circle = await scene.circle("1", "1")
    first, second = (str(party) for party in circle.parties)
    agreed = clauses(first, second)
    concern = agreed["communication"][0]
    pair = [{"party_id": first, "share": "0.5"}, {"party_id": second, "share": "0.499999"}]
    twice = [{"party_id": first, "share": "0.5"}] * 2
    bands = agreed["shares"]["bands"]
    for changes, pointer in [
        ({"equity": agreed["equity"][:1]}, "/equity"),
        (
            {"shares": {**agreed["shares"], "bands": [{**bands[0], "shares": pair}, *bands[1:]]}},
            "/shares/bands/0/shares",
        ),
        (
            {"shares": {**agreed["shares"], "bands": [{**bands[0], "shares": twice}, *bands[1:]]}},
            "/shares/bands/0/shares/1/party_id",
        ),
        ({"confidentiality": agreed["confidentiality"] * 2}, "/confidentiality/1/record"),
        ({"intellectual_property": agreed["intellectual_property"] * 2}, "/intellectual_property/1/key"),
        (
            {"intellectual_property": [{**agreed["intellectual_property"][0], "granted_to": [second, first]}]},
            "/intellectual_property/0/granted_to/1",
        ),
        ({"communication": [concern, {**concern, "channels": ["meeting"]}]}, "/communication/1/urgency"),
    ]:
        status, problem = await circle.first["manager"].refused(
            "POST", f"{circle.path}/charter/versions", {**charter(), **changes}
        )
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer)
