"""The tree of 10,000 goals with its roll-up, and how soon a leaf that changed is seen at the root.

    python tests/bench/goals.py [GOALS]

The goals are taken on through the public API, and what is measured goes through the gateway; scores are written straight into the
database, since 10,000 assessments say nothing that one does not.
"""

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx
from bench.deployment import Deployment, deployment, partnership, processes
from sqlalchemy import text

from entente_shared.db import Database
from entente_shared.settings import ServiceSettings

READS, CHANGES, BATCH = 300, 60, 1000  # kpi tells of a KPI's progress at most once a second
DUE = "2035-12-31T00:00:00Z"
ANCHORS = [{"score": score, "meaning": f"{score} of a hundred"} for score in (0, 25, 50, 75, 100)]
Change = Callable[[int], Awaitable[object]]


def goals(amount: int, owner: str, objective: str) -> list[dict[str, Any]]:
    """One root, 10 strategic goals below it, 100 tactical ones, and leaves with one to three parents of these."""
    chance = random.Random(1)

    def one(ref: str, level: str, measure: str, *parents: str, **more: Any) -> dict[str, Any]:
        weights = [{"ref": parent, "weight": float(chance.randint(1, 5))} for parent in parents]
        statement = f"Goal {ref}, said in a sentence of the usual length for goals"
        return {"ref": ref, "statement": statement, "level": level, "measure": measure, "parents": weights,
                "owner_member_id": owner, "due_at": DUE, **more}  # fmt: skip

    made = [one("root", "strategic", "children")]
    made += [one(f"s{n}", "strategic", "children", "root") for n in range(10)]
    made += [one(f"t{n}", "tactical", "children", f"s{n % 10}", f"s{(n + 1 + n // 10 % 9) % 10}") for n in range(100)]
    made.append(one("kpi", "operational", "quantitative", "t0", objective_id=objective))
    for n in range(amount - len(made)):
        parents = [f"t{place}" for place in chance.sample(range(100), chance.choice((1, 1, 1, 2, 3)))]
        made.append(one(f"o{n}", "operational", "qualitative", *parents, anchors=ANCHORS))
    return made


async def take_on(http: httpx.AsyncClient, path: str, wanted: list[dict[str, Any]]) -> dict[str, str]:
    ids: dict[str, str] = {}
    for begin in range(0, len(wanted), BATCH):
        piece = [
            {**goal, "parents": [{"weight": p["weight"], **({"goal_id": ids[p["ref"]]} if p["ref"] in ids else {"ref": p["ref"]})}
                                 for p in goal["parents"]]}
            for goal in wanted[begin : begin + BATCH]
        ]  # fmt: skip
        answer = await http.post(f"{path}/goals/batches", json={"goals": piece})
        assert answer.status_code == httpx.codes.CREATED, answer.text
        ids |= {goal["ref"]: goal["id"] for goal in answer.json()["goals"]}
    return ids


async def score_all(place: Deployment, partnership_id: UUID) -> None:
    kpi = processes(place)["objectives"][0]
    database = Database(ServiceSettings(database_url=kpi.environ()["ENTENTE_DATABASE_URL"], token_public_key=Path()))
    async with database.transaction(tenant=partnership_id) as session:
        await session.execute(
            text(
                "UPDATE goal SET score = 25 * (hashtext(id::text) & 3) WHERE measure = 'qualitative' AND partnership_id = :p"
            ),
            {"p": partnership_id},
        )
    await database.close()


async def read_tree(http: httpx.AsyncClient, path: str, **headers: str) -> tuple[list[float], int]:
    took, size = [], 0
    for _ in range(READS + 20):
        begun = time.perf_counter()
        answer = await http.get(f"{path}/goals/tree", headers=headers)
        took.append((time.perf_counter() - begun) * 1000)
        size = len(answer.content)
    return took[20:], size


async def until_root(http: httpx.AsyncClient, path: str, root: str, change: Change, pause: float) -> list[float]:
    """From sending each change to an answer in which the root's figures are others than before; `pause` seconds lie between two."""

    async def figures() -> Any:
        return (await http.get(f"{path}/goals/{root}")).raise_for_status().json()["roll_up"]

    took = []
    for number in range(CHANGES + 5):
        before = await figures()
        begun = time.perf_counter()
        await change(number)
        while await figures() == before:
            assert time.perf_counter() - begun < 30, "the change did not come to be seen"
        took.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(pause)
    return took[5:]


def row(name: str, took: list[float], limit: str) -> None:
    median, worst = statistics.median(took), statistics.quantiles(took, n=100)[98]
    print(f"| {name} | median {median:.1f} ms, p99 {worst:.1f} ms | {limit} | |", flush=True)


async def main(amount: int) -> None:
    with deployment() as place:
        where = partnership(place, 1)
        async with (
            httpx.AsyncClient(base_url=place.url, headers=where.person, timeout=60) as http,
            httpx.AsyncClient(base_url=place.url, headers=where.system, timeout=60) as system,
        ):
            path = where.path
            owner = (await http.get(f"{path}/members")).json()["items"][0]["id"]
            objective = (await http.get(f"{path}/objectives")).json()["items"][0]["id"]
            begun = time.perf_counter()
            ids = await take_on(http, path, goals(amount, owner, objective))
            print(f"| {amount:,} goals taken on, {BATCH:,} to a request | {time.perf_counter() - begun:.1f} s | | |")
            await score_all(place, UUID(path.rpartition("/")[2]))
            took, size = await read_tree(http, path)
            row(f"tree of {amount:,} goals with its roll-up, {size / 1e6:.1f} MB", took, "asked for: p99 150 ms")
            tag = (await http.get(f"{path}/goals/tree")).headers["ETag"]
            row(
                "the same, unchanged since it was read (304)",
                (await read_tree(http, path, **{"If-None-Match": tag}))[0],
                "",
            )

            async def assess(number: int) -> None:
                body = {"score": 0 if number % 2 else 100, "reason": "Seen today"}
                (await http.post(f"{path}/goals/{ids['o7']}/assessments", json=body)).raise_for_status()

            async def push(number: int) -> None:
                sample = {"at": datetime.now(UTC).isoformat(), "value": float(number % 90 + 1)}
                answer = await system.post(f"{path}/samples", json={"samples": [{"kpi_id": where.kpis[0], **sample}]})
                answer.raise_for_status()

            row(
                "assessment to the root that shows it",
                await until_root(http, path, ids["root"], assess, 0.05),
                "asked for: 100 ms",
            )
            row("sample of a KPI to the root that shows it", await until_root(http, path, ids["root"], push, 1.1), "")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
