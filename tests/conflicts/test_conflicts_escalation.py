"""A case on its ladder, over the partnership clock and over HTTP."""

import asyncio
from datetime import datetime, timedelta

from conflicts.harness import START
from conflicts.sagas import DAY, TAKEN, Saga, sign_charter

from entente_shared.events.objectives import LadderLevel, Role

TALKS = LadderLevel(name="Talks", responders=[Role.ALLIANCE_MANAGER], limit=5 * DAY)
MEDIATION = LadderLevel(name="Mediation", responders=[Role.MEDIATOR], limit=7 * DAY)
COUNCIL = LadderLevel(name="Council", responders=[Role.COMMITTEE_MEMBER], limit=9 * DAY)
SPONSORS = LadderLevel(name="Sponsors", responders=[Role.SPONSOR], limit=11 * DAY)


def moment(text):
    return text and datetime.fromisoformat(text)


async def climbs(partnership, case, level):
    return await partnership.eventually(f"cases/{case['id']}", lambda found: found["level"] == level)


async def test_default_ladder_holds_where_no_charter_is_signed(partnership):
    ladder = await partnership.get("ladder")
    assert (ladder["charter_version"], len(ladder["levels"]), ladder["findings"]) == (None, 3, [])
    case = await Saga(partnership).refuse()
    assert moment(case["due_at"]) == TAKEN + 10 * DAY


async def test_a_clock_that_jumps_over_several_limits_climbs_level_by_level(partnership):
    """Each level is reached at the moment when the limit below passed, not when somebody looked."""
    await sign_charter(partnership, TALKS, MEDIATION, SPONSORS)
    case = await Saga(partnership).refuse()
    await partnership.advance(TAKEN + 100 * DAY)
    detail = await climbs(partnership, case, 3)
    steps = [(step["level"], step["name"], step["reason"], moment(step["reached_at"])) for step in detail["steps"]]
    assert steps == [
        (1, "Talks", "opened", TAKEN),
        (2, "Mediation", "limit", TAKEN + 5 * DAY),
        (3, "Sponsors", "limit", TAKEN + 12 * DAY),
    ]
    assert (detail["due_at"], detail["charter_version"]) == (None, 1)
    told = [event["data"] for event in await partnership.told("level_reached")]
    assert [(event["step"], moment(event["reached_at"]), moment(event["due_at"])) for event in told] == [
        (1, TAKEN, TAKEN + 5 * DAY),
        (2, TAKEN + 5 * DAY, TAKEN + 12 * DAY),
        (3, TAKEN + 12 * DAY, None),
    ]


async def test_a_case_stands_until_its_limit_has_passed(partnership, alone):
    await sign_charter(partnership, TALKS, MEDIATION, SPONSORS)
    earlier = await partnership.post("cases", {"title": "Opened before"})
    await partnership.advance(TAKEN)
    case = await partnership.post("cases", {"title": "Opened when the first has a day to go"})
    await partnership.advance(TAKEN + 5 * DAY - timedelta(seconds=1))
    await climbs(partnership, earlier, 2)
    await alone.at_rest()
    assert (await partnership.get(f"cases/{case['id']}"))["level"] == 1
    await partnership.advance(TAKEN + 5 * DAY)
    assert (await climbs(partnership, case, 2))["step"] == 2


async def test_limits_that_pass_while_the_service_is_down_count_when_it_is_back(partnership, alone):
    await sign_charter(partnership, TALKS, MEDIATION, SPONSORS)
    case = await Saga(partnership).refuse()
    await asyncio.to_thread(alone.stack.stop, "conflicts")
    await partnership.announce(TAKEN + 6 * DAY)
    alone.stack.start("conflicts")
    detail = await climbs(partnership, case, 2)
    assert moment(detail["reached_at"]) == TAKEN + 5 * DAY
    assert len(await partnership.told("level_reached")) == 2


async def test_two_processes_climb_a_ladder_once(partnership, alone):
    await sign_charter(partnership, TALKS, MEDIATION, SPONSORS)
    cases = [await partnership.post("cases", {"title": f"Case {number}"}) for number in range(8)]
    with alone.second_process():
        for level, now in ((2, START + 5 * DAY), (3, START + 12 * DAY)):
            async with alone.holding("timer", cases[0]["id"], "subject_id"):  # both come to it, and pass it by
                await partnership.advance(now)
                for case in cases[1:]:
                    await climbs(partnership, case, level)
            await climbs(partnership, cases[0], level)
            await alone.at_rest()
            told = [event["data"] for event in await partnership.told("level_reached")]
            assert len(told) == level * len(cases)
            assert len({(event["case_id"], event["step"]) for event in told}) == len(told)


async def test_a_limit_that_passes_while_somebody_holds_the_case_waits_its_turn(partnership, alone):
    """The timer does not wait for the case: whoever holds it may in turn be waiting for the timer."""
    await sign_charter(partnership, TALKS, MEDIATION, SPONSORS)
    case = await Saga(partnership).refuse()
    later = await partnership.post("cases", {"title": "Opened after"})
    async with alone.holding("case_file", case["id"]):
        await partnership.advance(TAKEN + 6 * DAY)
        await climbs(partnership, later, 2)  # the other was passed by
        assert not await alone.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    assert (await climbs(partnership, case, 2))["step"] == 2


async def test_a_level_that_nobody_responds_at_is_skipped_and_named(partnership):
    await sign_charter(partnership, TALKS, COUNCIL, SPONSORS)
    assert (await partnership.get("ladder"))["findings"] == [{"level": 2, "defect": "unreachable"}]
    case = await Saga(partnership).refuse()
    await partnership.advance(TAKEN + 6 * DAY)
    detail = await climbs(partnership, case, 3)
    assert (detail["step"], moment(detail["reached_at"])) == (2, TAKEN + 5 * DAY)


async def test_a_case_keeps_the_ladder_that_it_was_opened_with(partnership):
    await sign_charter(partnership, TALKS, MEDIATION, SPONSORS)
    case = await Saga(partnership).refuse()
    await sign_charter(partnership, SPONSORS, TALKS, MEDIATION, version=2)
    detail = await partnership.get(f"cases/{case['id']}")
    assert [level["name"] for level in detail["ladder"]] == ["Talks", "Mediation", "Sponsors"]
    assert detail["charter_version"] == 1
    assert [level["name"] for level in (await partnership.get("ladder"))["levels"]] == [
        "Sponsors",
        "Talks",
        "Mediation",
    ]


async def test_a_person_has_a_case_climb_and_the_old_limit_says_nothing_more(partnership, alone):
    await sign_charter(partnership, TALKS, MEDIATION, SPONSORS)
    case = await Saga(partnership).refuse()
    await partnership.advance(TAKEN + 1 * DAY)
    climbed = await partnership.post(f"cases/{case['id']}/escalations", {"reason": "Talks are over"})
    assert (climbed["level"], climbed["step"]) == (2, 2)
    assert moment(climbed["reached_at"]) == TAKEN + 1 * DAY
    assert moment(climbed["due_at"]) == TAKEN + 8 * DAY
    await partnership.advance(TAKEN + 6 * DAY)
    await alone.at_rest()
    detail = await partnership.get(f"cases/{case['id']}")
    assert detail["level"] == 2
    step = detail["steps"][-1]
    assert (step["reason"], step["note"]) == ("request", "Talks are over")
    assert step["person_id"] == str(partnership.ministry.people[Role.SPONSOR])


async def test_escalation_is_refused_at_the_top_and_where_nobody_responds_above(partnership):
    await sign_charter(partnership, TALKS, COUNCIL, COUNCIL.model_copy(update={"name": "Elders"}))
    case = await Saga(partnership).refuse()
    path = f"cases/{case['id']}/escalations"
    problem = await partnership.post(path, {"reason": "Now"}, status=409)
    assert problem["type"].endswith("nobody-reachable")
    assert "committee_member" in problem["detail"]
    await partnership.advance(TAKEN + 6 * DAY)
    await climbs(partnership, case, 3)
    problem = await partnership.post(path, {"reason": "Now"}, status=409)
    assert problem["type"].endswith("last-level-reached")


async def test_escalation_needs_a_role_and_the_version_that_was_read(partnership):
    case = await Saga(partnership).refuse()
    path = f"cases/{case['id']}/escalations"
    await partnership.post(path, {"reason": "Now"}, partnership.as_(Role.OBSERVER), status=403)
    await partnership.post(path, {"reason": "Now"}, partnership.as_(Role.CONTRIBUTOR), status=403)
    tag = (await partnership.as_().get(partnership.path(f"cases/{case['id']}"))).headers["etag"]
    await partnership.post(path, {"reason": "Now"}, headers={"If-Match": tag})
    await partnership.post(path, {"reason": "Again"}, status=412, headers={"If-Match": tag})


async def test_a_repeated_escalation_with_its_idempotency_key_climbs_once(partnership):
    case = await Saga(partnership).refuse()
    for _ in range(2):
        path, headers = f"cases/{case['id']}/escalations", {"Idempotency-Key": "once"}
        climbed = await partnership.post(path, {"reason": "Now"}, headers=headers)
        assert climbed["step"] == 2
    assert len(await partnership.told("level_reached")) == 2
