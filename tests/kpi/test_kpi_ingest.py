"""Ingest through the service: what becomes of each sample."""

import json
from uuid import uuid4

from kpi.kpi_world import day, outcomes, stamp, stored
from prometheus_client import REGISTRY

from entente_kpi.ingest.schemas import MOST


async def test_each_sample_has_its_outcome(kpis):
    kpi = await kpis.define()
    await kpi.push({0: 1.0, 1: 2.0})
    report = await kpi.push({0: 1.0, 1: 3.0, 2: 4.0})
    assert outcomes(report) == ["unchanged", "conflict", "stored"]
    assert (report["accepted"], report["unchanged"], report["corrected"], report["rejected"]) == (1, 1, 0, 1)
    assert report["outcomes"][1]["pointer"] == "/samples/1/value"
    assert "correction" in report["outcomes"][1]["reason"]
    assert await stored(kpi) == [(stamp(day(0)), 1.0), (stamp(day(1)), 2.0), (stamp(day(2)), 4.0)]


async def test_a_correction_keeps_who_replaced_what(kpis):
    kpi = await kpis.define()
    await kpi.push({0: 1.0})
    report = await kpi.push({0: 5.0, 1: 2.0}, correction=True)
    assert outcomes(report) == ["corrected", "stored"]
    assert await stored(kpi) == [(stamp(day(0)), 5.0), (stamp(day(1)), 2.0)]
    [kept] = (await kpis.get(f"/kpis/{kpi.id}/corrections"))["items"]
    assert (kept["at"], kept["replaced"], kept["value"]) == (stamp(day(0)), 1.0, 5.0)
    assert str(kpis.organisation) in kept["principal"]
    assert kept["corrected_at"]


async def test_a_kpi_may_say_that_another_value_corrects(kpis):
    kpi = await kpis.define(on_conflict="correct")
    await kpi.push({0: 1.0})
    assert outcomes(await kpi.push({0: 5.0})) == ["corrected"]


async def test_the_same_identity_twice_in_one_request_is_settled_in_order(kpis):
    kpi = await kpis.define()
    at = stamp(day(0))
    samples = [
        {"at": at, "value": 1.0},
        {"at": at.replace("Z", "+00:00"), "value": 1.0},
        {"at": "2026-01-01T05:00:00+05:00", "value": 2.0},
        {"at": at, "value": 3.0, "correction": True},
        {"at": at, "value": 4.0, "correction": True},
    ]
    report = (await kpis.http.post(f"/kpis/{kpi.id}/samples", json={"samples": samples})).json()
    assert outcomes(report) == ["stored", "unchanged", "conflict", "corrected", "corrected"]
    assert await stored(kpi) == [(at, 4.0)]
    kept = (await kpis.get(f"/kpis/{kpi.id}/corrections"))["items"]
    assert [(each["replaced"], each["value"]) for each in kept] == [(1.0, 3.0), (3.0, 4.0)]


async def test_samples_of_several_kpis_go_in_one_request_and_unknown_ones_are_named(kpis, found):
    first, second = await kpis.define(), await kpis.define()
    foreign = await (await found()).define()
    samples = [
        {"kpi_id": str(kpi_id), "at": stamp(day(0)), "value": 1}
        for kpi_id in (first.id, uuid4(), second.id, foreign.id)
    ]
    report = (await kpis.http.post("/samples", json={"samples": samples})).json()
    assert outcomes(report) == ["stored", "rejected", "stored", "rejected"]
    assert [report["outcomes"][index]["pointer"] for index in (1, 3)] == ["/samples/1/kpi_id", "/samples/3/kpi_id"]
    assert await stored(first) == await stored(second) == [(stamp(day(0)), 1.0)]
    assert await stored(foreign) == []


async def test_a_table_has_the_values_of_several_kpis_at_the_same_times(kpis):
    first, second, unknown = await kpis.define(), await kpis.define(), str(uuid4())
    times = [stamp(day(0)), stamp(day(2))]
    values = {str(first.id): [1, 2], unknown: [5, 6], str(second.id): [3, 4e100]}
    report = (await kpis.http.post("/samples", json={"table": {"at": times, "values": values}})).json()
    assert (report["accepted"], report["rejected"]) == (3, 3)
    told = [(each["index"], each["pointer"]) for each in report["outcomes"]]
    at_fault = f"/table/values/{unknown}"
    assert told == [(2, at_fault), (3, at_fault), (5, f"/table/values/{second.id}/1")]
    assert await stored(first) == [(times[0], 1.0), (times[1], 2.0)]
    assert await stored(second) == [(times[0], 3.0)]
    again = {"table": {"start": times[0], "step": "P2D", "values": {str(first.id): [7, 2]}, "correction": True}}
    assert outcomes((await kpis.http.post("/samples", json=again)).json()) == ["corrected", "unchanged"]


async def test_values_and_times_out_of_range_are_rejected_one_by_one(kpis):
    kpi = await kpis.define()
    samples = [
        {"at": stamp(day(0)), "value": 1e101},
        {"at": "0001-01-01T00:00:00+14:00", "value": 1},
        {"at": "9999-12-31T23:59:59-14:00", "value": 1},
        {"at": stamp(day(0)), "value": -1e100},
    ]
    report = (await kpis.http.post(f"/kpis/{kpi.id}/samples", json={"samples": samples})).json()
    assert outcomes(report) == ["rejected", "rejected", "rejected", "stored"]
    assert [each.get("pointer") for each in report["outcomes"]] == [
        "/samples/0/value",
        "/samples/1/at",
        "/samples/2/at",
        None,
    ]


async def test_a_dry_run_tells_the_outcomes_and_stores_nothing(kpis):
    kpi = await kpis.define()
    await kpi.agree()
    await kpi.push({0: 1.0})
    assert outcomes(await kpi.push({0: 2.0, 1: -9.0}, dry_run=True)) == ["conflict", "stored"]
    assert await stored(kpi) == [(stamp(day(0)), 1.0)]
    assert await kpi.deviations() == []


async def test_ten_thousand_samples_go_in_one_request_and_one_more_is_refused(kpis):
    kpi = await kpis.define()
    samples = [{"at": stamp(day(index / 1000)), "value": index} for index in range(MOST + 1)]
    refused = await kpis.http.post(f"/kpis/{kpi.id}/samples", json={"samples": samples})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/samples")
    report = (await kpis.http.post(f"/kpis/{kpi.id}/samples", json={"samples": samples[1:]})).json()
    assert report["accepted"] == MOST
    assert len(report["outcomes"]) == MOST


async def test_a_repeated_request_is_answered_as_the_first_time(kpis):
    kpi = await kpis.define()
    body, key = json.dumps({"samples": [{"at": stamp(day(0)), "value": 1}]}), {"Idempotency-Key": str(uuid4())}
    headers = {"Content-Type": "application/json", **key}
    first, again = [await kpis.http.post(f"/kpis/{kpi.id}/samples", content=body, headers=headers) for _ in range(2)]
    assert first.json() == again.json()
    assert outcomes(again.json()) == ["stored"]


async def test_the_reason_is_told_in_french(kpis):
    kpi = await kpis.define()
    await kpi.push({0: 1.0})
    body = {"samples": [{"at": stamp(day(0)), "value": 2}]}
    answer = await kpis.http.post(f"/kpis/{kpi.id}/samples", json=body, headers={"Accept-Language": "fr"})
    assert "valeur" in answer.json()["outcomes"][0]["reason"]


async def test_pushes_are_measured_by_the_template_of_their_route(kpis):
    """They are answered before the routes are looked at."""
    counted = "entente_http_request_seconds_count"

    def labels(route: str) -> dict[str, str]:
        return {
            "service": "kpi",
            "method": "POST",
            "route": f"/v1/partnerships/{{partnership_id}}{route}",
            "status": "200",
        }

    kpi, routes = await kpis.define(), [labels("/kpis/{kpi_id}/samples"), labels("/samples")]
    before = [REGISTRY.get_sample_value(counted, each) or 0 for each in routes]
    await kpi.push({1: 1.0})
    await kpis.http.post("/samples", json={"samples": [{"kpi_id": str(kpi.id), "at": stamp(day(2)), "value": 1}]})
    assert [REGISTRY.get_sample_value(counted, each) for each in routes] == [count + 1 for count in before]
