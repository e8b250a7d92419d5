"""Reviews: they recur by themselves, know what is open, and bind once everybody agrees to their minutes."""

from datetime import UTC, datetime

import anyio
from objectives.decisions import opened
from objectives.lifecycle import (
    commitment,
    confirm,
    member_id,
    minutes_body,
    progress,
    reviews,
    risk_body,
    series,
)
from objectives.parties import ROLES

from entente_shared.events.kpi import DeviationChanged, DeviationState
from entente_shared.ids import new_id

AT = datetime(2026, 2, 3, tzinfo=UTC)


async def deviates(circle, deviation_id, kpi_id, state=DeviationState.FIRING, **changes):
    event = DeviationChanged(
        partnership_id=circle.id,
        deviation_id=deviation_id,
        kpi_id=kpi_id,
        crossing=1,
        state=state,
        opened_at=AT,
        closed_at=changes.get("closed_at"),
        annulled=changes.get("annulled", False),
    )
    await circle.producers.tell(event)


async def reviewed(circle):
    """One review on the fifth of January."""
    await series(circle, ends_at="2026-01-06T00:00:00Z")
    await circle.advance("2026-01-05T09:00:00Z")
    [review] = await reviews(circle, 1)
    return review


async def test_reviews_are_made_by_their_rule_whatever_the_clock_leaps(scene):
    circle = await scene.circle("1", "1")
    made = await series(circle, revision_every=3, time_zone="Europe/Paris", notice="P2D")
    assert (made["next_at"], made["made"]) == ("2026-01-05T09:00:00Z", 0)
    await circle.advance("2026-01-03T08:59:59Z")
    assert (await circle.first["manager"].get(f"{circle.path}/reviews"))["items"] == []
    await circle.advance("2026-01-03T09:00:00Z")
    await reviews(circle, 1)
    await circle.advance("2026-04-20T00:00:00Z")
    found = await reviews(circle, 4)
    assert [(each["number"], each["scheduled_at"]) for each in found] == [
        (1, "2026-01-05T09:00:00Z"),
        (2, "2026-02-05T09:00:00Z"),
        (3, "2026-03-05T09:00:00Z"),
        (4, "2026-04-05T08:00:00Z"),  # ten o'clock in Paris, in summer too
    ]
    after = await circle.organisations[1]["delegate"].get(f"{circle.path}/review-series/{made['id']}")
    assert (after["made"], after["next_at"]) == (4, "2026-05-05T08:00:00Z")


async def test_the_agenda_names_all_that_stands_open_and_nothing_that_is_over(scene):
    circle = await scene.circle("1", "1")
    manager = circle.first["manager"]
    decision = await opened(circle)
    [objective] = (await manager.get(f"{circle.path}/objectives"))["items"]
    ended, annulled, standing = new_id(), new_id(), new_id()
    await deviates(circle, ended, new_id())
    await deviates(circle, ended, new_id(), DeviationState.OK, closed_at=AT)
    await deviates(circle, annulled, new_id(), DeviationState.OK, annulled=True)
    await deviates(circle, standing, objective["kpi_id"])
    await progress(circle, deviation=-0.3)  # kpi's events come in order: once this one is known, so are those before
    broken = await commitment(circle, due_at="2026-01-10T00:00:00Z", grace="P1D")
    overdue = await commitment(circle, due_at="2026-01-15T00:00:00Z", grace="P60D")
    await commitment(circle, due_at="2026-08-01T00:00:00Z")
    risk = await manager.post(f"{circle.path}/risks", await risk_body(circle, review_due_at="2026-01-15T00:00:00Z"))
    await manager.post(f"{circle.path}/risks", await risk_body(circle, title="Not due"))
    await series(circle, rrule="FREQ=DAILY", starts_at="2026-01-20T12:00:00Z", ends_at="2026-01-21T12:00:00Z")
    await circle.advance("2026-01-12T00:00:00Z")
    await manager.eventually(f"{circle.path}/commitments/{broken['id']}", lambda found: found["status"] == "broken")
    await circle.advance("2026-01-20T12:00:00Z")
    agenda = (await reviews(circle, 1))[0]["agenda"]
    assert [(each["deviation_id"], each["state"], each["deviation"]) for each in agenda["deviations"]] == [
        (str(standing), "firing", -0.3)
    ]
    assert [(each["decision_id"], each["status"]) for each in agenda["decisions_due"]] == [(decision["id"], "open")]
    assert [(each["commitment_id"], each["status"]) for each in agenda["commitments"]] == [
        (broken["id"], "broken"),
        (overdue["id"], "open"),
    ]
    assert [each["risk_id"] for each in agenda["overdue_risks"]] == [risk["id"]]
    assert [(each["title"], each["deviation"]) for each in agenda["behind_plan"]] == [("Fewer drivers killed", -0.3)]
    assert agenda["revisions"] == []
    await circle.advance("2026-01-21T12:00:00Z")
    again = (await reviews(circle, 2))[1]["agenda"]
    assert [each["commitment_id"] for each in again["commitments"]] == [overdue["id"]]  # the broken one had its review


async def test_the_revision_of_the_objectives_is_asked_for_on_schedule(scene):
    circle = await scene.circle("1", "1")
    await circle.agree()
    await series(circle, rrule="FREQ=WEEKLY;BYDAY=MO", revision_every=2)
    await circle.advance("2026-01-26T09:00:00Z")
    asked = [[each["title"] for each in review["agenda"]["revisions"]] for review in await reviews(circle, 4)]
    assert asked == [[], ["Fewer drivers killed"], [], ["Fewer drivers killed"]]


async def test_actions_bind_once_every_party_has_confirmed_the_minutes(scene):
    circle = await scene.circle("1", "1")
    review = await reviewed(circle)
    partner = circle.organisations[1]
    path = f"{circle.path}/reviews/{review['id']}"
    owner = await member_id(circle, partner, "delegate")
    action = {"what": "Order the vans", "owner_member_id": owner, "due_at": "2026-02-01T00:00:00Z"}
    first = await circle.first["delegate"].post(f"{path}/minutes", await minutes_body(circle, action))
    assert (first["number"], first["confirmations"]) == (1, [])
    assert (await partner["manager"].get(path))["held_at"] == "2026-01-05T09:00:00Z"
    await confirm(circle, review, first, circle.first)
    corrected = {**await minutes_body(circle, action), "text": "We met, and agree on most."}
    second = await partner["manager"].post(f"{path}/minutes", corrected)
    status, problem = await partner["manager"].refused(
        "POST", f"{path}/minutes/1/confirmations", {"hash": first["hash"]}
    )
    assert (status, problem["type"]) == (409, "urn:entente:problem:minutes-superseded")
    await confirm(circle, review, second, circle.first)
    assert (await partner["manager"].get(f"{circle.path}/commitments"))["items"] == []
    assert (await partner["manager"].get(path))["confirmed"] is None
    done = await confirm(circle, review, second, partner)
    assert [each["party_id"] for each in done["confirmations"]] == [str(party) for party in circle.parties]
    [bound] = (await circle.first["manager"].get(f"{circle.path}/commitments"))["items"]
    assert (bound["what"], bound["party_id"], bound["checkpoint_id"], bound["owner_member_id"]) == (
        "Order the vans",
        str(circle.parties[1]),
        review["id"],
        owner,
    )
    status, problem = await circle.first["manager"].refused("POST", f"{path}/minutes", corrected)
    assert (status, problem["type"]) == (409, "urn:entente:problem:minutes-confirmed")
    assert len((await circle.first["manager"].get(f"{path}/minutes"))["items"]) == 2


async def test_parties_who_confirm_at_the_same_moment_bind_each_action_once(scene):
    circle = await scene.circle()
    review = await reviewed(circle)
    owner = await member_id(circle, circle.first, "delegate")
    action = {"what": "Order the vans", "owner_member_id": owner, "due_at": "2026-02-01T00:00:00Z"}
    written = await circle.first["manager"].post(
        f"{circle.path}/reviews/{review['id']}/minutes", await minutes_body(circle, action)
    )
    async with anyio.create_task_group() as group:
        for organisation in circle.organisations * 2:
            group.start_soon(confirm, circle, review, written, organisation)
    assert (await circle.first["manager"].get(f"{circle.path}/reviews/{review['id']}"))["confirmed"] == 1
    assert len((await circle.first["manager"].get(f"{circle.path}/commitments"))["items"]) == 1


async def test_a_series_that_was_ended_makes_no_review_any_more(scene):
    circle = await scene.circle("1", "1")
    made = await series(circle, rrule="FREQ=WEEKLY")
    await circle.advance("2026-01-05T09:00:00Z")
    await reviews(circle, 1)
    path = f"{circle.path}/review-series/{made['id']}"
    assert (await circle.first["delegate"].refused("DELETE", path))[0] == 403
    assert (await circle.first["manager"].refused("DELETE", path, If_Match='"1"'))[0] == 412
    assert (await circle.first["manager"].request("DELETE", path)).status_code == 204
    other = await series(circle, rrule="FREQ=WEEKLY", title="Another", starts_at="2026-01-12T09:00:00Z")
    await circle.advance("2026-01-12T09:00:00Z")
    found = await reviews(circle, 2)
    assert {each["series_id"] for each in found} == {made["id"], other["id"]}
    ended = await circle.first["manager"].get(path)
    assert (ended["made"], ended["active"], ended["next_at"]) == (1, False, None)


async def test_what_cannot_recur_or_be_written_is_refused_by_name(scene):
    circle = await scene.circle("1", "1")
    manager = circle.first["manager"]
    body = {"title": "x", "rrule": "FREQ=DAILY", "starts_at": "2026-01-05T09:00:00Z"}
    for changes, pointer in (
        ({"rrule": "FREQ=SECONDLY"}, "/rrule"),
        ({"rrule": "FREQ=DAILY;COUNT=3"}, "/rrule"),
        ({"rrule": "FREQ=DAILY;INTERVAL=0"}, "/rrule"),
        ({"rrule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "/rrule"),
        ({"rrule": "INTERVAL=2"}, "/rrule"),
        ({"rrule": "FREQ=DAILY;FREQ=DAILY"}, "/rrule"),
        ({"time_zone": "Europe/Atlantis"}, "/time_zone"),
        ({"time_zone": "../etc/passwd"}, "/time_zone"),
        ({"ends_at": "2026-01-05T08:00:00Z"}, "/ends_at"),
        ({"starts_at": "1950-01-05T09:00:00Z"}, "/starts_at"),
        ({"notice": "P61D"}, "/notice"),
    ):
        status, problem = await manager.refused("POST", f"{circle.path}/review-series", {**body, **changes})
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer), changes
    assert (await circle.first["delegate"].refused("POST", f"{circle.path}/review-series", body))[0] == 403
    review = await reviewed(circle)
    path = f"{circle.path}/reviews/{review['id']}/minutes"
    action = {"what": "x", "owner_member_id": str(new_id()), "due_at": "2026-02-01T00:00:00Z"}
    known = {**action, "owner_member_id": await member_id(circle, circle.first, "manager")}
    valid = await minutes_body(circle)
    for sent, pointer in (
        ({**valid, "attendance": [str(new_id())]}, "/attendance/0"),
        ({**valid, "actions": [action]}, "/actions/0/owner_member_id"),
        ({**valid, "actions": [{**known, "due_at": "2026-01-01T00:00:00Z"}]}, "/actions/0/due_at"),
        ({**valid, "actions": [known, {**known, "objective_id": str(new_id())}]}, "/actions/1/objective_id"),
    ):
        status, problem = await manager.refused("POST", path, sent)
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer)
    written = await manager.post(path, valid)
    status, problem = await manager.refused("POST", f"{path}/1/confirmations", {"hash": "0" * 64})
    assert (status, problem["errors"][0]["pointer"]) == (409, "/hash")
    sent = {"hash": written["hash"]}
    assert (await circle.first["delegate"].refused("POST", f"{path}/1/confirmations", sent))[0] == 403
    assert (await manager.refused("POST", f"{path}/2/confirmations", sent))[0] == 404
    stranger = await scene.organisation("Stranger", *ROLES)
    reads = ("review-series", "reviews", f"reviews/{review['id']}", f"reviews/{review['id']}/minutes")
    for address in (*reads, f"review-series/{review['series_id']}", f"reviews/{review['id']}/minutes/1"):
        assert (await stranger["sponsor"].refused("GET", f"{circle.path}/{address}"))[0] == 404
    other = await scene.circle("1", "1")
    assert (await other.first["manager"].refused("GET", f"{other.path}/reviews/{review['id']}"))[0] == 404
