"""A13: 1,000 actions with 3,000 dependencies and 5 calendars, from the request to the schedule that is kept.

    python tests/bench/schedule.py [ACTIONS]

Through the objectives service over HTTP and PostgreSQL (fsync on); then the rule alone, with its rules of recurrence expanded
anew, for a plan that can be kept and for one whose deadline cannot. The peer is the same network without any calendar, as a
linear program (HiGHS).
"""

import asyncio
import os
import random
import statistics
import sys
import time
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent.parent))

import asyncpg
import highspy
import numpy as np
from objectives.parties import Scene
from objectives.roadmaps import calendar, planned
from objectives.tables import migrate
from support.servers import free_port, servers
from support.stack import APP_PASSWORD, OWNER_PASSWORD, Stack, role_url, write_keys

from entente_objectives.calendars.domain import reading
from entente_objectives.recurrence.domain import rules
from entente_objectives.scheduling.domain.problem import Link, Problem, Task
from entente_objectives.scheduling.domain.solving import solve
from entente_shared.ids import new_id
from entente_shared.migrate import provision

START, HORIZON, RUNS = date(2026, 1, 5), 1830, 5
WEEKS = ["MO,TU,WE,TH,FR", "SU,MO,TU,WE,TH", "MO,TU,WE,TH", "MO,TU,WE,TH,FR,SA", "MO,TU,WE,TH,FR"]


def calendars() -> list[dict[str, Any]]:
    """Five, with what the calendars of parties have: weeks, holidays, closings, windows, cycles and lead times."""
    hours = {"first_on": "2025-01-01", "opens": "09:00", "closes": "17:00"}
    yearly = [(n % 12 + 1, n * 7 % 28 + 1) for n in range(12)]
    return [
        calendar(
            f"Party {n}",
            hours=[{**hours, "rrule": f"FREQ=WEEKLY;BYDAY={week}"}],
            holidays=[
                {"name": f"Holiday {m}", "first_on": f"2025-{m:02}-{d:02}", "days": 1, "rrule": "FREQ=YEARLY"}
                for m, d in yearly
            ],
            blackouts=[{"name": "Closing", "first_on": "2025-12-24", "days": 9, "rrule": "FREQ=YEARLY"}],
            budget_windows=[
                {"name": "Budget", "first_on": "2025-01-01", "days": 45, "rrule": "FREQ=MONTHLY;INTERVAL=3"}
            ],
            cycles=[{"name": "Sprint", "first_on": "2025-01-06", "days": 14, "rrule": "FREQ=WEEKLY;INTERVAL=2"}],
            validation_days=n,
        )
        for n, week in enumerate(WEEKS)
    ]


def network(amount: int) -> tuple[list[dict[str, Any]], list[tuple[int, int, int]]]:
    """Actions in layers of 25, each of which waits for three of the layers before; the same at each run."""
    chance = random.Random(1)
    actions = [
        {
            "duration": chance.randint(1, 8),
            "parties": sorted(chance.sample(range(5), chance.choice([1, 1, 2]))),
            "budget": chance.random() < 0.05,
            "cycle": chance.random() < 0.05,
            "validator": chance.randrange(5) if chance.random() < 0.2 else None,
        }
        for _ in range(amount)
    ]
    links = {
        (chance.randrange(max(0, n // 25 * 25 - 100), n // 25 * 25), n): chance.randint(0, 3)
        for n in range(25, amount)
        for _ in range(3)
    }
    while len(links) < 3 * amount:
        after = chance.randrange(50, amount)
        links.setdefault((chance.randrange(after // 25 * 25), after), 0)
    return actions, [(before, after, lag) for (before, after), lag in links.items()]


def problem(amount: int, deadline: date | None = None) -> Problem:
    actions, links = network(amount)
    sent = {new_id(): body for body in calendars()}
    known = [reading.read(key, None, b["name"], b["zone"], b["validation_days"], _full(b)) for key, b in sent.items()]
    ids = [new_id() for _ in actions]
    tasks = {
        key: Task(
            key,
            str(key),
            each["duration"],
            frozenset(known[party].id for party in each["parties"]),
            own_calendar=known[each["parties"][0]].id,
            needs_budget=each["budget"],
            at_cycle_start=each["cycle"],
            validators=() if each["validator"] is None else (known[each["validator"]].id,),
            deadline=deadline if key == ids[-1] else None,
        )
        for key, each in zip(ids, actions, strict=True)
    }
    joined = tuple(Link(ids[before], ids[after], lag) for before, after, lag in links)
    return Problem(START, START + timedelta(days=HORIZON), {each.id: each for each in known}, tasks, joined)


def _full(body: dict[str, Any]) -> dict[str, Any]:
    return {"holidays": [], "blackouts": [], **body}


def timed(run: Any) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def rule_alone(amount: int, deadline: date | None) -> float:
    asked = problem(amount, deadline)

    def run() -> None:
        rules.days.cache_clear()
        feasible, _ = solve(asked)
        assert feasible is (deadline is None)

    return statistics.median(timed(run) for _ in range(RUNS))


def peer(amount: int) -> float:
    """min sum s, s_after - s_before >= duration + lag."""
    actions, links = network(amount)

    def run() -> None:
        model = highspy.Highs()
        model.silent()
        for _ in actions:
            model.addVar(0.0, highspy.kHighsInf)
        for n in range(amount):
            model.changeColCost(n, 1.0)
        for before, after, lag in links:
            row = np.array([after, before], dtype=np.int32), np.array([1.0, -1.0])
            model.addRow(float(actions[before]["duration"] + lag), highspy.kHighsInf, 2, *row)
        model.run()
        assert model.getModelStatus() == highspy.HighsModelStatus.kOptimal

    return statistics.median(timed(run) for _ in range(RUNS))


async def over_http(amount: int) -> list[float]:
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(TemporaryDirectory()))
        admin_dsn, nats_url = cleanup.enter_context(servers(durable=True))
        await provision(admin_dsn, "objectives", OWNER_PASSWORD, APP_PASSWORD)
        done = await asyncio.to_thread(migrate, admin_dsn)
        assert done.returncode == 0, done.stderr
        stack = Stack(admin_dsn, nats_url, folder, *write_keys(folder), {"objectives": free_port()})
        await asyncio.to_thread(stack.start, "objectives")
        cleanup.callback(stack.stop, "objectives")
        async with Scene(stack, None) as scene:
            plan = await planned(scene, *calendars())
            first = await plan.action("Action 0")
            await _fill(admin_dsn, plan, UUID(first["id"]), amount)
            found = []
            for _ in range(RUNS):
                begun = time.perf_counter()
                schedule = await plan.schedule(horizon=HORIZON)
                found.append(time.perf_counter() - begun)
                assert schedule["feasible"] is True
                assert len(schedule["actions"]) == amount
            return found


async def _fill(admin_dsn: str, plan: Any, first: UUID, amount: int) -> None:
    """Rows like that of the first action, straight in the database: there is nothing to measure in making them."""
    actions, links = network(amount)
    ids = [first, *(new_id() for _ in actions[1:])]
    known = [UUID(each) for each in plan.calendars]
    connection = await asyncpg.connect(role_url(admin_dsn, "objectives", owner=True).replace("+asyncpg", ""))
    columns = "party_id, accountable_id, kind, needs_budget, at_cycle_start, status, progress, changed_at, version"
    await connection.executemany(
        f"INSERT INTO action (partnership_id, id, title, duration, calendar_ids, validator_ids, {columns})"
        f" SELECT partnership_id, $2, $3, $4, $5, $6, {columns} FROM action WHERE id = $1",
        [
            (first, key, f"Action {n}", each["duration"], [known[p] for p in each["parties"]],
             [] if each["validator"] is None else [plan.circle.parties[each["validator"]]])
            for n, (key, each) in enumerate(zip(ids, actions, strict=True))
            if n
        ],
    )  # fmt: skip
    await connection.executemany(
        "UPDATE action SET party_id = $2, needs_budget = $3, at_cycle_start = $4 WHERE id = $1",
        [
            (key, plan.circle.parties[each["parties"][0]], each["budget"], each["cycle"])
            for key, each in zip(ids, actions, strict=True)
        ],
    )
    await connection.executemany(
        "INSERT INTO action_dependency (partnership_id, id, before_id, after_id, lag) VALUES ($1, $2, $3, $4, $5)",
        [(plan.circle.id, new_id(), ids[before], ids[after], lag) for before, after, lag in links],
    )
    await connection.close()


def main() -> None:
    amount = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    linear = peer(amount)
    what = f"{amount:,} actions, {3 * amount:,} dependencies, 5 calendars"
    printed = os.dup(1)
    os.dup2(2, 1)  # the service's log does not belong into the table
    found = asyncio.run(over_http(amount))
    sys.stdout.flush()
    os.dup2(printed, 1)
    taken = statistics.median(found)
    shown = f"median {taken:.2f} s, longest {max(found):.2f} s (promised: 2 s)"
    print(
        f"| schedule of {what}, request to answer | {shown} | HiGHS, no calendars {linear:.2f} s | {linear / taken:.2f} |"
    )
    for label, deadline in (("a plan", None), ("a conflict and its relaxations", START + timedelta(days=60))):
        alone = rule_alone(amount, deadline)
        print(f"| the rule alone: {label} | {alone:.2f} s | the same {linear:.2f} s | {linear / alone:.2f} |")


if __name__ == "__main__":
    main()
