"""The gateway alone: its own database and broker, four producers to publish from, and keys of all kinds."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg
import httpx
from support.plumbing import in_database
from support.stack import Stack
from support.waiting import eventually

from entente_gateway.bootstrap import make
from entente_gateway.keys.domain import KeyKind, KeySpec
from entente_shared.events import objectives
from entente_shared.events.objectives import ClockMode, Role
from entente_shared.ids import new_id
from entente_shared.outbox import SHARED, publish
from entente_shared.runtime import Runtime


class Gateway:
    def __init__(self, stack: Stack, feeds: dict[str, Runtime]) -> None:
        self.stack, self.feeds = stack, feeds
        self.url = stack.gateway

    async def tell(self, event: Any, audience: str = SHARED, **links: Any) -> UUID:
        """Publish an event of its own producer, as that service would."""
        async with self.feeds[event.contract.producer].database.transaction() as session:
            return publish(session, event, audience=audience, **links)

    async def tell_many(self, events: list[Any]) -> list[UUID]:
        """Publish events of one producer in one transaction."""
        async with self.feeds[events[0].contract.producer].database.transaction() as session:
            return [publish(session, event) for event in events]

    async def key(
        self, kind: str = "operator", organisation: UUID | None = None, person: UUID | None = None, *scopes: str
    ) -> str:
        spec = KeySpec(KeyKind(kind), f"{kind} of a test", organisation, person, frozenset(scopes))
        return await make(self.stack.settings("gateway"), spec)

    def client(self, key: str | None) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=20)

    @asynccontextmanager
    async def database(self) -> AsyncIterator[asyncpg.Connection]:
        """The gateway's database for a superuser, whom no policy holds."""
        connection = await asyncpg.connect(in_database(self.stack.admin_dsn, "gateway"))
        try:
            yield connection
        finally:
            await connection.close()

    async def logged(self, event_id: UUID) -> int:
        """The event's position in the log, once it is there."""
        async with self.database() as database:
            return int(
                await eventually(
                    lambda: database.fetchval("SELECT position FROM event_log WHERE event_id = $1", event_id)
                )
            )

    async def partnership(self, *organisations: UUID) -> "Partnership":
        partnership = Partnership(self, new_id(), {organisation: uuid4() for organisation in organisations})
        await partnership.announce()
        return partnership


class Partnership:
    """A partnership that the gateway hears of from objectives."""

    def __init__(self, gateway: Gateway, partnership_id: UUID, parties: dict[UUID, UUID]) -> None:
        self.gateway, self.id, self.parties = gateway, partnership_id, parties

    async def announce(self, name: str = "Road safety") -> None:
        event = objectives.PartnershipChanged(
            partnership_id=self.id,
            name=name,
            stage="working_together",
            clock=ClockMode.REAL,
            clock_now=None,
            parties=[
                objectives.Party(party_id=party, organisation_id=organisation, name="party", weight=1)
                for organisation, party in self.parties.items()
            ],
        )
        await self.gateway.logged(await self.gateway.tell(event))

    async def admit(
        self, organisation: UUID, person: UUID, role: Role, member: UUID | None = None, *, active: bool = True
    ) -> UUID:
        event = objectives.MembershipChanged(
            partnership_id=self.id,
            member_id=member or new_id(),
            party_id=self.parties[organisation],
            organisation_id=organisation,
            person_id=person,
            role=role,
            active=active,
        )
        await self.gateway.logged(await self.gateway.tell(event))
        return event.member_id


class Stream:
    """An open event stream, and what came of it."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response
        self.last_id: str | None = None

    async def event(self, seconds: float = 5.0) -> dict[str, Any]:
        """The next event with data."""
        while True:
            fields = await self.block(seconds)
            if "data" in fields:
                return {"position": int(fields["id"]), "event": fields["event"], **json.loads(fields["data"])}

    async def block(self, seconds: float = 5.0) -> dict[str, str]:
        """The next block of lines: an event, or a comment under the name ''."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(seconds):
            while (line := (await self.response.content.readline()).decode()) not in ("\n", ""):
                name, _, value = line.rstrip("\n").partition(": ")
                fields[name] = value
        if not fields:
            raise EOFError
        self.last_id = fields.get("id", self.last_id)
        return fields

    async def silent(self, seconds: float = 0.4) -> bool:
        """Whether nothing comes for a while."""
        try:
            await self.event(seconds)
        except TimeoutError:
            return True
        return False


@asynccontextmanager
async def stream(
    gateway: Gateway, key: str, last_event_id: int | str | None = None, **params: str
) -> AsyncIterator[Stream]:
    headers = {"Authorization": f"Bearer {key}"}
    if last_event_id is not None:
        headers["Last-Event-ID"] = str(last_event_id)
    async with (
        aiohttp.ClientSession(gateway.url) as session,
        session.get("/v1/events", headers=headers, params=params) as response,
    ):
        assert response.status == 200, await response.text()
        opened = Stream(response)
        await opened.block()
        yield opened


def migrate(owner_url: str) -> None:
    environment = {**os.environ, "ENTENTE_OWNER_DATABASE_URL": owner_url}
    subprocess.run([sys.executable, "-m", "entente_shared.migrate", "entente_gateway"], env=environment, check=True)
