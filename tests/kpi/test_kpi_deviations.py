"""Deviations through the service: what is raised, closed, moved and annulled, and told of."""

from uuid import UUID

import pytest
from asyncpg.exceptions import UniqueViolationError
from kpi.kpi_world import day, stamp


async def test_a_crossing_opens_and_closes_one_deviation(kpis):
    kpi = await kpis.define()
    await kpi.agree()
    await kpi.push({0: 0.0, 1: -0.2})
    assert await kpi.deviations() == []

    await kpi.push({2: -0.3})
    await kpi.push({3: -0.4, 4: -0.2})
    assert await kpi.spans() == [(1, 2, None, False)]
    assert await kpi.state() == "firing"

    await kpi.push({5: -0.05})
    assert await kpi.spans() == [(1, 2, 5, False)]
    assert await kpi.state() == "ok"
    [opened] = await kpis.events("deviation_opened")
    assert opened.data["crossing"] == 1
    assert opened.data["value"] == -0.3
    assert opened.data["at"] == stamp(day(2))
    assert opened.data["gap"] == pytest.approx(0.3, abs=1e-3)
    assert opened.data["rule"]["theta_on"] == -0.25
    assert opened.row["correlation_id"] == opened.row["event_id"]
    [closed] = await kpis.events("deviation_closed")
    assert closed.data["at"] == stamp(day(5))
    assert closed.row["correlation_id"] == opened.row["event_id"]
    changed = [each.data["state"] for each in await kpis.events("deviation_changed")]
    assert changed == ["firing", "ok"]


async def test_a_batch_that_holds_several_crossings_raises_each(kpis):
    kpi = await kpis.define()
    await kpi.agree()
    await kpi.push({0: -0.3, 1: 0.0, 2: -0.5, 3: 0.1, 4: -0.25})
    assert await kpi.spans() == [(1, 0, 1, False), (2, 2, 3, False), (3, 4, None, False)]
    told = [each.name for each in await kpis.events() if each.name in {"deviation_opened", "deviation_closed"}]
    assert told.count("deviation_opened") == 3
    assert told.count("deviation_closed") == 2


async def test_a_late_sample_annuls_what_would_not_have_fired(kpis):
    kpi = await kpis.define(**{"for": "P2D"})
    await kpi.agree()
    await kpi.push({0: -0.3, 2: -0.3})
    assert await kpi.spans() == [(1, 2, None, False)]
    assert (await kpi.push({1: -0.2}))["accepted"] == 1
    assert await kpi.spans() == [(1, 2, None, True)]
    assert await kpi.state() == "pending"
    [annulled] = await kpis.events("deviation_annulled")
    [opened] = await kpis.events("deviation_opened")
    assert "2026-01-02" in annulled.data["reason"]
    assert annulled.row["correlation_id"] == opened.row["event_id"]

    await kpi.push({4: -0.3})
    assert await kpi.spans() == [(1, 2, None, True), (2, 4, None, False)]


async def test_a_correction_moves_a_crossing_and_its_number_stays(kpis):
    kpi = await kpis.define()
    await kpi.agree()
    await kpi.push({0: 0.0, 1: -0.3, 2: -0.4, 3: 0.0, 4: -0.5})
    assert (await kpi.push({1: -0.1}, correction=True))["corrected"] == 1
    assert await kpi.spans() == [(1, 2, 3, False), (2, 4, None, False)]
    assert await kpis.events("deviation_annulled") == []

    await kpi.push({3: -0.2}, correction=True)  # the recovery never was: the second crossing is part of the first
    assert await kpi.spans() == [(1, 2, None, False), (2, 4, None, True)]
    [annulled] = await kpis.events("deviation_annulled")
    assert annulled.data["crossing"] == 2
    assert "corrected to -0.2" in annulled.data["reason"]
    assert [each.data["crossing"] for each in await kpis.events("deviation_opened")] == [1, 2]


async def test_samples_pushed_before_the_trajectory_was_signed_are_judged_by_it(kpis):
    kpi = await kpis.define()
    await kpi.push({0: -0.3, 1: 0.0, 2: -0.3})
    assert await kpi.deviations() == []
    await kpi.agree(starts=1)
    assert await kpi.spans() == [(1, 2, None, False)]


async def test_a_changed_trajectory_holds_from_the_partnerships_present_on(kpis):
    kpi = await kpis.define()
    await kpi.agree()
    await kpi.push({0: -0.3, 1: 0.0, 2: -0.3, 5: -0.3})
    before = [(1, 0, 1, False), (2, 2, None, False)]
    assert await kpi.spans() == before

    await kpis.advance(day(4))
    await kpi.agree(
        baseline=-0.3, target=0.7, revision=2
    )  # what lies before day 4 stays judged by what was agreed then
    assert await kpi.spans() == [(1, 0, 1, False), (2, 2, 5, False)]
    trajectory = await kpis.get(f"/kpis/{kpi.id}/trajectory")
    assert (trajectory["revision"], trajectory["baseline"], trajectory["effective_from"]) == (2, -0.3, stamp(day(4)))
    progress = (await kpis.get(f"/kpis/{kpi.id}/progress"))["items"]
    assert [round(each["deviation"], 2) for each in progress] == [-0.3, 0.0, -0.3, 0.0]


async def test_an_older_version_of_a_trajectory_is_ignored(kpis):
    kpi = await kpis.define()
    await kpi.agree(revision=2, version=5)
    await kpi.agree(baseline=7.0, target=8.0, revision=1, version=4)
    assert (await kpis.get(f"/kpis/{kpi.id}/trajectory"))["revision"] == 2


async def test_a_withdrawn_objective_annuls_what_stands_open_and_ends_the_evaluation(kpis):
    kpi = await kpis.define()
    await kpi.agree()
    await kpi.push({0: -0.3, 1: 0.0, 2: -0.3})
    await kpis.advance(day(3))
    await kpi.agree(active=False)
    assert await kpi.spans() == [(1, 0, 1, False), (2, 2, None, True)]
    [annulled] = await kpis.events("deviation_annulled")
    assert annulled.data["reason"] == "The objective was withdrawn"
    await kpi.push({4: -0.9})
    assert len(await kpi.deviations()) == 2
    assert (await kpis.http.get(f"/kpis/{kpi.id}/trajectory")).status_code == 404


async def test_an_objective_that_moves_to_another_kpi_leaves_the_first(kpis):
    first, second = await kpis.define(), await kpis.define()
    await first.agree()
    await first.push({0: -0.3})
    await second.push({0: -0.4})
    await first.agree(kpi_id=second.id)
    assert [each[3] for each in await first.spans()] == [True]
    assert [each[3] for each in await second.spans()] == [False]


async def test_samples_before_the_start_are_stored_and_not_judged(kpis):
    kpi = await kpis.define()
    await kpi.agree(starts=2)
    await kpi.push({0: -9.0, 1: -9.0})
    assert await kpi.deviations() == []
    assert [each["progress"] for each in (await kpis.get(f"/kpis/{kpi.id}/progress"))["items"]] == [None, None]
    await kpi.push({2: -9.0})
    assert await kpi.spans() == [(1, 2, None, False)]


async def test_evaluation_waits_behind_the_watermark(kpis):
    kpi = await kpis.define(evaluation_delay="P2D")
    await kpi.agree()
    await kpi.push({0: -0.3})
    await kpi.push({1: -0.3})
    assert await kpi.deviations() == []
    await kpi.push({2: 0.0})
    assert await kpi.spans() == [(1, 0, None, False)]
    await kpi.push({2: -0.3}, correction=True)  # not evaluated yet, so nothing has to be taken back
    await kpi.push({4: 0.0})
    assert await kpi.spans() == [(1, 0, None, False)]
    assert await kpis.events("deviation_annulled") == []


async def test_a_falling_target_is_judged_by_its_own_direction(kpis):
    kpi = await kpis.define()
    await kpi.agree(baseline=400.0, target=320.0)
    await kpi.push({0: 400.0, 1: 421.0})
    assert await kpi.spans() == [(1, 1, None, False)]
    [opened] = await kpis.events("deviation_opened")
    assert opened.data["gap"] == pytest.approx(-21.0, abs=0.01)


async def test_a_crossing_is_unique_in_the_database(kpis):
    kpi = await kpis.define()
    await kpi.agree()
    await kpi.push({0: -0.3})
    [deviation] = await kpi.deviations()
    with pytest.raises(UniqueViolationError, match="uq_deviation_crossing"):
        await kpis.admin.execute(
            "INSERT INTO deviation SELECT (jsonb_populate_record(d, jsonb_build_object('id', uuidv7()))).*"
            " FROM deviation d WHERE id = $1",
            UUID(deviation["id"]),
        )


async def test_deviations_are_listed_by_kpi_and_state_and_found_by_id(kpis):
    kpi, other = await kpis.define(), await kpis.define()
    for each in (kpi, other):
        await each.agree()
        await each.push({0: -0.3, 1: 0.0, 2: -0.3})
    listed = await kpis.get("/deviations", kpi_id=kpi.id, state="firing")
    assert [each["crossing"] for each in listed["items"]] == [2]
    found = listed["items"][0]
    assert await kpis.get(f"/deviations/{found['id']}") == found
    assert (found["baseline"], found["target"], found["trajectory_revision"]) == (0.0, 1.0, 1)
    page = await kpis.get("/deviations", limit=3)
    rest = await kpis.get("/deviations", cursor=page["next_cursor"])
    assert (len(page["items"]), len(rest["items"]), rest["next_cursor"]) == (3, 1, None)
    assert (await kpis.http.get(f"/deviations/{kpi.id}")).status_code == 404
