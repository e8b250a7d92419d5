"""Samples that belong to no KPI are kept, shown to those who sent them, mapped, replayed, or dropped for a reason."""

import asyncio

from kpi.kpi_world import RULE, Kpi, day, stamp
from kpi.sources_world import lines, map_to, points, quarantined, replay, write

from entente_kpi.quarantine import domain, replays
from entente_shared.events import objectives
from entente_shared.events.objectives import Role
from entente_shared.ids import new_id


async def test_samples_that_match_no_kpi_are_kept_and_replayed(kpis):
    kpi = await kpis.define()
    pushed = await write(kpis, lines("orders", {1: 5.0, 2: 6.0}, ",site=lyon"))
    assert (pushed.status_code, pushed.headers["entente-outcome"]) == (204, "quarantined=2")
    (series,) = (await kpis.get("/quarantine/series"))["items"]
    assert (series["name"], series["labels"], series["reason"], series["samples"]) == (
        "orders.v", {"site": "lyon"}, "unmatched", 2,
    )  # fmt: skip
    assert (series["first_at"], series["last_at"]) == (stamp(day(1)), stamp(day(2)))
    samples = (await kpis.get(f"/quarantine/series/{series['id']}/samples"))["items"]
    assert [(each["at"], each["value"], each["refused"]) for each in samples] == [
        (stamp(day(1)), 5.0, None), (stamp(day(2)), 6.0, None),
    ]  # fmt: skip
    assert (await replay(kpis)) == {"items": [], "remaining": 0}
    await map_to(kpi, "orders.v", scale=10.0)
    (told,) = (await replay(kpis, series_ids=[series["id"]]))["items"]
    assert (told["stored"], told["refused"], told["kpi_id"]) == (2, 0, str(kpi.id))
    assert await points(kpi) == {1: 50.0, 2: 60.0}
    assert await quarantined(kpis) == {}
    assert await replay(kpis) == {"items": [], "remaining": 0}


async def test_what_comes_again_is_kept_once_and_in_the_order_of_its_last_arrival(kpis):
    kpi = await kpis.define("correct")
    for value in (5.0, 6.0, 5.0):
        assert (await write(kpis, lines("a", {1: value, 2: 1.0}))).status_code == 204
    assert await quarantined(kpis) == {"a.v": 3}
    await map_to(kpi, "a.v")
    (told,) = (await replay(kpis))["items"]
    assert (told["stored"], told["corrected"]) == (2, 1)
    assert await points(kpi) == {1: 5.0, 2: 1.0}


async def test_lists_are_read_page_by_page(kpis):
    await write(kpis, "".join(lines(name, {1: 1.0, 2: 2.0, 3: 3.0}) for name in "abc"))
    found, cursor = [], None
    while True:
        page = await kpis.get("/quarantine/series", limit=2, **({"cursor": cursor} if cursor else {}))
        found += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(set(found)) == len(found) == 3
    values, cursor = [], None
    for _ in range(2):
        page = await kpis.get(
            f"/quarantine/series/{found[0]}/samples", limit=2, **({"cursor": cursor} if cursor else {})
        )
        values += [each["value"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert (values, cursor) == ([1.0, 2.0, 3.0], None)


async def test_what_the_kpi_refuses_stays_with_its_reason(kpis):
    kpi = await kpis.define()
    await kpi.push({1: 1.0})
    await write(kpis, lines("a", {1: 2.0, 2: 3.0}))
    await map_to(kpi, "a.v")
    (told,) = (await replay(kpis))["items"]
    assert (told["stored"], told["refused"]) == (1, 1)
    assert "correction = true" in told["reason"]
    (series,) = (await kpis.get("/quarantine/series"))["items"]
    assert (series["reason"], series["samples"]) == ("refused", 1)
    (sample,) = (await kpis.get(f"/quarantine/series/{series['id']}/samples"))["items"]
    assert sample["refused"] == told["reason"]
    assert (await replay(kpis))["remaining"] == 0
    assert await points(kpi) == {1: 1.0, 2: 3.0}


async def test_a_replay_has_a_limit_and_refused_samples_hold_up_no_others(kpis, monkeypatch):
    monkeypatch.setattr(domain, "REPLAYED_AT_ONCE", 2)
    kpi = await kpis.define()
    await kpi.push({1: 0.0, 2: 0.0})
    await write(kpis, lines("a", {1: 1.0, 2: 1.0, 3: 1.0, 4: 1.0, 5: 1.0}))
    await map_to(kpi, "a.v")
    assert [(await replay(kpis))["remaining"] for _ in range(3)] == [3, 1, 0]
    assert await points(kpi) == {1: 0.0, 2: 0.0, 3: 1.0, 4: 1.0, 5: 1.0}
    assert await quarantined(kpis) == {"a.v": 2}


async def test_a_replay_that_fails_leaves_everything_where_it_was(kpis, monkeypatch):
    kpi = await kpis.define()
    await write(kpis, lines("a", {1: 1.0}))
    await map_to(kpi, "a.v")

    async def fail(*_):
        raise RuntimeError("the plug is pulled")

    monkeypatch.setattr(replays, "_remaining", fail)
    assert (await kpis.http.post("/quarantine/replays", json={})).status_code == 500
    assert (await points(kpi), await quarantined(kpis)) == ({}, {"a.v": 1})


async def test_two_replays_at_once_tell_each_sample_once(kpis):
    kpi = await kpis.define()
    await write(kpis, lines("a", {n: float(n) for n in range(50)}))
    await map_to(kpi, "a.v")
    told = await asyncio.gather(*(replay(kpis) for _ in range(3)))
    assert sum(item["stored"] for report in told for item in report["items"]) == 50
    assert all(item["unchanged"] == 0 for report in told for item in report["items"])
    holder = await kpis.admin.fetchrow(
        "SELECT samples, series FROM quarantine_holder WHERE partnership_id = $1", kpis.id
    )
    assert (holder["samples"], holder["series"]) == (0, 0)


async def test_rules_that_disagree_send_samples_to_quarantine(kpis):
    one, two = await kpis.define(), await kpis.define()
    await map_to(one, "a.v")
    await map_to(two, "a.v")
    await write(kpis, lines("a", {1: 1.0}))
    assert [each["reason"] for each in (await kpis.get("/quarantine/series"))["items"]] == ["ambiguous"]


async def test_a_full_quarantine_refuses_sample_by_sample(kpis, monkeypatch):
    monkeypatch.setattr(domain, "MOST_SAMPLES", 3)
    kpi = await kpis.define()
    await map_to(kpi, "known.v")
    assert (await write(kpis, lines("a", {1: 1.0, 2: 1.0}))).status_code == 204
    partial = await write(kpis, lines("known", {1: 7.0}) + lines("a", {1: 1.0, 3: 1.0, 4: 1.0}))
    assert partial.status_code == 400
    assert partial.json()["error"].startswith("partial write: line 4: name: ")
    assert partial.json()["error"].endswith("dropped=1")
    assert (await quarantined(kpis), await points(kpi)) == ({"a.v": 3}, {1: 7.0})
    assert (await write(kpis, lines("a", {3: 1.0}))).status_code == 204  # it is there already
    monkeypatch.setattr(domain, "MOST_SERIES", 1)
    monkeypatch.setattr(domain, "MOST_SAMPLES", 9)
    assert (await write(kpis, lines("b", {1: 1.0}))).status_code == 400
    assert (await write(kpis, lines("a", {4: 1.0}))).status_code == 204


async def test_only_a_person_drops_and_says_why(kpis):
    await write(kpis, lines("a", {1: 1.0, 2: 1.0}) + lines("b", {1: 1.0}))
    series = {each["name"]: each["id"] for each in (await kpis.get("/quarantine/series"))["items"]}
    body = {"series_ids": [series["a.v"]], "reason": "A test of the exporter"}
    assert (await kpis.http.post("/quarantine/drops", json=body)).status_code == 403
    contributor, observer = await kpis.member(Role.CONTRIBUTOR), await kpis.member(Role.OBSERVER)
    assert (await observer.post("/quarantine/drops", json=body)).status_code == 403
    assert (await observer.post("/quarantine/replays", json={})).status_code == 403
    assert (await contributor.post("/quarantine/drops", json=body)).json() == {"samples": 2}
    assert (await contributor.post("/quarantine/drops", json=body)).status_code == 404
    assert await quarantined(kpis) == {"b.v": 1}
    (drop,) = (await kpis.get("/quarantine/drops"))["items"]
    assert (drop["name"], drop["samples"], drop["reason"]) == ("a.v", 2, "A test of the exporter")
    await contributor.aclose()
    await observer.aclose()


async def other_party(kpis):
    """Another organisation in the same partnership: its system's client, and its party's id."""
    organisation, party = new_id(), new_id()
    parties = [
        objectives.Party(party_id=each, organisation_id=of, name="Party", weight=1)
        for each, of in ((kpis.party, kpis.organisation), (party, organisation))
    ]
    await kpis.deliver(
        objectives.PartnershipChanged(
            partnership_id=kpis.id, name="Road safety", stage="working_together", parties=parties,
            clock=objectives.ClockMode.REPLAY, clock_now=day(0),
        )
    )  # fmt: skip
    return kpis.client("system", organisation, None, "samples:write", "organisation:admin"), party


async def test_another_party_sees_and_touches_none_of_it(kpis):
    (other, _), kpi = await other_party(kpis), await kpis.define()
    await write(kpis, lines("secret", {1: 1.0}))
    (series,) = (await kpis.get("/quarantine/series"))["items"]
    await map_to(kpi, "secret.v")
    assert await quarantined(kpis, other) == {}
    assert (await other.get(f"/quarantine/series/{series['id']}/samples")).status_code == 404
    assert (await other.post("/quarantine/replays", json={"series_ids": [series["id"]]})).json()["items"] == []
    whereabouts = await other.get("/samples/whereabouts", params={"name": "secret.v", "at": stamp(day(1))})
    assert whereabouts.json()["state"] == "unknown"
    assert (await write(kpis, lines("b", {1: 2.0}), other)).status_code == 204
    assert (await quarantined(kpis), await quarantined(kpis, other)) == ({"secret.v": 1}, {"b.v": 1})
    await other.aclose()


async def test_the_database_itself_keeps_parties_apart(kpis):
    """Without the application's own conditions."""
    other, _ = await other_party(kpis)
    await write(kpis, lines("secret", {1: 1.0}))
    from sqlalchemy import text

    from entente_shared.auth import Caller, CallerKind

    organisation = await kpis.admin.fetchval(
        "SELECT organisation_id FROM membership WHERE partnership_id = $1 AND organisation_id <> $2",
        kpis.id,
        kpis.organisation,
    )
    for of, count in ((kpis.organisation, 1), (organisation, 0)):
        async with kpis.database.transaction(Caller(CallerKind.SYSTEM, "key", of)) as session:
            for table in ("quarantine_holder", "quarantined_series", "quarantined_sample"):
                assert (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == count
    await other.aclose()


async def test_a_rule_opens_no_kpi_to_a_party_that_is_none_of_its_sources(kpis):
    other, party = await other_party(kpis)
    body = {"name": "Theirs", "unit": "1", "cadence": "P1D", "rule": RULE, "sources": [str(party)]}
    made = await kpis.http.post("/kpis", json=body)
    assert made.status_code == 201, made.text
    kpi = Kpi(kpis, made.json()["id"])
    assert (await write(kpis, lines("a", {1: 1.0}))).status_code == 204
    await map_to(kpi, "*", kind="glob")
    for path in ("/ingest/influx/write", "/ingest/influx/api/v2/write"):
        refused = await kpis.http.post(path, content=lines("a", {2: 2.0}))
        assert (refused.status_code, "sources of its definition" in refused.text) == (400, True)
    (told,) = (await replay(kpis))["items"]
    assert (told["refused"], "sources of its definition" in told["reason"]) == (1, True)
    assert (await write(kpis, lines("b", {3: 3.0}), other)).status_code == 204
    assert (await points(kpi), await quarantined(kpis)) == ({3: 3.0}, {"a.v": 1})
    await other.aclose()
