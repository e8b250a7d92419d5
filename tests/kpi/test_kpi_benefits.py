"""The register of benefits and costs: what one party claims, another attests or disputes."""

import asyncio
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kpi.kpi_world import day, stamp
from kpi.people_world import benefit, claim, cost_of, judge, money, ok, refused

from entente_kpi.attestation import domain
from entente_kpi.attestation.domain import Opinion, Standing
from entente_shared.events.objectives import Role

PARTIES = [UUID(int=number) for number in range(1, 5)]


@given(st.lists(st.tuples(st.sampled_from(PARTIES), st.sampled_from(Opinion))))
def test_the_last_word_of_each_party_counts_and_one_dispute_outweighs_all(opinions):
    last = {party: next(opinion for each, opinion in reversed(opinions) if each == party) for party, _ in opinions}
    expected = Standing.CLAIMED
    if last:
        expected = Standing.DISPUTED if Opinion.DISPUTED in last.values() else Standing.ATTESTED
    assert domain.standing(opinions) is expected


async def test_a_benefit_is_claimed_by_one_party_and_attested_by_another(circle):
    first, second, third = circle.sides
    made = await claim(circle)
    assert (made["standing"], made["claimed_by"], made["revision"]) == ("claimed", str(first.party), 1)
    assert made["expected"] == {**money("1000.10"), "score": None}
    path = f"/benefits/{made['id']}"
    assert (await judge(second, path, revision=1))["standing"] == "attested"
    assert (await judge(third, path, "disputed", revision=1))["standing"] == "disputed"
    assert (await judge(third, path, revision=1))["standing"] == "attested"
    said = (await ok(first.manager.get(f"{path}/verdicts")))["items"]
    assert [(each["number"], each["party_id"], each["opinion"]) for each in said] == [
        (1, str(second.party), "attested"), (2, str(third.party), "disputed"), (3, str(third.party), "attested"),
    ]  # fmt: skip


async def test_a_party_does_not_attest_its_own_claim(circle):
    first, second, _ = circle.sides
    path = f"/benefits/{(await claim(circle))['id']}"
    own = {"opinion": "attested", "reason": "It is ours", "revision": 1}
    await refused(first.manager.post(f"{path}/verdicts", json=own), 403, "own-claim")
    await refused((await first.person(Role.SPONSOR)).post(f"{path}/verdicts", json=own), 403, "own-claim")
    await refused((await second.person()).post(f"{path}/verdicts", json=own), 403, "forbidden")
    await refused(second.system.post(f"{path}/verdicts", json=own), 403, "forbidden")
    realised = await ok(first.manager.post(f"{path}/realisations", json={"at": stamp(day(0)), "value": money("1")}))
    verdict = {"opinion": "attested", "reason": "It is ours"}
    await refused(first.manager.post(f"{path}/realisations/{realised['id']}/verdicts", json=verdict), 403, "own-claim")
    cost = await ok(first.manager.post("/costs", json=cost_of("1.00")))
    await refused(first.manager.post(f"/costs/{cost['id']}/verdicts", json=verdict), 403, "own-claim")
    assert (await ok(first.manager.get(path)))["standing"] == "claimed"
    assert [each["standing"] for each in (await ok(first.manager.get(f"{path}/realisations")))["items"]] == ["claimed"]


async def test_a_changed_claim_stands_as_a_new_one(circle):
    first, second, _ = circle.sides
    made = await claim(circle)
    path, changed = f"/benefits/{made['id']}", benefit(circle, "0.5", "0.25", "0.25", expected=money("900"))
    await judge(second, path, "disputed", revision=1)
    await refused(second.manager.put(path, json=changed), 403, "not-your-record")
    await refused(first.manager.put(path, json=changed, headers={"If-Match": '"1"'}), 412, "precondition-failed")
    now = await ok(first.manager.put(path, json=changed, headers={"If-Match": '"2"'}))
    assert (now["standing"], now["revision"], len(now["beneficiaries"])) == ("claimed", 2, 3)
    late = {"opinion": "attested", "reason": "Read yesterday", "revision": 1}
    await refused(second.manager.post(f"{path}/verdicts", json=late), 412, "precondition-failed")
    assert (await judge(second, path, revision=2))["standing"] == "attested"
    await refused(first.manager.put(path, json=changed), 409, "claim-state")
    assert len((await ok(first.manager.get(f"{path}/verdicts")))["items"]) == 2


async def test_what_was_had_is_judged_by_itself_and_may_be_withdrawn(circle):
    first, second, _ = circle.sides
    path = f"/benefits/{(await claim(circle))['id']}"
    one, two = [
        await ok(first.manager.post(f"{path}/realisations", json={"at": stamp(day(0)), "value": money(amount)}))
        for amount in ("10.50", "20")
    ]
    attested = await judge(second, f"{path}/realisations/{one['id']}")
    assert (attested["standing"], attested["value"]["money"]["amount"]) == ("attested", "10.50")
    read = await second.manager.get(f"{path}/realisations/{one['id']}")
    assert (read.json(), read.headers["etag"]) == (attested, '"2"')
    stale = second.manager.post(
        f"{path}/realisations/{one['id']}/verdicts",
        json={"opinion": "disputed", "reason": "Seen"},
        headers={"If-Match": '"1"'},
    )
    await refused(stale, 412, "precondition-failed")
    await refused(second.manager.post(f"{path}/realisations/{two['id']}/withdrawal"), 403, "not-your-record")
    await ok(first.manager.post(f"{path}/realisations/{two['id']}/withdrawal"))
    again = {"opinion": "attested", "reason": "Seen"}
    await refused(second.manager.post(f"{path}/realisations/{two['id']}/verdicts", json=again), 409, "claim-state")
    listed = (await ok(second.manager.get(f"{path}/realisations")))["items"]
    assert [each["standing"] for each in listed] == ["attested", "withdrawn"]
    said = (await ok(second.manager.get(f"{path}/realisations/{one['id']}/verdicts")))["items"]
    assert [each["opinion"] for each in said] == ["attested"]
    await refused(first.manager.put(path, json=benefit(circle)), 409, "claim-state")
    other = f"/benefits/{(await claim(circle))['id']}/realisations/{one['id']}/verdicts"
    await refused(second.manager.get(other), 404, "realisation-not-found")


async def test_a_withdrawn_benefit_stays_readable_and_takes_nothing_more(circle):
    first, second, _ = circle.sides
    path = f"/benefits/{(await claim(circle))['id']}"
    await refused(second.manager.post(f"{path}/withdrawal"), 403, "not-your-record")
    assert (await ok(first.manager.post(f"{path}/withdrawal")))["standing"] == "withdrawn"
    for answer in (
        first.manager.post(f"{path}/withdrawal"),
        first.manager.put(path, json=benefit(circle)),
        first.manager.post(f"{path}/realisations", json={"at": stamp(day(0)), "value": money("1")}),
        second.manager.post(f"{path}/verdicts", json={"opinion": "attested", "reason": "Seen", "revision": 1}),
    ):
        await refused(answer, 409, "claim-state")
    assert (await ok(second.manager.get(path)))["standing"] == "withdrawn"


async def test_what_is_not_shared_only_its_own_party_sees(circle):
    first, second, _ = circle.sides
    made = await claim(circle, visibility="party")
    path = f"/benefits/{made['id']}"
    await ok(first.manager.post(f"{path}/realisations", json={"at": stamp(day(0)), "value": money("1")}))
    cost = await ok(first.manager.post("/costs", json=cost_of("1", visibility="party")))
    assert (await ok((await first.person()).get(path)))["id"] == made["id"]
    for stranger in (second.manager, second.system):
        await refused(stranger.get(path), 404, "benefit-not-found")
        await refused(stranger.get(f"{path}/realisations"), 404, "benefit-not-found")
        await refused(stranger.get(f"/costs/{cost['id']}"), 404, "cost-not-found")
        assert (await ok(stranger.get("/benefits")))["items"] == (await ok(stranger.get("/costs")))["items"] == []
    tables = ("benefit", "benefit_share", "benefit_realisation", "cost")
    assert [await circle.count(table, first.organisation) for table in tables] == [1, 2, 1, 1]
    assert [await circle.count(table, second.organisation) for table in tables] == [0, 0, 0, 0]


async def test_a_private_claim_is_shared_for_good(circle):
    first, second, _ = circle.sides
    path = f"/benefits/{(await claim(circle, visibility='party'))['id']}"
    await ok(first.manager.put(path, json=benefit(circle)))
    assert (await judge(second, path, "disputed", revision=2))["standing"] == "disputed"
    await refused(first.manager.put(path, json=benefit(circle, visibility="party")), 409, "claim-state")
    cost = f"/costs/{(await ok(first.manager.post('/costs', json=cost_of('1', visibility='party'))))['id']}"
    await refused(second.manager.post(f"{cost}/publication"), 404, "cost-not-found")
    shared = await first.manager.post(f"{cost}/publication", headers={"If-Match": '"1"'})
    assert (shared.json()["visibility"], shared.headers["etag"]) == ("shared", '"2"')
    assert (await judge(second, cost))["standing"] == "attested"


async def test_a_rubric_is_never_money(circle):
    first = circle.sides[0]
    made = await claim(circle, kind="credibility", expected={"score": 75})
    path = f"/benefits/{made['id']}/realisations"
    assert made["expected"] == {"money": None, "score": 75}
    await ok(first.manager.post(path, json={"at": stamp(day(0)), "value": {"score": 50}}))
    for value in (money("1"), {}, {"score": 50, **money("1")}):
        answer = first.manager.post(path, json={"at": stamp(day(0)), "value": value})
        await refused(answer, 422, "invalid-benefit", "/value")
    answer = first.manager.post(path, json={"at": stamp(day(0)), "value": {"score": 60}})
    await refused(answer, 422, "unprocessable", "/value/score")


@pytest.mark.parametrize(
    ("changes", "slug", "pointer"),
    [
        ({"expected": {}}, "invalid-benefit", "/expected"),
        ({"expected": {"score": 25, **money("1")}}, "invalid-benefit", "/expected"),
        ({"expected": money("-1")}, "unprocessable", "/expected/money/amount"),
        ({"expected": money(12.5)}, "unprocessable", "/expected/money/amount"),
        ({"expected_at": "1899-12-31T00:00:00Z"}, "invalid-benefit", "/expected_at"),
        ({"beneficiaries": [{"party_id": str(uuid4()), "share": "1"}]}, "invalid-benefit", "/beneficiaries/0/party_id"),
        ({"beneficiaries": [{"party_id": str(PARTIES[0]), "share": "0.5"}] * 2}, "unprocessable", "/beneficiaries"),
        ({"beneficiaries": []}, "unprocessable", "/beneficiaries"),
        ({"kpi_id": str(uuid4())}, "invalid-benefit", "/kpi_id"),
        ({"kind": "luck"}, "unprocessable", "/kind"),
    ],
)
async def test_a_benefit_that_makes_no_sense_is_refused(circle, changes, slug, pointer):
    answer = circle.sides[0].manager.post("/benefits", json=benefit(circle, **changes))
    await refused(answer, 422, slug, pointer)


async def test_shares_add_up_to_exactly_one(circle):
    manager = circle.sides[0].manager
    for shares in (("0.6", "0.399999"), ("0.6", "0.4", "0.1")):
        answer = manager.post("/benefits", json=benefit(circle, *shares))
        await refused(answer, 422, "invalid-benefit", "/beneficiaries")
    thirds = await claim(circle, "0.333333", "0.333333", "0.333334")
    assert sorted(each["share"] for each in thirds["beneficiaries"]) == ["0.333333", "0.333333", "0.333334"]


async def test_what_was_had_is_of_the_same_measure_and_not_in_the_future(circle):
    first, second, _ = circle.sides
    path = f"/benefits/{(await claim(circle))['id']}/realisations"
    for body, pointer in (
        ({"at": stamp(day(0)), "value": money("1", "USD")}, "/value"),
        ({"at": stamp(day(0)), "value": {"score": 50}}, "/value"),
        ({"at": stamp(day(1)), "value": money("1")}, "/at"),
        ({"at": "2200-01-01T00:00:00Z", "value": money("1")}, "/at"),
    ):
        await refused(first.manager.post(path, json=body), 422, "invalid-benefit", pointer)
    body = {"at": stamp(day(0)), "value": money("1")}
    await refused(second.manager.post(path, json=body), 403, "not-your-record")
    await refused((await first.person()).post(path, json=body), 403, "forbidden")


async def test_benefits_are_listed_by_kind_standing_and_beneficiary(circle):
    kpi = await circle.kpis.define()
    one = await claim(circle, "1", kpi_id=str(kpi.id))
    two = await claim(circle, kind="market_access")
    await judge(circle.sides[1], f"/benefits/{two['id']}", revision=1)

    async def listed(**params):
        page = await ok(circle.sides[2].manager.get("/benefits", params=params))
        return [each["id"] for each in page["items"]]

    assert await listed() == [one["id"], two["id"]]
    assert await listed(kind="market_access") == await listed(standing="attested") == [two["id"]]
    assert await listed(beneficiary_id=str(circle.sides[1].party)) == [two["id"]]
    assert await listed(beneficiary_id=str(circle.sides[0].party)) == [one["id"], two["id"]]
    assert await listed(limit=1) == [one["id"]]


async def test_concurrent_verdicts_are_all_kept_in_one_order(circle):
    path = f"/benefits/{(await claim(circle))['id']}"
    await asyncio.gather(*(judge(side, path, revision=1) for side in circle.sides[1:] for _ in range(5)))
    said = (await ok(circle.sides[0].manager.get(f"{path}/verdicts")))["items"]
    assert sorted(each["number"] for each in said) == list(range(1, 11))


async def test_a_cost_is_borne_by_its_party_and_judged_by_another(circle):
    first, second, _ = circle.sides
    made = await ok(first.manager.post("/costs", json=cost_of("12.50")))
    path = f"/costs/{made['id']}"
    assert (made["claimed_by"], made["amount"]) == (str(first.party), {"amount": "12.50", "currency": "EUR"})
    assert (await judge(second, path, "disputed"))["standing"] == "disputed"
    assert (await judge(second, path))["standing"] == "attested"
    said = (await ok(first.manager.get(f"{path}/verdicts")))["items"]
    assert [(each["number"], each["opinion"]) for each in said] == [(1, "disputed"), (2, "attested")]
    await refused(second.manager.post(f"{path}/withdrawal"), 403, "not-your-record")
    await ok(first.manager.post(f"{path}/withdrawal"))
    await refused(first.manager.post(f"{path}/publication"), 409, "claim-state")
    assert (await ok(second.manager.get(path)))["standing"] == "withdrawn"


async def test_costs_are_listed_by_party_basis_and_standing(circle):
    first, second, _ = circle.sides
    one = await ok(first.manager.post("/costs", json=cost_of("1")))
    two = await ok(second.system.post("/costs", json=cost_of("2", at=9, basis="expected")))
    await judge(first, f"/costs/{two['id']}")

    async def listed(**params):
        return [each["id"] for each in (await ok(first.manager.get("/costs", params=params)))["items"]]

    assert await listed() == [one["id"], two["id"]]
    assert await listed(basis="expected") == await listed(standing="attested") == [two["id"]]
    assert await listed(party_id=str(second.party)) == [two["id"]]
    assert await listed(basis="realised") == [one["id"]]


async def test_a_cost_that_makes_no_sense_is_refused(circle):
    manager = circle.sides[0].manager
    await refused(manager.post("/costs", json=cost_of("1", at=1)), 422, "invalid-cost", "/at")
    ancient = {**cost_of("1"), "at": "1899-01-01T00:00:00Z"}
    await refused(manager.post("/costs", json=ancient), 422, "invalid-cost", "/at")
    await refused((await circle.sides[0].person()).post("/costs", json=cost_of("1")), 403, "forbidden")
