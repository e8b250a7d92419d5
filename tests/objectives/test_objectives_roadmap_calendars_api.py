"""The parties' calendars: kept, told, looked at, met by, and read by calendar clients."""

import asyncio
from datetime import date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events
from objectives.roadmaps import OFFICE, calendar, planned

from entente_objectives.recurrence.domain import rule_text

FULL = calendar(
    "Works; of “Lyon”, ünd " + "long " * 30,
    zone="Europe/Paris",
    holidays=[
        {"name": "1 May", "first_on": "2026-05-01", "rrule": "FREQ=YEARLY"},
        {"name": "Bridge", "first_on": "2026-05-15"},
    ],
    blackouts=[{"name": "Stocktaking", "first_on": "2026-03-30", "days": 2}],
    budget_windows=[{"name": "Commitments", "first_on": "2026-01-01", "days": 45, "rrule": "FREQ=MONTHLY;INTERVAL=6"}],
    cycles=[{"name": "Sprint", "first_on": "2026-01-05", "days": 14, "rrule": "FREQ=WEEKLY;INTERVAL=2;UNTIL=20260301"}],
    validation_days=5,
)


async def test_a_calendar_is_told_whole_at_each_change_and_when_it_is_retired(scene):
    plan = await planned(scene, FULL, calendar())
    one = f"{plan.path}/calendars/{plan.calendars[0]}"
    seen = await plan.manager(1).get(one)
    assert {name: seen[name] for name in ("name", "zone", "validation_days", "cycles")} == {
        name: FULL[name] for name in ("name", "zone", "validation_days", "cycles")
    }
    assert seen["holidays"][1] == {"name": "Bridge", "first_on": "2026-05-15", "days": 1, "rrule": None}
    etag = (await plan.manager().request("GET", one)).headers["etag"]
    body = calendar("Lyon", validation_days=1)
    assert (await plan.manager().request("PUT", one, body, If_Match=etag)).json()["name"] == "Lyon"
    assert (await plan.manager().refused("PUT", one, body, If_Match=etag))[0] == 412
    assert (await plan.manager().request("DELETE", one)).status_code == 204
    told = [
        each for each in await plan.circle.heard("calendar_changed", 4) if each.data["calendar_id"] == plan.calendars[0]
    ]
    assert [(each.data["name"] == "Lyon", each.data["active"]) for each in told] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    assert [each.received.version for each in told] == [1, 2, 3]
    first = told[0].data
    assert (first["zone"], first["validation_days"], first["party_id"]) == (
        "Europe/Paris",
        5,
        str(plan.circle.parties[0]),
    )
    assert first["hours"] == [OFFICE]
    assert first["budget_windows"][0]["rrule"] == "FREQ=MONTHLY;INTERVAL=6"
    assert (await plan.manager().refused("GET", one))[0] == 404
    assert [row["id"] for row in (await plan.manager().get(f"{plan.path}/calendars"))["items"]] == [plan.calendars[1]]


async def test_a_party_has_one_calendar_which_only_it_changes_and_all_share_the_shared(scene):
    plan = await planned(scene)
    path = f"{plan.path}/calendars"
    status, problem = await plan.manager().refused("POST", path, calendar())
    assert (status, problem["type"].rpartition(":")[2]) == (409, "party-has-calendar")
    assert (await plan.manager(1).refused("PUT", f"{path}/{plan.calendars[0]}", calendar()))[0] == 403
    assert (await plan.manager(1).refused("DELETE", f"{path}/{plan.calendars[0]}"))[0] == 403
    shared = await plan.manager().post(path, calendar("Steering", shared=True))
    assert shared["party_id"] is None
    other = await plan.manager(1).request("PUT", f"{path}/{shared['id']}", calendar("Steering committee", shared=True))
    assert (other.status_code, other.json()["name"]) == (200, "Steering committee")
    assert (await plan.manager().refused("PUT", f"{path}/{shared['id']}", calendar()))[0] == 403
    assert (await plan.circle.first["delegate"].refused("POST", path, calendar(shared=True)))[0] == 403
    third = await planned(scene)
    retired = f"{third.path}/calendars/{third.calendars[0]}"
    assert (await third.manager().request("DELETE", retired)).status_code == 204
    answers = await asyncio.gather(
        *(third.manager().request("POST", f"{third.path}/calendars", calendar()) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_a_calendar_that_open_actions_follow_stays(scene):
    plan = await planned(scene)
    await plan.action("Draw")
    await plan.action("Check", validator_ids=[str(plan.circle.parties[1])])
    for party in (0, 1):
        status, problem = await plan.manager(party).refused("DELETE", f"{plan.path}/calendars/{plan.calendars[party]}")
        assert (status, problem["type"].rpartition(":")[2]) == (409, "calendar-in-use")
    for title in ("Draw", "Check"):
        await plan.manager().post(f"{plan.path}/roadmap/actions/{plan.ids[title]}/reports", {"status": "dropped"})
    assert (await plan.manager().request("DELETE", f"{plan.path}/calendars/{plan.calendars[0]}")).status_code == 204


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"hours": [{**OFFICE, "rrule": "FREQ=SECONDLY"}]}, "/hours/0/rrule"),
        ({"hours": [{**OFFICE, "rrule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}]}, "/hours/0/rrule"),
        ({"hours": [OFFICE, {**OFFICE, "closes": "09:00"}]}, "/hours/1/closes"),
        ({"hours": [{**OFFICE, "opens": "24:00"}]}, "/hours/0/opens"),
        ({"hours": [{**OFFICE, "first_on": "1950-01-01"}]}, "/hours/0/first_on"),
        ({"hours": []}, "/hours"),
        ({"zone": "Europe/Atlantis"}, "/zone"),
        ({"zone": "../../etc/passwd"}, "/zone"),
        ({"cycles": [{"name": "x", "first_on": "2026-01-01", "days": 0}]}, "/cycles/0/days"),
        ({"holidays": [{"name": "x", "first_on": "2026-13-01"}]}, "/holidays/0/first_on"),
        ({"budget_windows": [{"name": "x", "first_on": "2026-01-01", "rrule": "FREQ=YEARLY;COUNT=0"}]}, "/budget_windows/0/rrule"),
        ({"owner": "x"}, "/owner"),
    ],
)  # fmt: skip
async def test_a_calendar_that_cannot_be_followed_is_refused_by_field(scene, changes, pointer):
    circle = await scene.circle("1", "1")
    status, problem = await circle.first["manager"].refused("POST", f"{circle.path}/calendars", calendar(**changes))
    assert (status, problem["errors"][0]["pointer"]) == (422, pointer)


async def test_occurrences_follow_the_clock_of_the_zone_and_leave_out_what_is_free(scene):
    """The clocks of Paris went forward on 29 March 2026; 30 and 31 March are a blackout."""
    plan = await planned(scene, FULL, calendar())
    path = f"{plan.path}/calendars/{plan.calendars[0]}/occurrences"
    found = await plan.manager(1).get(f"{path}?from=2026-03-27T00:00:00Z&to=2026-04-02T00:00:00Z")
    assert [each["starts_at"] for each in found["worked"]] == ["2026-03-27T08:00:00Z", "2026-04-01T07:00:00Z"]
    assert found["spells"] == [
        {"kind": "blackouts", "name": "Stocktaking", "first_on": "2026-03-30", "last_on": "2026-03-31"}
    ]
    for query in (
        "from=2026-04-02T00:00:00Z&to=2026-04-01T00:00:00Z",
        "from=2026-01-01T00:00:00Z&to=2030-01-01T00:00:00Z",
    ):
        assert (await plan.manager().refused("GET", f"{path}?{query}"))[0] == 422
    assert (await plan.manager().refused("GET", f"{path}?from=2026-01-01T00:00:00&to=2026-01-02T00:00:00Z"))[0] == 422


async def test_parties_find_when_all_can_meet_and_who_stays_on(scene):
    """Paris works 8 to 16 UTC in winter, New York 14 to 22, which has a holiday on the Monday."""
    abroad = calendar("New York", zone="America/New_York", holidays=[{"name": "Day off", "first_on": "2026-01-05"}])
    plan = await planned(scene, calendar(), abroad)
    path = f"{plan.path}/calendars/windows"
    body = {
        "calendar_ids": plan.calendars,
        "starts_at": "2026-01-05T00:00:00Z",
        "ends_at": "2026-01-07T00:00:00Z",
        "length": "PT2H",
        "deadlines": ["2026-01-06T12:00:00Z"],
        "limit": 2,
    }
    found = (await plan.circle.first["delegate"].post(path, body))["windows"]
    assert found[0] == {
        "starts_at": "2026-01-06T14:00:00Z", "ends_at": "2026-01-06T16:00:00Z", "outside": [], "late": "PT4H",
    }  # fmt: skip
    assert sum(len(each["outside"]) for each in found[1:]) > 0
    longer = (await plan.manager().post(path, {**body, "length": "PT3H", "limit": 1}))["windows"][0]
    assert [(each["calendar_id"] in plan.calendars, each["length"]) for each in longer["outside"]] == [(True, "PT1H")]
    for changes, pointer in (
        ({"ends_at": "2026-09-07T00:00:00Z"}, "/ends_at"),
        ({"length": "P3D"}, "/length"),
        ({"length": "PT0S"}, "/length"),
        ({"calendar_ids": [plan.calendars[0], str(plan.circle.id)]}, "/calendar_ids/1"),
    ):
        status, problem = await plan.manager().refused("POST", path, {**body, **changes})
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer)


def on_the_loop():
    try:
        return asyncio.get_running_loop() is not None
    except RuntimeError:
        return False


async def test_rules_are_read_beside_the_loop_and_looked_through_once(scene, monkeypatch):
    """A service whose loop is busy answers nobody. Whether a rule ever comes was asked when it was written."""
    read, sought = [], []
    understand, require_days = rule_text.understand, rule_text.require_days
    monkeypatch.setattr(rule_text, "understand", lambda *rule: read.append(on_the_loop()) or understand(*rule))
    monkeypatch.setattr(rule_text, "require_days", lambda rule: sought.append(on_the_loop()) or require_days(rule))
    plan = await planned(scene, FULL, calendar())
    rules = 1 + 3 + 1  # of FULL, and of the other
    assert (len(read), sought) == (rules, [False] * rules)
    path, span = f"{plan.path}/calendars", "from=2026-01-05T00:00:00Z&to=2026-01-09T00:00:00Z"
    body = {"calendar_ids": plan.calendars, "length": "PT1H"}
    await plan.manager().post(
        f"{path}/windows", {**body, "starts_at": "2026-01-05T00:00:00Z", "ends_at": "2026-01-07T00:00:00Z"}
    )
    await plan.manager().get(f"{path}/{plan.calendars[0]}/occurrences?{span}")
    await plan.manager().request("GET", f"{path}/{plan.calendars[0]}.ics")
    await plan.action("Draw")
    await plan.schedule()
    assert len(read) > 3 * rules
    assert not any(read)
    assert len(sought) == rules


async def exported(client, path):
    answer = await client.request("GET", path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    return answer.content


def days_of(content, since, to, category):
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(content)).between(since, to)
    return sorted(
        (event.start, event.end)
        for event in found
        if category in ([str(each) for each in event["CATEGORIES"].cats] if "CATEGORIES" in event else ["Hours"])
    )


async def test_a_calendar_client_reads_the_same_hours_and_days_as_the_service(scene):
    plan = await planned(scene, FULL, calendar())
    one = f"{plan.path}/calendars/{plan.calendars[0]}"
    content = await exported(plan.manager(1), f"{one}.ics")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert "\n" not in content.decode().replace("\r\n", "")
    read = icalendar.Calendar.from_ical(content)
    assert str(read["X-WR-CALNAME"]) == FULL["name"]  # escaped and folded, and back
    assert "TZID:Europe/Paris" in content.decode()
    for since in (date(2026, 1, 1), date(2026, 3, 1), date(2026, 10, 1), date(2027, 4, 1)):
        to = since + timedelta(days=90)
        shown = await plan.manager().get(f"{one}/occurrences?from={since}T00:00:00Z&to={to}T00:00:00Z")
        expected = [
            tuple(datetime.fromisoformat(each[end]) for end in ("starts_at", "ends_at")) for each in shown["worked"]
        ]
        assert days_of(content, since, to, "Hours") == expected
        for kind, category in {
            "holidays": "Holiday",
            "blackouts": "Blackout",
            "cycles": "Cycle",
            "budget_windows": "Budget window",
        }.items():
            spells = [
                (date.fromisoformat(each["first_on"]), date.fromisoformat(each["last_on"]) + timedelta(days=1))
                for each in shown["spells"]
                if each["kind"] == kind
            ]
            found = days_of(content, since, to, category)
            assert [pair for pair in found if pair[0] < to] == [
                pair for pair in spells if pair[0] < to and pair[1] > since
            ]


async def test_identifiers_stay_and_stamps_move_with_a_change(scene):
    plan = await planned(scene, FULL, calendar())
    path = f"{plan.path}/calendars/{plan.calendars[0]}"
    before = await exported(plan.manager(), f"{path}.ics")
    assert await exported(plan.manager(1), f"{path}.ics") == before
    await plan.circle.advance("2026-02-01T00:00:00Z")
    await plan.manager().request("PUT", path, FULL)
    after = await exported(plan.manager(), f"{path}.ics")
    events = [icalendar.Calendar.from_ical(content).walk("VEVENT") for content in (before, after)]
    uids = [[str(event["UID"]) for event in each] for each in events]
    assert uids[0] == uids[1]
    assert len(set(uids[0])) == len(uids[0]) == 6
    stamps = [{event["DTSTAMP"].dt.isoformat() for event in each} for each in events]
    assert stamps == [{"2026-01-05T08:00:00+00:00"}, {"2026-02-01T00:00:00+00:00"}]


async def test_a_calendar_client_reads_the_roadmap(scene):
    plan = await planned(scene)
    await plan.action("Draw; the “plan”, twice", 3)
    await plan.action("One counter", 1, kind="process_change", process_before="Two files", process_after="One file")
    await plan.action("Never", 1)
    await plan.milestone("Plans are drawn", "2026-01-12", "Draw; the “plan”, twice")
    schedule = await plan.schedule()
    await plan.manager().post(f"{plan.path}/roadmap/schedules/{schedule['id']}/acceptance", {})
    await plan.manager().post(f"{plan.path}/roadmap/actions/{plan.ids['Never']}/reports", {"status": "dropped"})
    content = await exported(plan.manager(1), f"{plan.path}/roadmap.ics")
    events = {str(event["SUMMARY"]): event for event in icalendar.Calendar.from_ical(content).walk("VEVENT")}
    found = {name: (event.start, event.end, str(event["STATUS"])) for name, event in events.items()}
    day = date(2026, 1, 5)
    assert found == {
        "Draw; the “plan”, twice": (day, date(2026, 1, 8), "TENTATIVE"),
        "One counter": (day, date(2026, 1, 6), "TENTATIVE"),
        "Never": (day, date(2026, 1, 6), "CANCELLED"),
        "Plans are drawn": (date(2026, 1, 12), date(2026, 1, 13), "CONFIRMED"),
    }
    assert str(events["One counter"]["DESCRIPTION"]) == "Two files\n→ One file"
    between = recurring_ical_events.of(icalendar.Calendar.from_ical(content)).between(
        date(2026, 1, 7), date(2026, 1, 9)
    )
    assert [str(event["SUMMARY"]) for event in between] == ["Draw; the “plan”, twice"]
