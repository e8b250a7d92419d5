"""Partnerships in the resources service alone."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from resources.resources_world import Pool, Roads
from support.stack import Stack

from entente_shared.db import Database


@pytest.fixture(scope="session")
async def resources_database(stack: Stack) -> AsyncIterator[Database]:
    database = Database(stack.settings("resources"))
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def resources_admin(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    """A superuser's connection, to see what no caller does."""
    admin = await asyncpg.connect(stack.admin_dsn, database="entente_resources")
    yield admin
    await admin.close()


@pytest.fixture
async def pool(stack: Stack, resources_database: Database, resources_admin: asyncpg.Connection) -> AsyncIterator[Pool]:
    """A partnership that holds nothing yet."""
    made = await Pool(stack, resources_database, resources_admin).found()
    yield made
    for client in made.clients:
        await client.aclose()


@pytest.fixture
async def roads(pool: Pool) -> Roads:
    """Patrols are allocated, and a lever ties them to a KPI."""
    return await Roads(pool).ready()
