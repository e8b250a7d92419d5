"""The health index: what it is made of, when it is published, and what is kept of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kpi.kpi_world import DAY, START, day, stamp
from support.waiting import eventually

from entente_kpi.health import commands, domain
from entente_kpi.health.domain import Component, Status
from entente_kpi.scorecard.domain import Standing
from entente_kpi.trajectories.domain import Trajectory
from entente_shared.events import conflicts, objectives, resources
from entente_shared.ids import new_id

figures = st.dictionaries(st.sampled_from(Component), st.floats(0, 1), max_size=7)
ORDER = list(Status)


@given(figures)
def test_the_index_is_the_geometric_mean_of_what_was_measured(values):
    found = domain.index(values)
    if not set(values) - {Component.CONFLICT_LOAD}:
        assert found is None
        return
    assert set(found.weights) == set(values)
    assert set(found.missing) == set(Component) - set(values)
    assert sum(found.weights.values()) == pytest.approx(1)
    product = 1.0
    for value in values.values():
        product *= value
    assert found.score == pytest.approx(100 * product ** (1 / len(values)), abs=1e-8)
    assert 100 * min(values.values()) - 1e-9 <= found.score <= 100 * max(values.values()) + 1e-9
    if min(values.values()) < 0.3:
        assert ORDER.index(found.status) >= ORDER.index(Status.WATCH)
    if min(values.values()) == 0:
        assert (found.score, found.status) == (0.0, Status.CRITICAL)


@pytest.mark.parametrize(
    ("values", "status", "capped"),
    [
        ([1.0, 1.0, 1.0], Status.GOOD, False),
        ([0.75, 0.75], Status.GOOD, False),
        ([0.74, 0.74], Status.FAIR, False),
        ([0.59, 0.59], Status.WATCH, False),
        ([0.39, 0.39], Status.CRITICAL, False),
        ([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.29], Status.WATCH, True),
        ([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.3], Status.GOOD, False),
        ([0.4, 0.4, 0.29], Status.CRITICAL, False),
    ],
)
def test_a_failing_component_keeps_the_status_at_watch(values, status, capped):
    found = domain.index(dict(zip(Component, values, strict=False)))
    assert (found.status, found.capped) == (status, capped)


def test_components_by_hand():
    agreed = Trajectory(uuid4(), 1, 0.0, 1.0, START, START + 4 * DAY)

    def standing(progress, weight=1.0):
        return Standing(uuid4(), "operational", uuid4(), agreed.assess(START + 2 * DAY, progress), weight)

    nothing = Standing(uuid4(), "operational", None, None)
    assert domain.attainment([standing(0.5)]) == 1.0
    assert domain.attainment([standing(0.25), standing(3.0), nothing]) == pytest.approx(0.875)
    assert domain.attainment([standing(0.25, 3.0), standing(0.5, 1.0)]) == pytest.approx(0.8125)
    assert domain.attainment([standing(-9.0)]) == 0.0
    assert domain.attainment([nothing]) is None
    assert [domain.conflict_load(levels) for levels in ([], [1, 3], [4, 4])] == [1.0, 0.5, 0.25]
    assert [domain.perception(gap) for gap in (0.0, 0.4, 1.0)] == [1.0, pytest.approx(0.6), 0.0]
    assert [domain.engagement(*counts) for counts in ((3, 4), (0, 9), (0, 0))] == [0.75, 0.0, None]
    assert domain.equity({"jain": 0.5, "parties": [1, 2]}) == 0.0
    assert domain.equity({"jain": 1.0, "parties": [1, 2, 3]}) == 1.0
    assert domain.equity({"jain": 0.75, "parties": [1, 2]}) == pytest.approx(0.5)
    assert domain.equity({"jain": 0.9938}) == 0.9938
    assert [domain.equity(certificate) for certificate in ({}, {"jain": None})] == [None, None]


async def health(kpis):
    return await kpis.get("/health")


async def values(kpis):
    return {each["component"]: each["value"] for each in (await health(kpis))["items"]}


async def told(kpis):
    return [each.data for each in await kpis.events("health_changed")]


async def publishes(kpis, count):
    async def came():
        return len(await told(kpis)) >= count

    await eventually(came)
    return (await told(kpis))[-1]


async def a_minute_passes(kpis):
    """On the wall: what was done is a minute older, and what is due within it is due."""
    minute = timedelta(minutes=1)
    await kpis.admin.execute(
        "UPDATE health SET checked_at = checked_at - $2::interval, published_at = published_at - $2::interval"
        " WHERE partnership_id = $1", kpis.id, minute,
    )  # fmt: skip
    await kpis.admin.execute(
        "UPDATE timer SET due_at = due_at - $2::interval WHERE partnership_id = $1 AND kind = 'health'", kpis.id, minute
    )


async def open_case(kpis):
    case = new_id()
    cause = conflicts.Cause(kind=conflicts.CauseKind.PERSON, id=new_id())
    await kpis.deliver(
        conflicts.CaseOpened(
            partnership_id=kpis.id, case_id=case, cause=cause, title="Delay", deviation_id=None, adjustment_id=None,
            kpi_id=None, opened_at=day(0),
        )
    )  # fmt: skip
    return case


async def reach(kpis, case, level):
    await kpis.deliver(
        conflicts.LevelReached(
            partnership_id=kpis.id,
            case_id=case,
            step=level,
            level=level,
            name="Mediation",
            reached_at=day(1),
            due_at=None,
        )
    )


async def allocate(kpis, jain, revision):
    certificate = {"jain": jain, "parties": [{}, {}]}
    event = resources.AllocationPublished(
        partnership_id=kpis.id, allocation_id=new_id(), revision=revision, cause="computed", certificate=certificate
    )
    await kpis.deliver(event)
    return event.allocation_id


async def survey(kpis, number, **figures):
    async with kpis.database.transaction(tenant=kpis.id) as session:
        unknown = {"satisfaction": None, "perception_gap": None, "engagement": None}
        await commands.note_survey(session, kpis.id, new_id(), day(number), **{**unknown, **figures})


async def test_without_a_measurement_there_is_no_index(kpis):
    answer = await kpis.http.get("/health")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:entente:problem:health-unknown")
    await open_case(kpis)
    assert (await kpis.http.get("/health")).status_code == 404


async def test_each_component_comes_from_its_source_and_what_is_missing_is_named(kpis):
    kpi = await kpis.define()
    await kpi.agree(due=10)
    await kpi.push({5: 0.25})
    found = await health(kpis)
    assert {each["component"]: each["value"] for each in found["items"]} == {"attainment": 0.75, "conflict_load": 1.0}
    assert found["score"] == pytest.approx(100 * 0.75**0.5)
    assert [each["component"] for each in found["missing"]] == [
        "satisfaction", "perception", "reliability", "equity", "engagement",
    ]  # fmt: skip
    assert all(each["source"] for each in found["items"] + found["missing"])
    allocation = await allocate(kpis, 0.9, 1)
    case = await open_case(kpis)
    await reach(kpis, case, 4)
    await survey(kpis, 3, satisfaction=0.8, perception_gap=0.1)
    await survey(kpis, 2, satisfaction=0.1, engagement=0.5)
    expected = {
        "attainment": 0.75, "satisfaction": 0.8, "perception": 0.9, "conflict_load": 0.5, "equity": 0.8, "engagement": 0.5,
    }  # fmt: skip
    assert await values(kpis) == {name: pytest.approx(value) for name, value in expected.items()}
    [equity] = [each for each in (await health(kpis))["items"] if each["component"] == "equity"]
    assert (equity["source_id"], equity["measured_at"]) == (str(allocation), stamp(START))
    await allocate(kpis, 0.5, 0)
    assert (await values(kpis))["equity"] == pytest.approx(0.8)
    await kpis.deliver(conflicts.CaseClosed(partnership_id=kpis.id, case_id=case, outcome="settled", closed_at=day(2)))
    await reach(kpis, case, 2)
    assert (await values(kpis))["conflict_load"] == 1.0


async def resolve(kpis, outcome, due):
    event = objectives.CommitmentResolved(
        partnership_id=kpis.id, commitment_id=new_id(), party_id=kpis.party, outcome=outcome, due_at=day(due), declared_at=None,
        resolved_at=day(due), resolved_by=None, case_id=None, objective_id=None,
    )  # fmt: skip
    await kpis.deliver(event)
    return event.commitment_id


async def test_reliability_is_the_share_of_commitments_that_were_kept_in_time(kpis):
    kept, broken = await resolve(kpis, "kept", 0), await resolve(kpis, "broken", -180)
    await resolve(kpis, "waived", -1)
    [found] = [each for each in (await health(kpis))["items"] if each["component"] == "reliability"]
    assert found["value"] == pytest.approx(1 / 1.5)  # half a life older, half the weight
    assert found["source_id"] == str(kept) != str(broken)
    await resolve(kpis, "late", 0)
    assert (await values(kpis))["reliability"] == pytest.approx(1 / 2.5)


async def test_a_changed_health_is_published_and_kept(kpis):
    kpi = await kpis.define()
    await kpi.agree(due=10)
    await kpi.push({5: 0.25})
    first = await publishes(kpis, 1)
    live = await health(kpis)
    assert (first["score"], first["status"]) == (live["score"], live["status"])
    assert [each["component"] for each in first["components"]] == [each["component"] for each in live["items"]]
    [kept] = (await kpis.get("/health/history"))["items"]
    assert {**kept, "at": None} == {**live, "at": None}


async def test_health_is_published_once_a_minute_unless_its_status_changes(kpis):
    kpi = await kpis.define()
    await kpi.agree(due=10)
    await kpi.push({5: 0.5})
    await publishes(kpis, 1)
    await kpis.admin.execute(
        "UPDATE health SET checked_at = checked_at - interval '2s' WHERE partnership_id = $1", kpis.id
    )
    await allocate(kpis, 0.95, 1)

    async def looked():
        return not await kpis.admin.fetch(
            "SELECT 1 FROM timer WHERE partnership_id = $1 AND kind = 'health' AND subject_id <> $1", kpis.id
        )

    await eventually(looked)
    assert len(await told(kpis)) == 1
    await a_minute_passes(kpis)
    second = await publishes(kpis, 2)
    assert second["status"] == "good"
    await kpis.admin.execute(
        "UPDATE health SET checked_at = checked_at - interval '2s' WHERE partnership_id = $1", kpis.id
    )
    await allocate(kpis, 0.5, 2)
    third = await publishes(kpis, 3)
    assert (third["status"], third["score"]) == ("critical", 0.0)
    history = await kpis.get("/health/history", limit=2)
    assert [each["status"] for each in history["items"]] == ["critical", "good"]
    rest = await kpis.get("/health/history", cursor=history["next_cursor"])
    assert [each["status"] for each in rest["items"]] == ["good"]


async def test_while_kpis_move_the_health_is_looked_at_again_and_an_unchanged_one_is_not_told(kpis):
    kpi = await kpis.define()
    await kpi.agree(due=10)
    await kpi.push({5: 0.5})
    await publishes(kpis, 1)
    await kpi.push({6: 0.3})

    async def fell():
        return (await values(kpis))["attainment"] == pytest.approx(0.7)

    await eventually(fell)
    assert len(await told(kpis)) == 1
    await a_minute_passes(kpis)
    second = await publishes(kpis, 2)
    assert second["components"][0]["value"] == pytest.approx(0.7)
    await a_minute_passes(kpis)

    async def looked():
        row = await kpis.admin.fetchrow(
            "SELECT checked_at - published_at AS since FROM health WHERE partnership_id = $1", kpis.id
        )
        return row["since"] > timedelta(0)

    await eventually(looked)
    assert len(await told(kpis)) == 2
