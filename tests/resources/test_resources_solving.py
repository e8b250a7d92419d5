"""The solver's process: it answers, is replaced when it dies or hangs, and never outlives its service."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import psutil
import pytest
from resources.problems import amounts, cell, goal, need, party, resource
from support.waiting import eventually

from entente_resources.allocation import solving
from entente_resources.allocation.domain.answers import Broken, Certified, Proposal
from entente_resources.allocation.domain.problem import Problem
from entente_resources.allocation.domain.result import Infeasible, SolverTrouble
from entente_resources.allocation.solving import Solver

PROBLEM = Problem((party(1), party(2)), (resource(0, 10.0),), (need(0, 1, (0,), 10), need(1, 2, (0,), 10)))


@pytest.fixture
def solver() -> Iterator[Solver]:
    made = Solver()
    yield made
    made.end()


async def test_questions_are_answered_by_another_process(solver: Solver) -> None:
    found = await solver.allocate(PROBLEM)
    assert isinstance(found, Certified)
    assert amounts(found.cells) == {(0, 0, 0): 5.0, (1, 0, 0): 5.0}
    asked = replace(PROBLEM, previous=found.cells, goal=goal(1.0, {(0, 0): 1.0}))
    assert isinstance(await solver.propose(asked), Proposal)
    assert isinstance(await solver.propose(replace(asked, churn_budget=0.0)), Infeasible)
    assert isinstance(await solver.settle(PROBLEM, {cell(0, 0): 11.0}), Broken)
    assert isinstance(await solver.settle_near(PROBLEM, {cell(0, 0): 11.0}), Certified)


async def test_one_process_serves_all_questions(solver: Solver) -> None:
    await asyncio.gather(*(solver.allocate(PROBLEM) for _ in range(4)))
    first = solver._process
    await solver.allocate(PROBLEM)
    assert solver._process is first


async def test_the_service_answers_while_the_solver_works(solver: Solver) -> None:
    working = asyncio.create_task(solver.allocate(PROBLEM))
    ticks = 0
    while not working.done():
        await asyncio.sleep(0.005)
        ticks += 1
    assert ticks > 5


async def test_what_stops_the_solver_is_raised_here(solver: Solver) -> None:
    everywhere = tuple(range(20))
    needs = tuple(need(number, 1 + number % 2, everywhere, 5.0 + number) for number in range(40))
    large = Problem(PROBLEM.parties, tuple(resource(number, *[7.0] * 12) for number in everywhere), needs)
    with pytest.raises(SolverTrouble):
        await solver._ask("allocate", large, 0.0)


async def test_a_worker_that_died_is_replaced(solver: Solver) -> None:
    await solver.allocate(PROBLEM)
    assert solver._process is not None
    solver._process.kill()
    solver._process.wait()
    assert isinstance(await solver.allocate(PROBLEM), Certified)


@pytest.mark.parametrize("seconds", [-0.4, -1.8], ids=["while it is to answer", "while it is asked"])
async def test_a_worker_that_hangs_is_ended_and_replaced(
    solver: Solver, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    await solver.allocate(PROBLEM)
    assert solver._process is not None
    psutil.Process(solver._process.pid).suspend()
    monkeypatch.setattr(solving, "SECONDS", seconds)
    with pytest.raises(SolverTrouble):
        await solver._ask("allocate", PROBLEM, 5.0)
    monkeypatch.undo()
    assert isinstance(await solver.allocate(PROBLEM), Certified)


async def test_an_idle_worker_ends() -> None:
    solver = Solver(idle=0.05)
    await solver.allocate(PROBLEM)
    await eventually(lambda: solver._process is None)
    assert isinstance(await solver.allocate(PROBLEM), Certified)
    solver.end()
    solver.end()


async def test_the_worker_does_not_outlive_its_service() -> None:
    """The service is killed, which leaves it no time to end anything."""
    program = (
        "import asyncio, sys, time\n"
        "from entente_resources.allocation.domain.problem import Problem\n"
        "from entente_resources.allocation.solving import solver\n"
        "asyncio.run(solver.allocate(Problem((), (), ())))\n"
        "print(solver._process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    service = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert service.stdout is not None
    line = await asyncio.to_thread(service.stdout.readline)
    worker = psutil.Process(int(line))
    service.kill()
    service.wait()
    await eventually(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)


def test_the_service_itself_loads_no_solver() -> None:
    program = "import sys, entente_resources.app; print([name for name in ('numpy', 'highspy') if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.strip()
        == "[]"
    )
