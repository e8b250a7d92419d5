"""However the parties' proposals, signatures and withdrawals interleave over HTTP, they never agree on two texts."""

import asyncio
import hashlib

import asyncpg
import pytest
import rfc8785
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from objectives.charters import START, charter
from objectives.parties import ROLES, Scene
from support.plumbing import in_database

PARTIES = 3
BODY = charter()
WHY = {"reason": "We think again"}
party, behind = st.integers(0, PARTIES - 1), st.sampled_from([0, 0, 0, 1, 2])
ACTS = st.one_of(
    st.tuples(st.just("propose"), party, behind),
    st.tuples(st.just("sign"), party, behind),
    st.tuples(st.just("sign another's hash"), party, behind),
    st.tuples(st.just("withdraw signature"), party, behind),
    st.tuples(st.just("withdraw proposal"), party, behind),
)
SIGNATURES = [("sign", each, 0) for each in range(PARTIES)]


class Table:
    """The parties' clients, in a loop of their own, as the machine's rules are not coroutines."""

    def __init__(self, stack):
        self.stack, self.loop = stack, asyncio.new_event_loop()
        self.run(self._open())

    def run(self, work):
        return self.loop.run_until_complete(work)

    async def _open(self):
        self.scene = await Scene(self.stack, None).__aenter__()
        self.organisations = [await self.scene.organisation(f"Party {n}", *ROLES) for n in range(PARTIES)]

    async def form(self):
        parties = [
            {
                "organisation_id": str(organisation.id),
                "weight": "1",
                "members": [{"person_id": str(organisation.id_of(p)), "role": role} for p, role in ROLES.items()],
            }
            for organisation in self.organisations
        ]
        body = {"name": "Talks", "clock": "replay", "starts_at": START, "parties": parties}
        made = await self.organisations[0].system.post("/partnerships", body)
        order = {party["organisation_id"]: party["id"] for party in made["parties"]}
        return made["id"], [order[str(organisation.id)] for organisation in self.organisations]

    async def told(self, partnership):
        connection = await asyncpg.connect(in_database(self.stack.admin_dsn, "objectives"))
        try:
            query = (
                "SELECT data::json->>'version' FROM outbox WHERE partnership_id = $1 AND type = $2 ORDER BY position"
            )
            rows = await connection.fetch(query, partnership, "entente.objectives.charter_signed.v1")
        finally:
            await connection.close()
        return [int(row[0]) for row in rows]

    def close(self):
        self.run(self.scene.__aexit__())
        self.loop.close()


class Negotiating(RuleBasedStateMachine):
    table: Table

    @initialize()
    def meet(self):
        self.partnership, self.parties = self.table.run(self.table.form())
        self.path = f"/partnerships/{self.partnership}/charter"
        self.versions = {}
        self.charter = None

    @rule(acts=st.lists(ACTS, min_size=1, max_size=5))
    def act(self, acts):
        """Each acts on what was read before any of them acted, so that some are late."""
        self._do(acts)

    @rule(acts=st.lists(ACTS, max_size=3), place=st.integers(0, 3))
    def sign_together_while_others_act(self, acts, place):
        self._do([*acts[:place], *SIGNATURES, *acts[place:]])

    @rule(first=party, second=party)
    def propose_and_sign_in_turn(self, first, second):
        self._do([("propose", first, 0), ("propose", second, 0)])
        self._read()
        self._do(SIGNATURES)

    def _do(self, acts):
        newest = max(self.versions, default=0)
        answers = self.table.run(self._together([self._request(newest, *act) for act in acts]))
        for (kind, *_), answer in zip(acts, answers, strict=True):
            assert answer.status_code in {201, 403, 404, 409}, (kind, answer.text)
            if kind == "sign another's hash":
                assert answer.status_code != 201
        proposed = [
            answer.json()["version"]
            for (kind, *_), answer in zip(acts, answers, strict=True)
            if kind == "propose" and answer.status_code == 201
        ]
        assert len(proposed) == len(set(proposed)) <= 1

    async def _together(self, requests):
        return await asyncio.gather(*(who.request("POST", path, body) for who, path, body in requests))

    def _request(self, newest, kind, party, behind):
        number = max(0, newest - behind)
        sponsor, manager = (self.table.organisations[party][who] for who in ("sponsor", "manager"))
        if kind == "propose":
            return manager, f"{self.path}/versions", {**BODY, "based_on": number or None}
        one = f"{self.path}/versions/{max(1, number)}"
        if kind == "withdraw signature":
            return sponsor, f"{one}/signatures/withdrawal", WHY
        if kind == "withdraw proposal":
            return manager, f"{one}/withdrawal", WHY
        text = self.versions.get(number, {}).get("hash", "0" * 64) if kind == "sign" else "f" * 64
        return sponsor, f"{one}/signatures", {"hash": text}

    def _read(self):
        reader = self.table.organisations[0]["delegate"]
        before = self.versions
        self.versions = {
            row["version"]: row for row in self.table.run(reader.get(f"{self.path}/versions?limit=1000"))["items"]
        }
        answer = self.table.run(reader.request("GET", self.path))
        self.charter = answer.json() if answer.status_code == 200 else None
        for number, row in before.items():  # what was said once stays said
            assert self.versions[number]["hash"] == row["hash"]
            assert self.versions[number]["withdrawn"] >= row["withdrawn"]
            assert self.versions[number]["agreed"] >= row["agreed"]

    @invariant()
    def a_number_is_one_text_and_an_agreed_one_was_signed_by_every_party_with_its_hash(self):
        self._read()
        assert sorted(self.versions) == list(range(1, len(self.versions) + 1))
        for row in self.versions.values():
            assert hashlib.sha256(rfc8785.dumps(row["content"])).hexdigest() == row["hash"]
            signed = [(signature["party_id"], signature["hash"]) for signature in row["signatures"]]
            assert all(text == row["hash"] for _, text in signed)
            assert len({each for each, _ in signed}) == len(signed)
            assert row["agreed"] is ({each for each, _ in signed} == set(self.parties))
            assert not (row["agreed"] and row["withdrawn"])

    @invariant()
    def the_charter_in_force_is_the_newest_that_is_agreed(self):
        agreed = max((number for number, row in self.versions.items() if row["agreed"]), default=None)
        assert (self.charter and self.charter["version"]) == agreed
        assert agreed is None or self.charter["hash"] == self.versions[agreed]["hash"]

    def teardown(self):
        """Whatever came before, the parties can still agree; and each agreement was told once, in order."""
        if hasattr(self, "versions"):
            self.propose_and_sign_in_turn(0, 1)
            self._read()
            assert self.versions[max(self.versions)]["agreed"]
            agreed = [number for number, row in self.versions.items() if row["agreed"]]
            assert self.table.run(self.table.told(self.partnership)) == agreed


@pytest.fixture
def table(objectives_stack):
    table = Table(objectives_stack)
    yield table
    table.close()


@pytest.mark.slow
def test_no_interleaving_over_http_agrees_on_two_texts(table):
    Negotiating.table = table
    run_state_machine_as_test(
        Negotiating,
        settings=settings(
            max_examples=6,
            stateful_step_count=8,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
