"""Derived KPIs through the API: what they come to, and that they follow their inputs."""

import asyncio
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kpi.kpi_world import Kpi, day, outcomes, stored
from support.waiting import eventually

from entente_kpi.derivation import commands as derivation
from entente_kpi.derivation import pieces
from entente_kpi.derivation.domain import Span, affected, merge
from entente_kpi.formulas import commands as formulas
from entente_shared.ids import new_id


async def derive(kpi, formula, status=200, headers=None, **fields):
    body = {"formula": formula, **fields}
    answer = await kpi.partnership.http.put(f"/kpis/{kpi.id}/formula", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


async def computed(kpi):
    """Its values by day, once nothing is due any more."""

    async def done():
        page = (await kpi.partnership.get("/formulas"))["items"]
        return all(each["due_since"] is None for each in page)

    await eventually(done)
    return dict(await days(kpi))


async def days(kpi):
    return [((day_of(at)), value) for at, value in await stored(kpi)]


def day_of(at):
    from datetime import datetime

    return (datetime.fromisoformat(at) - day(0)).total_seconds() / 86400


async def several(kpis, *units):
    made = []
    for unit in units:
        body = {"name": f"in {unit}", "unit": unit, "cadence": "P1D", "rule": {"theta_on": -0.25, "theta_off": -0.1}}
        answer = await kpis.http.post("/kpis", json=body)
        assert answer.status_code == 201, answer.text
        made.append(Kpi(kpis, answer.json()["id"]))
    return made


async def test_a_return_on_investment_follows_benefit_and_cost(kpis):
    benefit, cost, roi = await several(kpis, "EUR", "kEUR", "%")
    await benefit.push({0: 150.0, 2: 300.0})
    await derive(roi, "(benefit - cost) / cost", inputs={"benefit": benefit.id, "cost": cost.id})
    assert await computed(roi) == {}  # what the cost was is not known yet
    await cost.push({1: 0.1})
    assert await computed(roi) == {1: 50.0, 2: 200.0}
    await cost.push({0: 0.3})  # late
    assert await computed(roi) == {0: -50.0, 1: 50.0, 2: 200.0}
    await benefit.push({2: 100.0}, correction=True)
    assert await computed(roi) == {0: -50.0, 1: 50.0, 2: 0.0}
    corrections = (await kpis.get(f"/kpis/{roi.id}/corrections"))["items"]
    assert [(each["replaced"], each["value"], each["principal"]) for each in corrections] == [(200.0, 0.0, "formula:1")]


async def test_a_corrected_input_annuls_what_its_derived_kpi_had_raised(kpis):
    raw, derived = await several(kpis, "1", "1")
    await derived.agree()
    await derive(derived, "raw * 2", inputs={"raw": raw.id})
    await raw.push({0: -0.2, 1: 0.0})
    await computed(derived)
    assert await derived.spans() == [(1, 0, 1, False)]
    await raw.push({0: 0.0}, correction=True)
    await computed(derived)
    assert await derived.spans() == [(1, 0, 1, True)]
    assert "inputs changed" in (await derived.deviations())[0]["annulled_because"]


async def test_a_chain_and_a_diamond_are_computed_in_order(kpis):
    """`total` needs `source` and, through `half` and `double`, needs it again: none of its values is ever a mixture."""
    total, double, half, source = await several(kpis, "1", "1", "1", "1")
    await derive(half, "source / 2", inputs={"source": source.id})
    await derive(double, "half * 4", inputs={"half": half.id})
    await derive(total, "source + double", inputs={"source": source.id, "double": double.id})
    for at in range(5):
        await source.push({at: at + 1.0})
    assert await computed(total) == {at: 3.0 * (at + 1) for at in range(5)}
    await source.push({2: 10.0}, correction=True)
    assert (await computed(total))[2] == 30.0
    corrections = (await kpis.get(f"/kpis/{total.id}/corrections"))["items"]
    assert [(each["replaced"], each["value"]) for each in corrections] == [(9.0, 30.0)]


async def test_a_value_older_than_its_input_allows_is_no_value(kpis):
    fast, slow, derived = await several(kpis, "1", "1", "1")
    inputs = {"fast": fast.id, "slow": slow.id}
    await derive(derived, "fast + slow", inputs=inputs, stale_after={"slow": "P2D"})
    await slow.push({0: 100.0})
    await fast.push({1: 1.0, 2: 2.0, 3: 3.0})
    assert await computed(derived) == {1: 101.0, 2: 102.0}
    assert (await kpis.get(f"/kpis/{derived.id}/formula/gaps"))["items"] == []


async def test_windows_reach_back_over_the_pieces(kpis, monkeypatch):
    monkeypatch.setattr(pieces, "SIZE", 300)
    raw, derived = await several(kpis, "1", "1")
    values = {at: float((at * 7919) % 101) for at in range(450)}
    await raw.push(values)
    await derive(derived, "sum(raw, P3D) + mean(raw, P10D)", inputs={"raw": raw.id})
    expected = {}
    for at in values:
        short = [values[n] for n in range(max(0, at - 2), at + 1)]
        long = [values[n] for n in range(max(0, at - 9), at + 1)]
        expected[at] = sum(short) + sum(long) / len(long)
    found = await computed(derived)
    assert len(found) == len(values)
    assert found == pytest.approx(expected)
    await raw.push({448: 1000.0}, correction=True)
    assert (await computed(derived))[449] == pytest.approx(expected[449] + (1000 - values[448]) * 1.1)


async def test_a_late_sample_costs_no_more_than_what_it_changes(kpis, monkeypatch):
    """Up to the next sample of that input, and as far as a window holds it."""
    plain, windowed, other, derived = await several(kpis, "1", "1", "1", "1")
    inputs = {"plain": plain.id, "windowed": windowed.id, "other": other.id}
    await derive(derived, "plain + sum(windowed, P3D) + other", inputs=inputs)
    for kpi in (plain, windowed, other):
        await kpi.push(dict.fromkeys(range(0, 40, 2), 0.0))
    assert await computed(derived) == dict.fromkeys(range(0, 40, 2), 0.0)
    read, spans = pieces.read, []

    async def recorded(*arguments):
        span = arguments[-1]
        spans.append([None if moment is None else (moment - day(0)).days for moment in (span.since, span.until)])
        return await read(*arguments)

    monkeypatch.setattr(pieces, "read", recorded)
    await plain.push({5: 1.0})
    assert (await computed(derived))[5] == 1
    await windowed.push({20: 1.0}, correction=True)
    found = await computed(derived)
    assert [found[at] for at in (18, 20, 22, 24)] == [0, 1, 1, 0]
    await other.push({39: 1.0})
    assert (await computed(derived))[39] == 1
    assert spans == [[5, 6], [20, 23], [39, None]]


async def test_more_marks_than_a_turn_takes_are_all_seen_to(kpis, monkeypatch):
    monkeypatch.setattr(derivation, "_MARKS", 3)
    monkeypatch.setattr(derivation, "_PIECES", 2)
    raw, derived = await several(kpis, "1", "1")
    await raw.push(dict.fromkeys(range(0, 60, 2), 0.0))
    await derive(derived, "raw + 1", inputs={"raw": raw.id})
    await computed(derived)
    await asyncio.gather(*(raw.push({at: 1.0}, correction=True) for at in range(0, 60, 4)))
    assert await computed(derived) == {at: 1.0 if at % 4 else 2.0 for at in range(0, 60, 2)}


async def test_where_a_formula_has_no_value_it_is_told_why(kpis):
    above, below, derived = await several(kpis, "1", "1", "1")
    await derive(derived, "above / below", inputs={"above": above.id, "below": below.id})
    await below.push({0: 0.0, 1: 2.0})
    await above.push({0: 1.0, 1: 1.0})
    assert await computed(derived) == {1: 0.5}
    gaps = f"/kpis/{derived.id}/formula/gaps"
    first = {"at": "2026-01-01T00:00:00Z", "fault": "division_by_zero", "value_stands": False}
    assert (await kpis.get(gaps))["items"] == [first]
    await below.push({0: 4.0, 1: 0.0}, correction=True)
    assert await computed(derived) == {0: 0.25, 1: 0.5}  # a sample that was stored is never taken away
    page = await kpis.get(gaps, limit=1)
    assert page == {
        "items": [{"at": "2026-01-02T00:00:00Z", "fault": "division_by_zero", "value_stands": True}],
        "next_cursor": None,
    }
    await above.push({2: 3.0, 3: 4.0})
    await computed(derived)
    page = await kpis.get(gaps, limit=2)
    assert [each["at"][8:10] for each in page["items"]] == ["02", "03"]
    rest = await kpis.get(gaps, limit=2, cursor=page["next_cursor"])
    assert [each["at"][8:10] for each in rest["items"]] == ["04"]


async def test_samples_of_a_derived_kpi_are_refused_one_by_one(kpis):
    raw, derived = await several(kpis, "1", "1")
    await derive(derived, "raw", inputs={"raw": raw.id})
    samples = [{"kpi_id": str(kpi.id), "at": "2026-01-01T00:00:00Z", "value": 1.0} for kpi in (derived, raw)]
    for dry in ("true", "false"):
        answer = await kpis.http.post("/samples", json={"samples": samples}, params={"dry_run": dry})
        assert outcomes(answer.json()) == ["rejected", "stored"]
        assert "formula" in answer.json()["outcomes"][0]["reason"]
    assert await computed(derived) == {0: 1.0}


async def test_a_changed_formula_computes_all_of_it_again(kpis):
    first, second, derived = await several(kpis, "1", "1", "1")
    await first.push({0: 1.0, 1: 2.0})
    await second.push({1: 10.0})
    assert (await derive(derived, "x", inputs={"x": first.id}))["version"] == 1
    assert await computed(derived) == {0: 1.0, 1: 2.0}
    changed = await derive(derived, f"x + {{{second.id}}}", inputs={"x": first.id}, headers={"If-Match": '"1"'})
    assert (changed["version"], changed["inputs"][str(second.id)]) == (2, str(second.id))
    assert await computed(derived) == {0: 1.0, 1: 12.0}
    gaps = (await kpis.get(f"/kpis/{derived.id}/formula/gaps"))["items"]
    assert gaps == [{"at": "2026-01-01T00:00:00Z", "fault": "missing", "value_stands": True}]
    await derive(derived, "x", inputs={"x": first.id}, status=412, headers={"If-Match": '"1"'})
    versions = await kpis.get(f"/kpis/{derived.id}/formula/versions", limit=1)
    assert (versions["items"][0]["version"], versions["next_cursor"]) == (2, "2")
    older = await kpis.get(f"/kpis/{derived.id}/formula/versions", cursor=2)
    assert [(each["version"], each["formula"]) for each in older["items"]] == [(1, "x")]
    told = await kpis.events("formula_changed")
    assert [each.data["version"] for each in told] == [1, 2]


@pytest.mark.parametrize(
    ("formula", "pointer", "says"),
    [
        ("money + hours", "/formula", "At character 7: EUR and h cannot be added"),
        ("money + 0 * hours * money / hours", "/formula", "The formula comes to EUR, and the KPI is in 1"),
        ("money / hours / ", "/formula", "cannot be read on"),
        ("money / hours / other", "/formula", "no input has this name"),
        ("money / hours / 5 'bananas'", "/formula", "this unit is not understood"),
        ("money / money", "/inputs/hours", "does not mention hours"),
        ("if(mean(hours, P90000D) > hours, money / money, 1)", "/formula", "a duration"),
    ],
)
async def test_a_formula_that_makes_no_sense_is_refused_with_its_place(kpis, formula, pointer, says):
    money, hours, derived = await several(kpis, "EUR", "h", "1")
    answer = await derive(derived, formula, inputs={"money": money.id, "hours": hours.id}, status=422)
    assert answer["errors"][0]["pointer"] == pointer
    assert says in answer["detail"]


async def test_inputs_must_be_there_in_units_that_are_understood_and_the_kpi_without_samples(kpis, kpi_admin):
    odd, plain, derived = await several(kpis, "1", "1", "1")
    await kpi_admin.execute("UPDATE kpi SET unit = 'bananas', name = 'in bananas' WHERE id = $1", odd.id)
    answer = await derive(derived, "x", inputs={"x": str(new_id())}, status=422)
    assert answer["errors"][0]["pointer"] == "/inputs/x"
    answer = await derive(derived, "x", inputs={"x": odd.id}, status=422)
    assert "in bananas is not understood" in answer["detail"]
    answer = await derive(derived, "x", inputs={"x": plain.id}, stale_after={"x": "PT0S"}, status=422)
    assert answer["errors"][0]["pointer"] == "/stale_after/x"
    answer = await derive(derived, "1 + 1", status=422)
    assert answer["errors"][0]["pointer"] == "/inputs"
    await plain.push({0: 1.0})
    await derive(plain, "x", inputs={"x": derived.id}, status=409)
    answer = await kpis.http.get(f"/kpis/{plain.id}/formula")
    assert answer.status_code == 404
    contributor = await kpis.member("contributor")
    refused = await contributor.put(f"/kpis/{derived.id}/formula", json={"formula": "x", "inputs": {"x": plain.id}})
    assert refused.status_code == 403


async def test_a_window_over_more_samples_than_can_be_held_is_refused(kpis):
    body = {"name": "Fast", "unit": "1", "cadence": "PT1S", "rule": {"theta_on": -0.25, "theta_off": -0.1}}
    fast = (await kpis.http.post("/kpis", json=body)).json()["id"]
    (derived,) = await several(kpis, "1")
    answer = await derive(derived, "mean(x, P1D)", inputs={"x": fast}, status=422)
    assert "more than 50000 samples" in answer["detail"]


async def test_a_formula_that_cannot_be_computed_any_more_says_why_and_recovers(kpis, kpi_admin, monkeypatch):
    raw, derived = await several(kpis, "EUR", "EUR")
    await derive(derived, "sum(raw, P3D)", inputs={"raw": raw.id})
    await raw.push({0: 1.0, 1: 1.0})
    assert await computed(derived) == {0: 1.0, 1: 2.0}

    async def problem():
        await computed(derived)
        return (await kpis.get(f"/kpis/{derived.id}/formula"))["problem"]

    await kpi_admin.execute("UPDATE kpi SET unit = 'bananas' WHERE id = $1", raw.id)
    await raw.push({2: 1.0})
    assert "in EUR is not understood" in await problem()
    await kpi_admin.execute("UPDATE kpi SET unit = 'EUR' WHERE id = $1", raw.id)
    await raw.push({3: 1.0})
    assert await problem() is None
    assert await computed(derived) == {0: 1.0, 1: 2.0, 2: 3.0, 3: 3.0}
    monkeypatch.setattr(pieces, "MOST_IN_WINDOW", 2)
    await raw.push({3.5: 1.0})
    assert await problem() == "A window of 3 days holds more than 2 samples here; make it shorter."


async def test_the_number_of_derived_kpis_is_bounded(kpis, monkeypatch):
    monkeypatch.setattr(formulas, "MOST_FORMULAS", 1)
    raw, one, two = await several(kpis, "1", "1", "1")
    for kpi, status in ((one, 200), (two, 422), (one, 200)):
        await derive(kpi, "raw", inputs={"raw": raw.id}, status=status)


async def test_a_circle_is_refused_by_the_names_of_its_kpis(kpis):
    one, two, three = await several(kpis, "1", "%", "[ppm]")
    await derive(one, "x", inputs={"x": one.id}, status=422)
    await derive(two, "x", inputs={"x": one.id})
    await derive(three, "x", inputs={"x": two.id})
    answer = await derive(one, "x", inputs={"x": three.id}, status=422)
    assert "in 1 <- in [ppm] <- in % <- in 1" in answer["detail"]
    assert [each["kpi_id"] for each in (await kpis.get("/formulas"))["items"]] == [two.id, three.id]


async def test_two_definitions_at_once_do_not_close_a_circle_between_them(kpis):
    for _ in range(5):
        one, two = await several(kpis, "1", "1")
        answers = await asyncio.gather(
            *(
                kpis.http.put(f"/kpis/{kpi.id}/formula", json={"formula": "x", "inputs": {"x": other.id}})
                for kpi, other in ((one, two), (two, one))
            )
        )
        assert sorted(each.status_code for each in answers) == [200, 422]


async def test_two_definitions_at_once_do_not_close_a_longer_circle_either(kpis):
    """They share no KPI: one makes a of b, which is made of c; the other c of d, which is made of a."""
    for _ in range(5):
        a, b, c, d = await several(kpis, "1", "1", "1", "1")
        await derive(b, "x", inputs={"x": c.id})
        await derive(d, "x", inputs={"x": a.id})
        answers = await asyncio.gather(
            *(
                kpis.http.put(f"/kpis/{kpi.id}/formula", json={"formula": "x", "inputs": {"x": other.id}})
                for kpi, other in ((a, b), (c, d))
            )
        )
        assert sorted(each.status_code for each in answers) == [200, 422]


async def test_formulas_come_in_pages(kpis):
    raw, *derived = await several(kpis, "1", "1", "1", "1")
    for kpi in derived:
        await derive(kpi, "raw", inputs={"raw": raw.id})
    page = await kpis.get("/formulas", limit=2)
    rest = await kpis.get("/formulas", limit=2, cursor=page["next_cursor"])
    assert [each["kpi_id"] for each in page["items"] + rest["items"]] == [kpi.id for kpi in derived]


async def test_what_was_due_when_everything_stopped_is_computed_afterwards(kpis, kpi_admin):
    """The mark alone is durable; a worker that died left it and its timer where they were."""
    raw, derived = await several(kpis, "1", "1")
    await derive(derived, "raw + 1", inputs={"raw": raw.id})
    await computed(derived)
    async with kpi_admin.transaction():
        await kpi_admin.execute("SELECT 1 FROM formula_graph WHERE partnership_id = $1 FOR UPDATE", kpis.id)
        await raw.push({0: 1.0})  # does not wait for whoever computes
        assert (await kpis.get(f"/kpis/{derived.id}/formula"))["due_since"] == "2026-01-01T00:00:00Z"
        await asyncio.sleep(0.6)  # the worker finds the graph taken, and comes again
        assert await days(derived) == []
    assert await computed(derived) == {0: 2.0}


async def test_writers_beside_one_another_leave_the_values_of_the_last_state(kpis):
    one, two, derived = await several(kpis, "1", "1", "1")
    await derive(derived, "one * 1000 + two", inputs={"one": one.id, "two": two.id})

    async def write(kpi, start):
        for at in range(start, 40, 4):
            await kpi.push({at: float(at)})

    await asyncio.gather(*(write(kpi, start) for kpi in (one, two) for start in range(4)))
    assert await computed(derived) == {at: at * 1001.0 for at in range(40)}


_bounds = st.tuples(st.integers(0, 20), st.none() | st.integers(0, 20)).filter(lambda b: b[1] is None or b[0] < b[1])


@given(st.lists(_bounds, max_size=8))
def test_merged_spans_hold_the_same_times_and_lie_apart(drawn):
    spans = [Span(day(since), None if until is None else day(until)) for since, until in drawn]
    merged = merge(spans)

    def times(some):
        return {
            at
            for at in range(30)
            if any(each.since <= day(at) and (each.until is None or day(at) < each.until) for each in some)
        }

    assert times(merged) == times(spans)
    assert all(one.until is not None and one.until < other.since for one, other in itertools.pairwise(merged))


def test_what_a_change_affects():
    assert affected(day(1), day(2), None, day(9) - day(0)) == Span(day(1), None)
    assert affected(day(1), day(2), day(4), None) == Span(day(1), day(4))
    assert affected(day(1), day(2), day(4), day(1) - day(0)) == Span(day(1), day(4))
    assert affected(day(1), day(2), day(4), day(5) - day(0)) == Span(day(1), day(7))
