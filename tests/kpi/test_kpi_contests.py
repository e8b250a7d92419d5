"""A party disputes samples: automation freezes, values are provisional, and what fired wrongly is annulled."""

import asyncio
from datetime import UTC, datetime

import pytest
from kpi.kpi_world import DAY, day, stamp
from support.waiting import eventually

from entente_kpi.contests import domain
from entente_kpi.contests.domain import Span, State
from entente_shared.events.objectives import Role

REASON = {"reason": "The counter stood still"}
MANAGER = Role.ALLIANCE_MANAGER


@pytest.fixture
async def scene(kpis):
    return await Scene().ready(kpis)


class Scene:
    """A KPI with an open deviation; one party contests, the other one answers."""

    async def ready(self, kpis):
        self.kpis, self.kpi = kpis, await kpis.define()
        await self.kpi.agree()
        await self.kpi.push({0: 0.0, 1: -0.3, 2: -0.2})
        self.contester, self.other = await kpis.member(MANAGER), await kpis.member(MANAGER, other_party=True)
        return self

    async def contest(self, client=None, **body):
        wanted = body or {"at": stamp(day(1))}
        return await (client or self.contester).post(f"/kpis/{self.kpi.id}/contests", json={**wanted, **REASON})

    async def open(self, **body):
        answer = await self.contest(**body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    async def resolve(self, contest_id, client=None, *, upheld, corrections=None):
        right = [{"at": stamp(day(at)), "value": value} for at, value in (corrections or {}).items()]
        body = {"upheld": upheld, **REASON, "corrections": right}
        return await (client or self.other).post(f"/contests/{contest_id}/resolutions", json=body)

    async def withdraw(self, contest_id, client=None):
        return await (client or self.contester).post(f"/contests/{contest_id}/withdrawals", json=REASON)

    async def provisional(self):
        kpi = await self.kpis.get(f"/kpis/{self.kpi.id}")
        points = (await self.kpis.get(f"/kpis/{self.kpi.id}/progress"))["items"]
        return kpi["provisional"], [each["provisional"] for each in points]


async def test_a_contested_sample_is_provisional_until_the_contest_is_closed(scene):
    assert await scene.provisional() == (False, [False, False, False])
    contest = await scene.open()
    assert await scene.provisional() == (True, [False, True, False])
    assert (await scene.withdraw(contest)).status_code == 201
    assert await scene.provisional() == (False, [False, False, False])


async def test_a_contest_belongs_to_the_saga_of_the_deviation_that_is_open(scene):
    await scene.open()
    [opened] = await scene.kpis.events("deviation_opened")
    [contested] = await scene.kpis.events("sample_contested")
    assert contested.row["correlation_id"] == opened.row["event_id"]
    assert contested.data["deviation_id"] == opened.data["deviation_id"]
    [changed] = await scene.kpis.events("contest_changed")
    assert (changed.data["state"], changed.data["kpi_id"]) == ("open", str(scene.kpi.id))
    assert changed.row["kind"] == "state"


async def test_who_upholds_corrects_and_what_fired_wrongly_is_annulled_before_the_freeze_ends(scene):
    contest = await scene.open()
    answer = await scene.resolve(contest, upheld=True, corrections={1: -0.05})
    assert answer.status_code == 201, answer.text
    assert (answer.json()["state"], answer.json()["resolution"]) == ("upheld", REASON["reason"])
    assert await scene.kpi.spans() == [(1, 1, None, True)]
    told = [each.name for each in await scene.kpis.events()]
    assert (
        told.index("deviation_annulled")
        < told.index("contest_resolved")
        < len(told) - 1 - told[::-1].index("contest_changed")
    )
    corrections = (await scene.kpis.get(f"/kpis/{scene.kpi.id}/corrections"))["items"]
    assert [(each["replaced"], each["value"]) for each in corrections] == [(-0.3, -0.05)]
    assert await scene.provisional() == (False, [False, False, False])


async def test_who_rejects_leaves_everything_as_it_was_and_the_saga_goes_on(scene):
    contest = await scene.open()
    assert (await scene.resolve(contest, upheld=False)).json()["state"] == "rejected"
    assert await scene.kpi.spans() == [(1, 1, None, False)]
    [opened] = await scene.kpis.events("deviation_opened")
    [resolved] = await scene.kpis.events("contest_resolved")
    assert resolved.row["correlation_id"] == opened.row["event_id"]
    assert (resolved.data["outcome"], resolved.data["still_contested"]) == ("rejected", False)
    again = await scene.contest()
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "already-contested")
    assert "open a case" in again.json()["detail"]


async def test_a_kpi_stays_frozen_until_the_last_contest_is_closed(scene):
    first = await scene.open()
    second = (await scene.contest(scene.other, at=stamp(day(2)))).json()["id"]
    await scene.withdraw(first)
    [resolved] = await scene.kpis.events("contest_resolved")
    assert resolved.data["still_contested"] is True
    assert await scene.provisional() == (True, [False, False, True])
    await scene.withdraw(second, scene.other)
    assert (await scene.provisional())[0] is False


async def test_a_deviation_that_opens_while_samples_are_contested_says_so(scene):
    await scene.open(**{"from": stamp(day(0)), "to": stamp(day(2))})
    await scene.kpi.push({3: 0.0, 4: -0.5})
    assert [each.data["contested"] for each in await scene.kpis.events("deviation_opened")] == [False, True]


async def test_progress_tells_that_it_is_provisional(scene):
    await scene.kpis.admin.execute(
        "UPDATE track SET progress_published_at = NULL WHERE partnership_id = $1", scene.kpis.id
    )
    await scene.open()
    told = await scene.kpis.events("progress_changed")
    assert (told[0].data["provisional"], told[-1].data["provisional"]) == (False, True)


async def verdicts(scene):
    return [each["outcome"] for each in (await scene.kpis.get("/verifications"))["items"]]


async def test_no_adjustment_is_judged_by_contested_samples(scene):
    [deviation] = await scene.kpi.deviations()
    await scene.kpi.apply_adjustment(deviation["id"], applied_at=day(2), horizon=DAY, verify_samples=1)
    contest = await scene.open()
    await scene.kpi.push({3: -0.2, 4: -0.2})
    assert await verdicts(scene) == ["waiting"]
    await scene.resolve(contest, upheld=False)
    assert await verdicts(scene) == ["still_deviating"]


async def test_a_verification_that_falls_due_while_samples_are_contested_ends_afterwards(scene):
    [deviation] = await scene.kpi.deviations()
    await scene.kpi.apply_adjustment(deviation["id"], applied_at=day(2), horizon=DAY, verify_samples=1)
    contest = await scene.open()
    await scene.kpis.advance(day(9))

    async def timer_is_taken():
        timers = "SELECT count(*) FROM timer WHERE partnership_id = $1 AND kind = 'verification'"
        return await scene.kpis.admin.fetchval(timers, scene.kpis.id) == 0

    await eventually(timer_is_taken)
    assert await verdicts(scene) == ["waiting"]
    await scene.withdraw(contest)

    async def given_up():
        return await verdicts(scene) == ["no_data"]

    await eventually(given_up)


async def test_nobody_decides_on_the_own_contest_and_nobody_withdraws_anothers(scene):
    contest = await scene.open()
    own = await scene.resolve(contest, scene.contester, upheld=True, corrections={1: 0.0})
    assert (own.status_code, own.json()["type"].rpartition(":")[2]) == (403, "not-your-contest")
    assert (await scene.withdraw(contest, scene.other)).status_code == 403
    contributor = await scene.kpis.member(Role.CONTRIBUTOR, other_party=True)
    assert (await scene.resolve(contest, contributor, upheld=False)).status_code == 403
    assert (await scene.contest(contributor)).status_code == 403
    assert (await scene.contest(scene.kpis.http)).status_code == 403  # a system answers for nothing
    assert (await scene.kpis.get(f"/contests/{contest}"))["state"] == "open"


async def test_a_closed_contest_stays_closed(scene):
    contest = await scene.open()
    await scene.withdraw(contest)
    for again in (await scene.withdraw(contest), await scene.resolve(contest, upheld=False)):
        assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "contest-closed")
    await scene.open()  # what was withdrawn may be contested again
    assert (await scene.contest()).status_code == 409  # but not twice at once


async def test_of_many_who_answer_at_once_one_decides(scene):
    contest = await scene.open()
    answers = await asyncio.gather(*(scene.resolve(contest, upheld=False) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert await scene.provisional() == (False, [False, False, False])
    assert len(await scene.kpis.events("contest_resolved")) == 1


@pytest.mark.parametrize(
    ("corrections", "pointer"),
    [
        ({}, "/corrections"),
        ({1: -0.3}, "/corrections"),
        ({1.5: 0.0}, "/corrections/0/at"),
        ({2: 0.0}, "/corrections/0/at"),
    ],
)
async def test_upholding_without_a_right_value_for_what_is_contested_changes_nothing(scene, corrections, pointer):
    contest = await scene.open()
    answer = await scene.resolve(contest, upheld=True, corrections=corrections)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert (await scene.kpis.get(f"/contests/{contest}"))["state"] == "open"
    assert (await scene.provisional())[0] is True


async def test_a_moment_without_a_sample_cannot_be_corrected_into_one(scene):
    contest = await scene.open(**{"from": stamp(day(0)), "to": stamp(day(2))})
    assert (await scene.resolve(contest, upheld=True, corrections={1: -0.1, 1.5: 0.0})).status_code == 422
    samples = (await scene.kpis.get(f"/kpis/{scene.kpi.id}/samples"))["items"]
    assert [each["value"] for each in samples] == [0.0, -0.3, -0.2]


async def test_a_stretch_that_goes_beyond_the_calendar_ends_where_samples_can_be(scene):
    await scene.open(**{"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T23:59:59.999999Z"})
    [shown] = (await scene.kpis.get("/contests"))["items"]
    assert (shown["from_at"], shown["to_at"]) == ("1900-01-01T00:00:00Z", "2200-01-01T00:00:00Z")


async def test_contests_are_listed_by_kpi_and_state(scene):
    first, second = await scene.open(), await scene.open(at=stamp(day(2)))
    await scene.withdraw(first)
    assert [each["id"] for each in (await scene.kpis.get("/contests", state="open"))["items"]] == [second]
    listed = await scene.kpis.get("/contests", kpi_id=scene.kpi.id)
    assert [each["state"] for each in listed["items"]] == ["withdrawn", "open"]
    assert (await scene.kpis.http.get(f"/contests/{scene.kpi.id}")).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"at": stamp(day(1.5))}, "/at"),
        ({"at": "9999-12-31T23:59:59.999999Z"}, "/at"),
        ({"at": "0001-01-01T00:00:00Z"}, "/at"),
        ({"from": stamp(day(1))}, "/at"),
        ({"at": stamp(day(1)), "to": stamp(day(2))}, "/at"),
        ({"from": stamp(day(2)), "to": stamp(day(1))}, "/to"),
    ],
)
async def test_a_contest_names_samples_that_are_there(scene, body, pointer):
    answer = await scene.contest(**body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def moment(hour):
    return datetime(2026, 1, 1, hour, tzinfo=UTC)


def test_a_withdrawn_or_upheld_contest_does_not_stand_in_the_way():
    wanted, known = Span(moment(2), moment(4)), Span(moment(4), moment(9))
    domain.check_new(
        wanted, [(known, State.WITHDRAWN), (known, State.UPHELD), (Span(moment(5), moment(9)), State.OPEN)]
    )
    for state in (State.OPEN, State.REJECTED):
        with pytest.raises(domain.AlreadyContested):
            domain.check_new(wanted, [(known, state)])


def test_rejecting_corrects_nothing():
    with pytest.raises(domain.InvalidContest, match="corrects nothing"):
        domain.check_corrections(State.REJECTED, Span(moment(1), moment(2)), [moment(1)])
