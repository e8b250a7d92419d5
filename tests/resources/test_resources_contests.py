"""While samples of a KPI are contested nothing is adjusted by itself; a deviation that had not closed is answered anew."""

from uuid import UUID

from resources.resources_world import Pool, Roads

from entente_shared.events import kpi
from entente_shared.ids import new_id


async def test_what_was_decided_automatically_is_not_applied_while_samples_are_contested(roads: Roads) -> None:
    deviation, contest = await roads.deviate(at=1), new_id()
    await roads.contest(contest, "open")
    proposed = await roads.adjustment(deviation)
    decision = await roads.decide(proposed["id"], at=2)
    assert await roads.answers(deviation) == [("contested", "contested")]
    assert await roads.pool.events("adjustment_applied") == []
    assert await roads.pool.cells() == {roads.rural: 10.0, roads.city: 10.0}

    await roads.contest(contest, "rejected", at=5)
    assert await roads.answers(deviation) == [("applied", None)]
    (told,) = await roads.pool.events("adjustment_applied")
    assert (told.data["decision_id"], told.data["applied_at"]) == (str(decision.decision_id), "2026-01-06T00:00:00Z")
    (asked,) = await roads.pool.events("adjustment_proposed")
    assert told.row["correlation_id"] == asked.row["correlation_id"]
    assert await roads.pool.cells() == {roads.rural: 12.0, roads.city: 8.0}


async def test_what_was_applied_late_counts_for_damping_once(roads: Roads) -> None:
    deviation, contest = await roads.deviate(at=1), new_id()
    await roads.contest(contest, "open")
    await roads.decide((await roads.adjustment(deviation))["id"])
    await roads.contest(contest, "withdrawn")
    await roads.close(deviation)
    assert (await roads.adjustment(await roads.deviate(at=1)))["penalty"] == 1000.0


async def test_a_deviation_of_contested_samples_is_answered_once_they_are_contested_no_longer(roads: Roads) -> None:
    first, second = new_id(), new_id()
    await roads.contest(first, "open")
    await roads.contest(second, "open")
    deviation = await roads.deviate()
    assert await roads.answers(deviation) == [("contested", "contested")]
    await roads.contest(first, "withdrawn")
    assert await roads.pool.events("adjustment_proposed") == []
    await roads.contest(second, "rejected")
    assert await roads.answers(deviation) == [("proposed", None)]
    (told,) = await roads.pool.events("adjustment_proposed")
    assert told.row["correlation_id"] == UUID((await roads.adjustment(deviation))["correlation_id"])
    await roads.decide((await roads.adjustment(deviation))["id"])
    assert await roads.answers(deviation) == [("applied", None)]


async def test_what_fired_wrongly_is_given_up_before_the_freeze_ends(roads: Roads) -> None:
    deviation, contest = await roads.deviate(), new_id()
    await roads.contest(contest, "open")
    await roads.decide((await roads.adjustment(deviation))["id"])
    values = {"partnership_id": roads.pool.id, "deviation_id": deviation, "kpi_id": roads.kpi_id, "crossing": 1}
    await roads.pool.deliver(kpi.DeviationAnnulled(**values, reason="corrected"))
    await roads.contest(contest, "upheld")
    assert await roads.answers(deviation) == [("lapsed", "annulled")]
    assert await roads.pool.events("adjustment_applied") == []


async def test_a_newer_crossing_takes_the_place_of_one_that_waits(roads: Roads) -> None:
    contest = new_id()
    await roads.contest(contest, "open")
    first, second = await roads.deviate(), await roads.deviate(at=2)
    assert await roads.answers(first) == [("lapsed", "superseded")]
    await roads.contest(contest, "rejected")
    assert await roads.answers(second) == [("proposed", None)]
    assert await roads.answers(first) == [("lapsed", "superseded")]


async def test_people_may_decide_while_samples_are_contested(roads: Roads) -> None:
    deviation = await roads.deviate()
    await roads.contest(new_id(), "open")
    await roads.decide((await roads.adjustment(deviation))["id"], tier="committee")
    assert await roads.answers(deviation) == [("applied", None)]


async def test_contests_of_another_kpi_hold_nothing_back(roads: Roads, pool: Pool) -> None:
    other = Roads(pool)
    await other.contest(new_id(), "open")
    assert await roads.answers(await roads.deviate()) == [("proposed", None)]


async def test_an_older_version_of_a_contest_is_ignored(roads: Roads) -> None:
    contest = new_id()
    for version, state in ((2, "rejected"), (1, "open")):
        event = kpi.ContestChanged(
            partnership_id=roads.pool.id, contest_id=contest, kpi_id=roads.kpi_id, party_id=new_id(), from_at="2026-01-01T00:00:00Z",
            to_at="2026-01-01T00:00:00Z", state=state, opened_at="2026-01-02T00:00:00Z", resolved_at=None,
        )  # fmt: skip
        await roads.pool.deliver(event, version=version)
    assert await roads.answers(await roads.deviate()) == [("proposed", None)]


async def test_a_deviation_that_had_not_closed_is_answered_anew_in_its_own_saga(roads: Roads) -> None:
    deviation = await roads.deviate(gap=-4.0)
    await roads.close(deviation)
    await roads.reopen(deviation, gap=-6.0)
    assert await roads.answers(deviation) == [("lapsed", "recovered"), ("proposed", None)]
    assert [told.data["gap"] for told in await roads.pool.events("adjustment_proposed")] == [-4.0, -6.0]
    await roads.close(deviation)
    await roads.reopen(deviation)
    assert await roads.answers(deviation) == [("lapsed", "recovered")] * 2 + [("proposed", None)]


async def test_what_was_verified_because_it_had_closed_is_answered_anew(roads: Roads) -> None:
    adjustment = await roads.adjust()
    await roads.judge(adjustment, verified=True)
    await roads.reopen(UUID(adjustment["deviation_id"]))
    assert await roads.answers(UUID(adjustment["deviation_id"])) == [("verified", None), ("proposed", None)]


async def test_what_awaits_its_verification_is_not_answered_twice(roads: Roads) -> None:
    adjustment = await roads.adjust()
    await roads.close(UUID(adjustment["deviation_id"]))
    await roads.reopen(UUID(adjustment["deviation_id"]))
    assert await roads.answers(UUID(adjustment["deviation_id"])) == [("applied", None)]


async def test_a_reopened_deviation_of_contested_samples_waits(roads: Roads) -> None:
    deviation = await roads.deviate()
    await roads.close(deviation)
    await roads.contest(new_id(), "open")
    await roads.reopen(deviation)
    assert await roads.answers(deviation) == [("lapsed", "recovered"), ("contested", "contested")]
