"""Organisations, people and partnerships, made through the public API by those who would."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID, uuid4

import anyio
import httpx

from .stack import Stack

_HEADER = "Consistency-Token"


class Client:
    """An HTTP client with one key. It sends back the last Consistency-Token of the world, as a frontend does."""

    def __init__(self, world: "World", key: str, base_url: str | None = None) -> None:
        self._world = world
        self.key = key
        self._http = httpx.AsyncClient(
            base_url=base_url or world.stack.gateway, headers={"Authorization": f"Bearer {key}"}, timeout=30
        )
        world.clients.append(self._http)

    async def request(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        headers = dict(kwargs.pop("headers", None) or {})
        if self._world.token and _HEADER not in headers:
            headers[_HEADER] = self._world.token
        response = await self._http.request(method, path, headers=headers, **kwargs)
        self._world.token = response.headers.get(_HEADER, self._world.token)
        return response

    async def get(self, path: str, **kwargs: Any) -> Any:
        return await self._ok("GET", path, **kwargs)

    async def post(self, path: str, body: Any = None, **kwargs: Any) -> Any:
        return await self._ok("POST", path, json=body if body is not None else {}, **kwargs)

    async def patch(self, path: str, body: Any, **kwargs: Any) -> Any:
        return await self._ok("PATCH", path, json=body, **kwargs)

    async def delete(self, path: str, **kwargs: Any) -> Any:
        return await self._ok("DELETE", path, **kwargs)

    async def _ok(self, method: str, path: str, **kwargs: Any) -> Any:
        """As every client must, it sends a request again that a service could not take yet."""
        deadline = time.monotonic() + 60
        response = await self.request(method, path, **kwargs)
        while response.status_code == httpx.codes.SERVICE_UNAVAILABLE and time.monotonic() < deadline:
            await anyio.sleep(0.1)
            response = await self.request(method, path, **kwargs)
        assert response.is_success, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    async def eventually(self, path: str, condition: Callable[[Any], bool], seconds: float = 15.0) -> Any:
        """Read `path` until `condition` holds of the answer."""
        deadline, answer = time.monotonic() + seconds, None
        while time.monotonic() < deadline:
            response = await self.request("GET", path)
            if response.is_success and condition(answer := response.json()):
                return answer
            await anyio.sleep(0.03)
        raise AssertionError(f"{path} did not come to hold within {seconds} s; last: {json.dumps(answer)[:2000]}")


@dataclass
class Organisation:
    id: UUID
    name: str
    system: Client
    persons: dict[str, tuple[UUID, Client]]

    def person_id(self, name: str) -> UUID:
        return self.persons[name][0]

    def person(self, name: str) -> Client:
        return self.persons[name][1]


class World:
    _operator_keys: dict[str, str] = {}  # noqa: RUF012 - one operator's key per running stack

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.token: str | None = None
        self.clients: list[httpx.AsyncClient] = []

    async def __aenter__(self) -> Self:
        if self.stack.gateway not in self._operator_keys:
            self._operator_keys[self.stack.gateway] = await anyio.to_thread.run_sync(_first_key, self.stack)
        self.operator = Client(self, self._operator_keys[self.stack.gateway])
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in self.clients:
            await client.aclose()

    async def organisation(self, name: str, *people: str) -> Organisation:
        """An organisation with a system key of all scopes and a key for each of its people."""
        made = await self.operator.post("/v1/organisations", {"name": f"{name} {uuid4().hex[:6]}"})
        organisation_id = made["id"]
        scopes = ["organisation:admin", "samples:write", "clock:advance"]
        system = Client(
            self, await self._key(kind="system", organisation_id=organisation_id, scopes=scopes, label=name)
        )
        persons = {}
        for person in people:
            row = await system.post(f"/v1/organisations/{organisation_id}/persons", {"name": person})
            key = await self._key(kind="person", organisation_id=organisation_id, person_id=row["id"], label=person)
            persons[person] = (UUID(row["id"]), Client(self, key))
        return Organisation(UUID(organisation_id), made["name"], system, persons)

    async def _key(self, **body: Any) -> str:
        return str((await self.operator.post("/v1/keys", body))["secret"])


def _first_key(stack: Stack) -> str:
    settings = stack.settings("gateway")
    environment = {**os.environ, "ENTENTE_DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "entente_gateway.bootstrap", "--kind", "operator", "--label", "tests"]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip().splitlines()[-1]
