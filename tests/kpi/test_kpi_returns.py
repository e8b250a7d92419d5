"""Returns: sums to the last decimal, discounted as written, by party and by currency, and what counts in them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kpi.kpi_world import START, day, stamp
from kpi.people_world import claim, cost_of, judge, money, ok, refused

from entente_kpi.attestation.domain import Standing
from entente_kpi.returns import domain, queries
from entente_kpi.returns.domain import Figures, Line, Side

PARTIES = [UUID(int=number) for number in range(1, 6)]
AMOUNTS = st.decimals(0, 10**12 - 1, places=6)
RATES = st.decimals(0, 1, places=6)
TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
REFERENCE = datetime(2026, 1, 1, tzinfo=UTC)


@st.composite
def shares(draw):
    parties = draw(st.lists(st.sampled_from(PARTIES), min_size=1, unique=True))
    cuts = sorted(draw(st.lists(st.integers(1, 999_999), min_size=len(parties) - 1, max_size=len(parties) - 1)))
    edges = [0, *cuts, 1_000_000]
    return {
        party: Decimal(end - start) / 1_000_000 for party, start, end in zip(parties, edges, edges[1:], strict=False)
    }


@st.composite
def lines(draw):
    return [
        Line(
            draw(st.sampled_from(Side)), UUID(int=number), "", draw(TIMES), draw(AMOUNTS), draw(st.sampled_from("AB")),
            draw(st.sampled_from([Standing.CLAIMED, Standing.ATTESTED, Standing.DISPUTED])), draw(shares()),
        )
        for number in range(draw(st.integers(0, 8)))
    ]  # fmt: skip


def test_a_present_value_by_hand():
    year = timedelta(days=365)
    at_ten_percent = [
        domain.present_value(Decimal(110), REFERENCE + years * year, REFERENCE, Decimal("0.1"))
        for years in (0, 1, 2, -1)
    ]
    assert at_ten_percent == [Decimal(110), Decimal(100), Decimal("90.909091"), Decimal(121)]
    half = domain.present_value(Decimal(100), REFERENCE + year / 2, REFERENCE, Decimal("0.21"))
    assert half == Decimal("90.909091")  # 100 / 1.1


@given(AMOUNTS, TIMES)
def test_without_a_rate_amounts_stay_what_they_are_to_the_last_decimal(amount, at):
    assert domain.present_value(amount, at, REFERENCE, Decimal(0)) == amount


@given(AMOUNTS, TIMES, TIMES, RATES)
def test_a_present_value_is_within_half_a_unit_of_the_exact_one(amount, at, reference, rate):
    found = domain.present_value(amount, at, reference, rate)
    years = (at - reference) / timedelta(days=365)
    assert float(found) == pytest.approx(float(amount) * (1 + float(rate)) ** -years, rel=1e-9, abs=1e-6)


@given(AMOUNTS, shares())
def test_parts_add_up_to_the_whole_and_miss_their_share_by_less_than_a_unit(total, given_shares):
    parts = domain.split(total, given_shares)
    assert sum(map(Fraction, parts.values())) == Fraction(total)
    for party, part in parts.items():
        assert abs(Fraction(part) - Fraction(total) * Fraction(given_shares[party])) < Fraction(domain.SMALLEST_UNIT)


def test_the_largest_remainder_gets_the_unit_that_is_left_and_then_the_lowest_id():
    third = Decimal("0.333333")
    given_shares = {PARTIES[0]: third, PARTIES[1]: third, PARTIES[2]: 1 - 2 * third}
    assert list(domain.split(Decimal("0.000002"), given_shares).values()) == [
        Decimal("0.000001"), Decimal(0), Decimal("0.000001"),
    ]  # fmt: skip


@given(lines(), RATES)
def test_the_parties_figures_add_up_to_the_joint_ones_exactly(given_lines, rate):
    for found in domain.returns(domain.value(given_lines, rate, REFERENCE)):
        for name in ("costs", "attested", "claimed", "disputed_benefits", "disputed_costs"):
            of_parties = sum(Fraction(getattr(figures, name)) for figures in found.parties.values())
            assert of_parties == Fraction(getattr(found.joint, name))


@given(lines(), RATES)
def test_every_line_counts_in_its_own_currency_and_place_alone(given_lines, rate):
    valued = domain.value(given_lines, rate, REFERENCE)
    found = {each.currency: each.joint for each in domain.returns(valued)}
    assert set(found) == {line.currency for line in given_lines}
    for currency, joint in found.items():
        sums = {
            (side, standing): sum(
                Fraction(each.present_value)
                for each in valued
                if (each.line.currency, each.line.side, each.line.standing) == (currency, side, standing)
            )
            for side in Side
            for standing in (Standing.CLAIMED, Standing.ATTESTED, Standing.DISPUTED)
        }
        assert Fraction(joint.attested) == sums[Side.BENEFIT, Standing.ATTESTED]
        assert Fraction(joint.claimed) == sums[Side.BENEFIT, Standing.CLAIMED]
        assert Fraction(joint.costs) == sums[Side.COST, Standing.ATTESTED] + sums[Side.COST, Standing.CLAIMED]
        assert Fraction(joint.disputed_benefits) == sums[Side.BENEFIT, Standing.DISPUTED]
        assert Fraction(joint.disputed_costs) == sums[Side.COST, Standing.DISPUTED]


def test_a_return_is_gain_over_cost_and_none_without_cost():
    figures = Figures(costs=Decimal(100), attested=Decimal(120), claimed=Decimal(30))
    assert (figures.return_attested, figures.return_with_claimed) == (pytest.approx(0.2), pytest.approx(0.5))
    assert (Figures(attested=Decimal(1)).return_attested, Figures(costs=Decimal(4)).return_attested) == (None, -1.0)


async def realise(circle, made, value, at=0):
    body = {"at": stamp(day(at)), "value": value}
    return await ok(circle.sides[0].manager.post(f"/benefits/{made['id']}/realisations", json=body))


async def returns(side, **params):
    return await ok(side.manager.get("/returns", params=params))


async def test_attested_benefits_stand_apart_from_claimed_ones_jointly_and_by_party(circle):
    first, second, third = circle.sides
    made = await claim(circle)
    attested = await realise(circle, made, money("100.01"))
    await realise(circle, made, money("50"))
    disputed = await realise(circle, made, money("7"))
    withdrawn = await realise(circle, made, money("9"))
    path = f"/benefits/{made['id']}/realisations"
    await judge(second, f"{path}/{attested['id']}")
    await judge(second, f"{path}/{disputed['id']}", "disputed")
    await ok(first.manager.post(f"{path}/{withdrawn['id']}/withdrawal"))
    for side, amount in ((first, "40"), (second, "10.02"), (third, "3")):
        cost = await ok(side.manager.post("/costs", json=cost_of(amount)))
        if side is third:
            await judge(first, f"/costs/{cost['id']}", "disputed")

    answer = await returns(third)
    [euros] = answer["items"]
    joint = euros["joint"]
    assert [joint[name] for name in ("costs", "attested", "claimed", "disputed_benefits", "disputed_costs")] == [
        "50.020000", "100.010000", "50.000000", "7.000000", "3.000000",
    ]  # fmt: skip
    assert joint["return_attested"] == pytest.approx((100.01 - 50.02) / 50.02)
    assert joint["return_with_claimed"] == pytest.approx((150.01 - 50.02) / 50.02)
    of_party = {each["party_id"]: each["figures"] for each in euros["parties"]}
    assert of_party[str(first.party)]["attested"] == "60.006000"
    assert of_party[str(second.party)]["return_attested"] == pytest.approx((40.004 - 10.02) / 10.02)
    assert of_party[str(third.party)]["return_attested"] is None
    assert len(answer["inputs"]) == 6
    assert str(withdrawn["id"]) not in str(answer)


async def test_an_answer_can_be_recomputed_from_its_inputs(circle):
    first, second, _ = circle.sides
    made = await claim(circle)
    await circle.kpis.advance(day(730))
    await realise(circle, made, money("121.00"), at=730)
    await ok(second.manager.post("/costs", json=cost_of("100", at=365)))
    answer = await returns(first, rate="0.1", reference_at=stamp(START))
    assert (answer["rate"], answer["rule_version"], answer["basis"]) == ("0.1", "returns/1", "realised")
    for each in answer["inputs"]:
        years = (datetime.fromisoformat(each["at"]) - datetime.fromisoformat(answer["reference_at"])).days // 365
        expected = Decimal(each["amount"]) / (1 + Decimal(answer["rate"])) ** years
        assert Decimal(each["present_value"]) == expected.quantize(domain.SMALLEST_UNIT)
        assert sum(Decimal(part["present_value"]) for part in each["parts"]) == Decimal(each["present_value"])
    joint = answer["items"][0]["joint"]
    assert (joint["claimed"], joint["costs"]) == ("100.000000", "90.909091")
    assert joint["return_with_claimed"] == pytest.approx(0.1)


async def test_currencies_are_never_added_and_rubrics_never_turned_into_money(circle):
    first = circle.sides[0]
    await realise(circle, await claim(circle), money("10"))
    await realise(circle, await claim(circle, expected=money("1", "USD")), money("20", "USD"))
    rubric = await claim(circle, kind="credibility", title="Known by name", expected={"score": 75})
    for at, score in ((0, 25), (1, 50), (2, 0)):
        await circle.kpis.advance(day(at))
        last = await realise(circle, rubric, {"score": score}, at=at)
    await judge(circle.sides[1], f"/benefits/{rubric['id']}/realisations/{last['id']}", "disputed")
    answer = await returns(first)
    assert [(each["currency"], each["joint"]["claimed"]) for each in answer["items"]] == [
        ("EUR", "10.000000"), ("USD", "20.000000"),
    ]  # fmt: skip
    assert answer["rubrics"] == [
        {
            "benefit_id": rubric["id"], "title": "Known by name", "kind": "credibility", "expected": 75, "realised": 50,
            "standing": "claimed",
        }
    ]  # fmt: skip
    assert len(answer["inputs"]) == 2


async def test_what_is_expected_is_a_return_of_its_own(circle):
    first, second, _ = circle.sides
    made = await claim(circle)
    await judge(second, f"/benefits/{made['id']}", revision=1)
    await realise(circle, made, money("1"))
    await ok(first.manager.post("/costs", json=cost_of("500", at=50, basis="expected")))
    await ok(first.manager.post("/costs", json=cost_of("2")))
    [expected] = (await returns(second, basis="expected"))["items"]
    assert (expected["joint"]["attested"], expected["joint"]["costs"]) == ("1000.100000", "500.000000")
    [realised] = (await returns(second))["items"]
    assert (realised["joint"]["claimed"], realised["joint"]["costs"]) == ("1.000000", "2.000000")
    within = await returns(second, basis="expected", since=stamp(day(50)), until=stamp(day(100)))
    assert [each["side"] for each in within["inputs"]] == ["cost"]


async def test_all_parties_get_the_same_figures_unless_they_ask_for_their_own(circle):
    first, second, _ = circle.sides
    await realise(circle, await claim(circle, visibility="party", title="Ours alone"), money("10"))
    await realise(circle, await claim(circle), money("5"))
    await ok(first.manager.post("/costs", json=cost_of("4", visibility="party")))
    shared = await returns(first)
    assert shared == await returns(second) == await returns(second, own=True)
    assert (shared["items"][0]["joint"]["claimed"], shared["items"][0]["joint"]["costs"]) == ("5.000000", "0")
    own = (await returns(first, own=True))["items"][0]["joint"]
    assert (own["claimed"], own["costs"]) == ("15.000000", "4.000000")
    assert "Ours alone" not in str(shared)


async def test_a_withdrawn_benefit_counts_no_more(circle):
    made = await claim(circle)
    await realise(circle, made, money("10"))
    rubric = await claim(circle, kind="credibility", expected={"score": 75})
    for each in (made, rubric):
        await ok(circle.sides[0].manager.post(f"/benefits/{each['id']}/withdrawal"))
    answer = await returns(circle.sides[1])
    assert (answer["items"], answer["inputs"], answer["rubrics"]) == ([], [], [])
    assert (await returns(circle.sides[1], basis="expected"))["items"] == []


async def test_too_much_at_once_is_refused_with_the_remedy(circle, monkeypatch):
    monkeypatch.setattr(queries, "MOST_LINES", 1)
    first = circle.sides[0]
    for _ in range(2):
        await ok(first.manager.post("/costs", json=cost_of("1")))
        await claim(circle, kind="credibility", expected={"score": 75})
    await refused(first.manager.get("/returns"), 422, "too-many-lines")
    await refused(first.manager.get("/returns", params={"until": stamp(day(0))}), 422, "too-many-lines")  # rubrics


@pytest.mark.parametrize(
    "params",
    [{"rate": "1.1"}, {"rate": "-0.1"}, {"rate": "NaN"}, {"reference_at": "2026-01-01T00:00:00"}, {"basis": "x"}],
)
async def test_a_question_that_makes_no_sense_is_refused(circle, params):
    await refused(circle.sides[0].manager.get("/returns", params=params), 422, "unprocessable")


async def test_a_reference_beyond_the_calendar_is_refused(circle):
    params = {"reference_at": "1899-01-01T00:00:00Z"}
    await refused(circle.sides[0].manager.get("/returns", params=params), 422, "invalid-benefit", "/reference_at")
