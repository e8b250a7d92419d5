"""The people of a partnership over HTTP."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID, uuid4

import anyio
import httpx
from objectives.charters import START, charter
from objectives.producers import Producers, Told
from support.stack import Stack


class Client:
    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self._http, self._headers = http, {"Authorization": f"Bearer {token}"}

    async def request(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        sent = {**self._headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return await self._http.request(method, f"/v1{path}", json=body, headers=sent)

    async def send(self, method: str, path: str, text: str) -> httpx.Response:
        """A body as it is written, which need not be JSON."""
        headers = {**self._headers, "Content-Type": "application/json"}
        return await self._http.request(method, f"/v1{path}", content=text.encode(), headers=headers)

    async def get(self, path: str) -> Any:
        return await self._done("GET", path)

    async def post(self, path: str, body: Any) -> Any:
        return await self._done("POST", path, body)

    async def _done(self, method: str, path: str, body: Any = None) -> Any:
        response = await self.request(method, path, body)
        assert response.is_success, f"{method} {path}: {response.status_code} {response.text}"
        return response.json()

    async def refused(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, Any]]:
        """The status and problem of a request that must fail."""
        response = await self.request(method, path, body, **headers)
        assert response.is_client_error, f"{response.status_code} {response.text}"
        assert response.headers["content-type"].startswith("application/problem+json")
        return response.status_code, response.json()

    async def eventually(self, path: str, condition: Callable[[Any], bool], seconds: float = 15.0) -> Any:
        deadline = time.monotonic() + seconds
        while True:
            response = await self.request("GET", path)
            if response.is_success and condition(answer := response.json()):
                return answer
            assert time.monotonic() < deadline, f"{path} did not come to hold: {response.text[:2000]}"
            await anyio.sleep(0.03)


@dataclass
class Organisation:
    id: UUID
    name: str
    system: Client
    people: dict[str, tuple[UUID, Client]] = field(default_factory=dict)

    def id_of(self, person: str) -> UUID:
        return self.people[person][0]

    def __getitem__(self, person: str) -> Client:
        return self.people[person][1]


ROLES = {"sponsor": "sponsor", "manager": "alliance_manager", "delegate": "committee_member"}


@dataclass
class Circle:
    """A partnership and its organisations; each has a sponsor, an alliance manager and a committee member."""

    id: UUID
    organisations: list[Organisation]
    parties: list[UUID]
    producers: Producers
    bodies: list[dict[str, Any]]

    @property
    def path(self) -> str:
        return f"/partnerships/{self.id}"

    @property
    def first(self) -> Organisation:
        return self.organisations[0]

    async def advance(self, now: str) -> None:
        await self.first.system.post(f"{self.path}/clock", {"now": now})

    async def sign(self, version: dict[str, Any]) -> dict[str, Any]:
        """Every party's sponsor signs; returns the agreed version."""
        path = f"{self.path}/charter/versions/{version['version']}/signatures"
        for organisation in self.organisations:
            version = await organisation["sponsor"].post(path, {"hash": version["hash"]})
        return version

    async def agree(self, **changes: Any) -> dict[str, Any]:
        """Propose the charter with `changes` and sign it."""
        body = {**charter(), **changes}
        return await self.sign(await self.first["manager"].post(f"{self.path}/charter/versions", body))

    async def heard(self, name: str, count: int = 1) -> list[Told]:
        return await self.producers.heard(self.id, name, count)


class Scene:
    def __init__(self, stack: Stack, producers: Producers) -> None:
        self.stack, self.producers = stack, producers
        self.http = httpx.AsyncClient(base_url=stack.url("objectives"), timeout=30)

    async def __aenter__(self) -> Self:
        self.operator = self.client("operator", None)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    def client(self, kind: str, organisation: UUID | None, person: UUID | None = None, *scopes: str) -> Client:
        return Client(self.http, self.stack.token("objectives", kind, organisation, person, *scopes))

    async def organisation(self, name: str, *people: str) -> Organisation:
        made = await self.operator.post("/organisations", {"name": f"{name} {uuid4().hex[:6]}"})
        organisation_id = UUID(made["id"])
        scopes = ("organisation:admin", "clock:advance")
        organisation = Organisation(
            organisation_id, made["name"], self.client("system", organisation_id, None, *scopes)
        )
        for person in people:
            row = await organisation.system.post(f"/organisations/{organisation_id}/persons", {"name": person})
            person_id = UUID(row["id"])
            organisation.people[person] = (person_id, self.client("person", organisation_id, person_id))
        return organisation

    async def circle(self, *weights: str, clock: str = "replay", **formed: Any) -> Circle:
        """A partnership of one organisation for each weight."""
        weights = weights or ("0.4", "0.35", "0.25")
        organisations = [await self.organisation(f"Party {index}", *ROLES) for index in range(len(weights))]
        parties = [
            {
                "organisation_id": str(organisation.id),
                "weight": weight,
                "members": [{"person_id": str(organisation.id_of(p)), "role": role} for p, role in ROLES.items()],
            }
            for organisation, weight in zip(organisations, weights, strict=True)
        ]
        body = {"name": "Road safety", "clock": clock, "parties": parties, **formed}
        made = await organisations[0].system.post(
            "/partnerships", {**body, **({"starts_at": START} if clock == "replay" else {})}
        )
        found = {party["organisation_id"]: UUID(party["id"]) for party in made["parties"]}
        return Circle(
            UUID(made["id"]),
            organisations,
            [found[str(organisation.id)] for organisation in organisations],
            self.producers,
            parties,
        )
