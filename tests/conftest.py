"""Fixtures of all tests. Nothing is mocked: PostgreSQL, NATS and HTTP are real."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from support.servers import servers
from support.stack import Stack, running_stack
from support.world import World

from entente_shared.telemetry import set_up_logs

# A loaded machine fails no test, and what is green stays green; `--hypothesis-profile=search` looks for more.
settings.register_profile("check", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("check")


@pytest.fixture(scope="session", autouse=True)
def logs() -> None:
    """Logs as the services write them."""
    set_up_logs("tests", "warning", "console")


@pytest.fixture(scope="session")
def real_servers() -> Iterator[tuple[str, str]]:
    """The DSN of a PostgreSQL superuser and the URL of a NATS server."""
    with servers() as found:
        yield found


@pytest.fixture(scope="session")
def stack(real_servers: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The four services and the gateway."""
    folder: Path = tmp_path_factory.mktemp("stack")
    with running_stack(*real_servers, folder) as running:
        yield running


@pytest.fixture
async def world(stack: Stack) -> AsyncIterator[World]:
    """Organisations, people and partnerships of this test alone."""
    async with World(stack) as world:
        yield world
