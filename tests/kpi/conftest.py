"""Partnerships in the kpi service alone."""

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
from kpi.kpi_world import START, Kpis
from kpi.people_world import Circle
from support.stack import Stack

from entente_shared.db import Database


@pytest.fixture(scope="session")
async def kpi_database(stack: Stack) -> AsyncIterator[Database]:
    database = Database(stack.settings("kpi"))
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def kpi_admin(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    """A superuser's connection, to see what no caller does."""
    admin = await asyncpg.connect(stack.admin_dsn, database="entente_kpi")
    yield admin
    await admin.close()


@pytest.fixture
async def found(
    stack: Stack, kpi_database: Database, kpi_admin: asyncpg.Connection
) -> AsyncIterator[Callable[..., Awaitable[Kpis]]]:
    """Makes partnerships."""
    made: list[Kpis] = []

    async def make(**clock: object) -> Kpis:
        made.append(await Kpis(stack, kpi_database, kpi_admin).found(**clock))
        return made[-1]

    yield make
    for each in made:
        await each.http.aclose()


@pytest.fixture
async def kpis(found: Callable[..., Awaitable[Kpis]]) -> Kpis:
    """A partnership whose clock is replayed and stands at the start."""
    return await found(clock_now=START)


@pytest.fixture
async def circle(kpis: Kpis) -> AsyncIterator[Circle]:
    """Three parties."""
    circle = await Circle(kpis).found(3)
    yield circle
    await circle.close()
