"""What happens around a partnership in the course of its stages: progress, cases, members by name."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime

import asyncpg
from support.plumbing import in_database

from entente_shared.events.conflicts import CaseClosed, CaseOpened, Cause, CauseKind
from entente_shared.events.kpi import DeviationState, ProgressChanged
from entente_shared.ids import new_id

AT = datetime(2026, 2, 1, tzinfo=UTC)


async def enter(circle, stage, who="manager"):
    return await circle.first[who].post(f"{circle.path}/lifecycle/transitions", {"stage": stage})


async def progress(circle, deviation=-0.1):
    """kpi tells of the first progress of each objective; returns the objectives with it."""
    path = f"{circle.path}/objectives"
    for objective in (await circle.first["manager"].get(path))["items"]:
        await circle.producers.tell(
            ProgressChanged(
                partnership_id=circle.id,
                kpi_id=objective["kpi_id"],
                objective_id=objective["id"],
                at=AT,
                value=98.0,
                progress=0.1,
                planned=0.1 - deviation,
                deviation=deviation,
                state=DeviationState.OK,
            )
        )
    page = await circle.first["manager"].eventually(path, lambda page: all(o["progress"] for o in page["items"]))
    return page["items"]


async def open_case(circle):
    case_id = new_id()
    event = CaseOpened(
        partnership_id=circle.id,
        case_id=case_id,
        cause=Cause(kind=CauseKind.PERSON, id=new_id()),
        title="Late invoices",
        deviation_id=None,
        adjustment_id=None,
        kpi_id=None,
        opened_at=AT,
    )
    await circle.producers.tell(event)
    await exit_says(circle, "no_open_cases", met=False)
    return case_id


async def close_case(circle, case_id):
    await circle.producers.tell(CaseClosed(partnership_id=circle.id, case_id=case_id, outcome="settled", closed_at=AT))
    await exit_says(circle, "no_open_cases", met=True)


async def exit_says(circle, key, *, met):
    """Wait until the exit's condition `key` is (not) met."""

    def holds(found):
        [exit_] = [each for each in found["following"] if each["stage"] == "exit"]
        return [c["met"] for c in exit_["conditions"] if c["key"] == key] == [met]

    return await circle.first["manager"].eventually(f"{circle.path}/lifecycle", holds)


async def member_id(circle, organisation, person):
    members = (await organisation["manager"].get(f"{circle.path}/members"))["items"]
    return next(m["id"] for m in members if m["person_id"] == str(organisation.id_of(person)))


async def commitment_body(circle, party=0, **changes):
    body = {
        "what": "Two more patrols on the A6",
        "due_at": "2026-03-01T00:00:00Z",
        "owner_member_id": await member_id(circle, circle.organisations[party], "delegate"),
    }
    return {**body, **changes}


async def commitment(circle, party=0, **changes):
    """What a party's alliance manager commits it to."""
    body = await commitment_body(circle, party, **changes)
    return await circle.organisations[party]["manager"].post(f"{circle.path}/commitments", body)


async def risk_body(circle, **changes):
    body = {
        "title": "The patrols' vans are not delivered in time",
        "owner_member_id": await member_id(circle, circle.first, "delegate"),
        "probability": 3,
        "impact": 4,
        "response": "reduce",
        "plan": "Rent two",
        "review_due_at": "2026-02-01T00:00:00Z",
    }
    return {**body, **changes}


async def series(circle, **changes):
    body = {
        "title": "Monthly review",
        "rrule": "FREQ=MONTHLY;BYMONTHDAY=5",
        "starts_at": "2026-01-05T09:00:00Z",
    }
    return await circle.first["manager"].post(f"{circle.path}/review-series", {**body, **changes})


async def reviews(circle, count):
    """Wait until `count` reviews were made, and return them in order."""
    path = f"{circle.path}/reviews"
    page = await circle.first["manager"].eventually(path, lambda page: len(page["items"]) == count)
    return sorted(page["items"], key=lambda review: review["number"])


async def minutes_body(circle, *actions):
    present = [await member_id(circle, organisation, "manager") for organisation in circle.organisations]
    return {"text": "We met, and agree.", "attendance": present, "actions": list(actions)}


async def confirm(circle, review, minutes, *organisations):
    path = f"{circle.path}/reviews/{review['id']}/minutes/{minutes['number']}/confirmations"
    for organisation in organisations or circle.organisations:
        minutes = await organisation["manager"].post(path, {"hash": minutes["hash"]})
    return minutes


async def confirmed_review(circle):
    """A review that was held, and whose minutes every party confirmed."""
    await series(circle, ends_at="2026-01-06T00:00:00Z")
    await circle.advance("2026-01-06T00:00:00Z")
    [review] = await reviews(circle, 1)
    minutes = await circle.first["manager"].post(
        f"{circle.path}/reviews/{review['id']}/minutes", await minutes_body(circle)
    )
    await confirm(circle, review, minutes)


_BEHIND = """
WITH RECURSIVE behind (pid) AS (
    SELECT $1::integer UNION
    SELECT waits.pid FROM pg_stat_activity waits JOIN behind ON behind.pid = ANY (pg_blocking_pids(waits.pid))
)
SELECT count(*) - 1 FROM behind
"""


@asynccontextmanager
async def held_up(scene, table, row_id, key="id", strength="UPDATE"):
    """Hold a row's lock. Gives how to ask whether so many wait behind it by now, and (None) how to let them go on."""
    dsn = in_database(scene.stack.admin_dsn, "objectives")
    holder, watcher = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    transaction = holder.transaction()
    await transaction.start()
    await holder.execute(f"SELECT 1 FROM {table} WHERE {key} = $1 FOR {strength}", row_id)
    held = await holder.fetchval("SELECT pg_backend_pid()")

    async def waiting(number):
        if number is None:
            return await transaction.rollback()
        return await watcher.fetchval(_BEHIND, held) == number

    yield waiting
    await holder.close()
    await watcher.close()
