"""The conflicts service alone, and partnerships that it hears of over the real broker from the other services."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID, uuid4

import asyncpg
import httpx
from support.plumbing import in_database
from support.servers import free_port
from support.stack import Stack
from support.waiting import eventually

from entente_shared.events import objectives
from entente_shared.events.objectives import ClockMode, Role
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.runtime import Runtime

START = datetime(2026, 4, 1, tzinfo=UTC)


class Alone:
    """The running service, and the other services' outboxes to publish from."""

    def __init__(self, stack: Stack, feeds: dict[str, Runtime]) -> None:
        self.stack, self.feeds = stack, feeds

    async def tell(self, *events, **links) -> UUID:
        """Publish events of one producer in one transaction, as that service would; returns the last one's id."""
        feed = self.feeds[events[0].contract.producer]
        async with feed.database.transaction() as session:
            return [publish(session, event, **links) for event in events][-1]

    @contextmanager
    def second_process(self) -> Iterator[None]:
        """Another instance of the service beside the first."""
        other = replace(self.stack, ports={**self.stack.ports, "conflicts": free_port()}, running={})
        other.start("conflicts")
        try:
            yield
        finally:
            other.stop("conflicts")

    def client(self, organisation: UUID | None, person: UUID | None, kind: str = "person") -> httpx.AsyncClient:
        token = self.stack.token("conflicts", kind, organisation, person)
        headers, plain = {"Authorization": f"Bearer {token}"}, False  # no certificates to load for plain HTTP
        return httpx.AsyncClient(base_url=self.stack.url("conflicts"), headers=headers, timeout=20, verify=plain)

    async def heard(self, event_id: UUID) -> None:
        """Wait until the service has handled an event."""
        await eventually(lambda: self.query("SELECT 1 FROM inbox WHERE event_id = $1", event_id))

    @asynccontextmanager
    async def holding(self, table: str, row_id: str, column: str = "id") -> AsyncIterator[None]:
        """Hold a row's lock, as a request does that has not ended."""
        connection = await asyncpg.connect(in_database(self.stack.admin_dsn, "conflicts"))
        async with connection.transaction():
            await connection.execute(f"SELECT 1 FROM {table} WHERE {column} = $1 FOR UPDATE", row_id)
            yield
        await connection.close()

    async def at_rest(self) -> None:
        """Wait until no timer is due, and no transaction of the service is under way."""

        async def is_at_rest() -> bool:
            return not await self.query(
                "SELECT 1 FROM timer WHERE due_at <= entente_now(partnership_id) UNION ALL SELECT 1 FROM pg_stat_activity"
                " WHERE application_name = 'entente_conflicts' AND state <> 'idle'"
            )

        await eventually(is_at_rest)

    async def query(self, statement: str, *arguments) -> list:
        connection = await asyncpg.connect(in_database(self.stack.admin_dsn, "conflicts"))
        try:
            return await connection.fetch(statement, *arguments)
        finally:
            await connection.close()


class Partnership:
    """Three parties, each with a sponsor and an alliance manager; the first also has a mediator and lesser roles."""

    def __init__(self, alone: Alone) -> None:
        self.alone, self.id = alone, new_id()
        self.parties = [SimpleNamespace(id=new_id(), organisation=uuid4(), people={}, clients={}) for _ in range(3)]
        self.ministry, self.cars, self.insurer = self.parties
        self._clients: list[httpx.AsyncClient] = []

    async def found(self) -> "Partnership":
        parties = [
            objectives.Party(party_id=party.id, organisation_id=party.organisation, name=f"Party {n}", weight="0.3")
            for n, party in enumerate(self.parties)
        ]
        changed = objectives.PartnershipChanged(
            partnership_id=self.id,
            name="Road safety",
            stage="working_together",
            clock=ClockMode.REPLAY,
            clock_now=START,
            parties=parties,
        )
        leaders = [(party, role) for party in self.parties for role in (Role.SPONSOR, Role.ALLIANCE_MANAGER)]
        others = [(self.ministry, role) for role in (Role.MEDIATOR, Role.CONTRIBUTOR, Role.OBSERVER)]
        members = [self._join(party, role) for party, role in leaders + others]
        await self.alone.heard(await self.alone.tell(changed, *members))
        return self

    def _join(self, party, role: Role) -> objectives.MembershipChanged:
        person = uuid4()
        party.people[role] = person
        party.clients[role] = self.alone.client(party.organisation, person)
        self._clients.append(party.clients[role])
        return objectives.MembershipChanged(
            partnership_id=self.id,
            member_id=new_id(),
            party_id=party.id,
            organisation_id=party.organisation,
            person_id=person,
            role=role,
            active=True,
        )

    def as_(self, role: Role = Role.SPONSOR, party=None) -> httpx.AsyncClient:
        return (party or self.ministry).clients[role]

    def path(self, rest: str) -> str:
        return f"/v1/partnerships/{self.id}/{rest}"

    async def get(self, rest: str, client: httpx.AsyncClient | None = None):
        response = await (client or self.as_()).get(self.path(rest))
        assert response.status_code == 200, response.text
        return response.json()

    async def post(self, rest: str, body: dict, client: httpx.AsyncClient | None = None, status: int = 201, **kwargs):
        response = await (client or self.as_()).post(self.path(rest), json=body, **kwargs)
        assert response.status_code == status, response.text
        return response.json()

    async def eventually(self, rest: str, condition, seconds: float = 15.0):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            response = await self.as_().get(self.path(rest))
            if response.status_code == 200 and condition(answer := response.json()):
                return answer
            await asyncio.sleep(0.03)
        raise AssertionError(f"{rest} did not come to hold; last: {response.status_code} {response.text[:2000]}")

    async def case(self) -> dict:
        """The partnership's only case, once it is there."""
        cases = await self.eventually("cases", lambda page: page["items"])
        assert len(cases["items"]) == 1
        return cases["items"][0]

    async def announce(self, now: datetime) -> None:
        await self.alone.tell(objectives.ClockAdvanced(partnership_id=self.id, now=now))

    async def advance(self, now: datetime) -> None:
        await self.announce(now)
        await self.clock_is(now)

    async def clock_is(self, now: datetime) -> None:
        """Wait until the service's projection of the clock says `now`."""
        clock = "SELECT 1 FROM partnership_clock WHERE partnership_id = $1 AND replayed_now = $2"
        await eventually(lambda: self.alone.query(clock, self.id, now))

    async def told(self, name: str) -> list[dict]:
        """What conflicts published of one kind, in order."""
        rows = await self.alone.query(
            "SELECT event_id, correlation_id, causation_id, aggregate_version, data::jsonb AS data FROM outbox"
            " WHERE partnership_id = $1 AND type = $2 ORDER BY position",
            self.id,
            f"entente.conflicts.{name}.v1",
        )
        return [{**row, "data": json.loads(row["data"])} for row in rows]

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()
