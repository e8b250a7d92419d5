"""Nobody sees what is not theirs: every operation of the merged OpenAPI document, for every kind of stranger."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib import resources
from uuid import uuid4

import asyncpg
import httpx
import pytest
from loop.partnership import Partnership, found
from support.plumbing import in_database
from support.stack import DATABASES
from support.world import Client, Organisation, World

from entente_shared.events.objectives import Role
from entente_shared.web import dependencies

DOCUMENT = json.loads((resources.files("entente_gateway") / "openapi.json").read_text())
METHODS = ("get", "post", "put", "patch", "delete")
TENANT = [
    (method.upper(), path)
    for path, operations in sorted(DOCUMENT["paths"].items())
    if "{partnership_id}" in path
    for method in METHODS
    if method in operations
]
READS = [path for method, path in TENANT if method == "GET"]
CANARY = "canary5c1e"
# What a read cannot do without.
QUERIES = {
    "/v1/partnerships/{partnership_id}/samples/whereabouts": {"name": f"{CANARY}.v", "at": "2026-02-01T00:00:00Z"},
    "/v1/partnerships/{partnership_id}/calendars/{calendar_id}/occurrences": {
        "from": "2026-02-01T00:00:00Z",
        "to": "2026-02-02T00:00:00Z",
    },
    "/v1/partnerships/{partnership_id}/ingest/influx/query": {"q": "SHOW DATABASES"},
    "/v1/partnerships/{partnership_id}/charter/differences": {"from": 1, "to": 1},
    "/v1/partnerships/{partnership_id}/feedback-trend": {"subject_kind": "partnership", "subject_id": str(uuid4())},
    "/v1/partnerships/{partnership_id}/rituals/{ritual_id}/attendances": {"occurs_at": "2026-01-01T00:00:00Z"},
    "/v1/partnerships/{partnership_id}/rituals/{ritual_id}/occurrences": {
        "from": "2026-01-01T00:00:00Z",
        "to": "2026-02-01T00:00:00Z",
    },
    "/v1/partnerships/{partnership_id}/goals/{goal_id}/revisions/differences": {"before": "1", "after": "1"},
}
# Reads that tell clients of other systems nothing of the partnership; strangers are refused by the own check alone.
OF_NOBODY = [path for path in READS if "/ingest/influx/" in path]


@dataclass
class Scene:
    """A partnership with content in every service, and those who have no part in it."""

    partnership: Partnership
    stranger: Organisation
    outsider: Client  # a person of a party's organisation, but no member
    operator: Client
    ids: dict[str, str]

    def path(self, template: str) -> str:
        ids = {**self.ids, "kpi_id": self.ids["derived_id"]} if "/formula" in template else self.ids
        return re.sub(r"\{(\w+)\}", lambda found: ids.get(found.group(1), str(uuid4())), template)


@pytest.fixture(scope="module")
async def scene(stack) -> AsyncIterator[Scene]:
    async with World(stack) as world:
        partnership = await found(world, "2026-01-01T00:00:00Z")
        kpi = await partnership.define_kpi(f"{CANARY} KPI")
        derived = await partnership.define_kpi(f"{CANARY} derived KPI")
        formula = {"formula": "kpi * 2", "inputs": {"kpi": kpi}}
        await partnership.manager.request("PUT", partnership.path(f"/kpis/{derived}/formula"), json=formula)
        objective = {
            "key": "fewer", "title": f"{CANARY} objective", "kpi_id": kpi, "baseline": 100.0, "target": 50.0,
            "starts_at": "2026-01-01T00:00:00Z", "due_at": "2026-12-31T00:00:00Z",
        }  # fmt: skip
        await partnership.sign_charter(objectives=[objective])
        samples = [
            {"kpi_id": kpi, "at": f"2026-0{month}-01T00:00:00Z", "value": 100.0 + month} for month in range(2, 7)
        ]
        await partnership.system.post(partnership.path("/samples"), {"samples": samples})
        deviations = await partnership.manager.eventually(partnership.path("/deviations"), lambda page: page["items"])
        line = f"{CANARY} v=1 1769904000000000000"
        pushed = await partnership.system.request("POST", partnership.path("/ingest/influx/write"), content=line)
        assert pushed.status_code == 204, pushed.text
        mapping = {"kpi_id": kpi, "name": f"{CANARY} of another name"}
        mapping_id = (await partnership.post("/sources/mappings", mapping))["id"]
        resource = {"name": f"{CANARY} resource", "unit": "h", "capacity": [10.0]}
        resource_id = (await partnership.post("/resources", resource))["id"]
        need = {"name": f"{CANARY} need", "resource_ids": [resource_id], "most": 5.0, "priority": 1.0}
        need_id = (await partnership.post("/needs", need))["id"]
        allocation = await partnership.post("/allocations", {})
        contest = await partnership.post(
            f"/kpis/{kpi}/contests", {"at": "2026-02-01T00:00:00Z", "reason": f"{CANARY} reason"}
        )
        case = await partnership.post("/cases", {"title": f"{CANARY} case"})
        confided = await _confide(partnership)
        granted = await _grant(partnership)
        owner = (await partnership.items("/members"))[0]["id"]
        goal = {
            "statement": f"{CANARY} goal of all", "level": "strategic", "measure": "children", "owner_member_id": owner,
            "due_at": "2026-12-31T00:00:00Z",
        }  # fmt: skip
        goal_id = (await partnership.post("/goals", goal))["id"]
        roadmap = await _plan(partnership)
        sagas = await partnership.manager.eventually(partnership.path("/sagas"), lambda page: page["items"])
        ids = {
            "partnership_id": partnership.id,
            "kpi_id": kpi,
            "derived_id": derived,
            "version": "1",
            "objective_id": (await partnership.items("/objectives"))[0]["id"],
            "deviation_id": deviations["items"][0]["id"],
            "case_id": case["id"],
            "contest_id": contest["id"],
            "goal_id": goal_id,
            "resource_id": resource_id,
            "need_id": need_id,
            "allocation_id": allocation["id"],
            "mapping_id": mapping_id,
            "series_id": (await partnership.items("/quarantine/series"))[0]["id"],
            "correlation_id": sagas["items"][0]["correlation_id"],
            **confided,
            **granted,
            **await _exchange(partnership, kpi),
            **roadmap,
        }
        stranger = await world.organisation("Stranger", "person")
        ministry = partnership.organisations["Ministry"]
        person = await ministry.system.post(f"/v1/organisations/{ministry.id}/persons", {"name": "Outsider"})
        key = await world._key(
            kind="person", organisation_id=str(ministry.id), person_id=person["id"], label="outsider"
        )
        yield Scene(partnership, stranger, Client(world, key), world.operator, ids)


async def _confide(partnership: Partnership) -> dict[str, str]:
    """A closed survey that the manager answered, an interview, a benefit that was had and a cost."""
    party, now = partnership.parties["Ministry"], "2026-01-01T00:00:00Z"
    question = {"key": "trust", "text": f"{CANARY} question", "kind": "satisfaction"}
    survey = {"title": f"{CANARY} survey", "questions": [question], "closes_at": "2026-12-01T00:00:00Z"}
    survey_id = (await partnership.post("/surveys", survey))["id"]
    path = partnership.path(f"/surveys/{survey_id}")
    await partnership.manager._ok("PUT", f"{path}/sheet", json={"answers": {"trust": 51}})
    await partnership.manager.post(f"{path}/closure")
    codes = [{"theme": CANARY, "valence": 1, "quote": CANARY, "share_quote": True}]
    interview = {"party_id": party, "held_at": now, "codes": codes}
    interviews = [(await partnership.post("/interviews", interview))["id"] for _ in range(5)]
    money = {"amount": "12.50", "currency": "EUR"}
    benefit = {
        "title": f"{CANARY} benefit", "kind": "synergy", "expected": {"money": money}, "expected_at": now,
        "beneficiaries": [{"party_id": party, "share": "1"}],
    }  # fmt: skip
    benefit_id = (await partnership.post("/benefits", benefit))["id"]
    realisation = {"at": now, "value": {"money": money}, "note": CANARY}
    realised = await partnership.post(f"/benefits/{benefit_id}/realisations", realisation)
    cost = await partnership.post("/costs", {"title": f"{CANARY} cost", "amount": money, "at": now})
    return {
        "survey_id": survey_id,
        "interview_id": interviews[0],
        "benefit_id": benefit_id,
        "realisation_id": realised["id"],
        "cost_id": cost["id"],
    }


async def _grant(partnership: Partnership) -> dict[str, str]:
    """A comment on the charter, and a document that the manager's party grants another."""
    await partnership.post("/charter/versions/1/comments", {"text": f"{CANARY} comment"})
    body = {"title": f"{CANARY} document", "text": f"{CANARY} text", "visibility": "named"}
    document_id = (await partnership.post("/documents", body))["id"]
    reader = next(party for name, party in partnership.parties.items() if name != "Ministry")
    grant = {
        "record": "document", "record_id": document_id, "readers": [reader], "purpose": f"{CANARY}-purpose",
        "expires_at": "2030-01-01T00:00:00Z",
    }  # fmt: skip
    return {"document_id": document_id, "grant_id": (await partnership.post("/grants", grant))["id"]}


async def _exchange(partnership: Partnership, kpi: str) -> dict[str, str]:
    """A discussion, a message, a link, and what makes parties a community."""
    members = await partnership.items("/members")
    mine, other = partnership.parties["Ministry"], next(p for n, p in partnership.parties.items() if n != "Ministry")
    own = next(row for row in members if row["party_id"] == mine)
    theirs = next(row for row in members if row["party_id"] == other)
    subject, words = {"kind": "kpi", "id": kpi}, {"title": CANARY, "text": CANARY}
    days = {"starts_at": "2026-03-01T00:00:00Z", "ends_at": "2026-03-02T00:00:00Z"}
    bodies = {
        "discussion": ("discussions", {"topic": CANARY, "subject": subject}),
        "message": ("messages", {**words, "type": "concern", "urgency": "high", "party_ids": [mine], "roles": ["sponsor"]}),
        "feedback": ("feedback", {"subject": subject, "rating": 3, "text": CANARY}),
        "workspace": (
            "workspaces",
            {"title": CANARY, "url": "https://docs.example.org/", "kind": "folder", "owner_member_id": own["id"]},
        ),
        "recognition": ("recognitions", {"title": CANARY, "reason": CANARY, "member_id": theirs["id"]}),
        "ritual": (
            "rituals",
            {"title": CANARY, "purpose": CANARY, "rule": "FREQ=DAILY", "starts_at": "2026-01-01T00:00:00Z"},
        ),
        "gathering": ("gatherings", {"title": CANARY, "purpose": CANARY, **days}),
        "idea": ("ideas", words),
        "project": (
            "cross-projects",
            {
                "title": CANARY, "aim": CANARY, "lead_member_id": own["id"], "party_ids": [mine, other],
                "starts_on": "2026-03-01", "ends_on": "2026-04-01",
            },
        ),
        "secondment": (
            "secondments",
            {
                "seconded_person_id": own["person_id"], "from_party_id": mine, "to_party_id": other,
                "from_on": "2036-03-01", "to_on": "2036-04-01", "purpose": CANARY,
            },
        ),
    }  # fmt: skip
    made = {f"{name}_id": (await partnership.post(f"/{path}", body))["id"] for name, (path, body) in bodies.items()}
    post = {"text": CANARY, "mentions": [own["id"]]}
    return {**made, "post_id": (await partnership.post(f"/discussions/{made['discussion_id']}/posts", post))["id"]}


async def _plan(partnership: Partnership) -> dict[str, str]:
    """A roadmap with content in each of its tables."""
    hours = {"rrule": "FREQ=DAILY", "first_on": "2026-01-01", "opens": "09:00", "closes": "17:00"}
    calendar = {"name": f"{CANARY} calendar", "zone": "Europe/London", "hours": [hours]}
    calendar_id = (await partnership.post("/calendars", calendar))["id"]
    own = (await partnership.manager.get(partnership.path(f"/calendars/{calendar_id}")))["party_id"]
    member = next(row["id"] for row in await partnership.items("/members") if row["party_id"] == own)
    action = {"title": f"{CANARY} action", "duration": 1, "calendar_ids": [calendar_id], "accountable_id": member}
    actions = [(await partnership.post("/roadmap/actions", action))["id"] for _ in range(2)]
    waits = {"before_id": actions[0], "after_id": actions[1]}
    dependency_id = (await partnership.post("/roadmap/dependencies", waits))["id"]
    milestone = {"title": f"{CANARY} milestone", "due_on": "2026-12-01", "action_ids": actions}
    milestone_id = (await partnership.post("/roadmap/milestones", milestone))["id"]
    schedule_id = (await partnership.post("/roadmap/schedules", {}))["id"]
    return {
        "calendar_id": calendar_id,
        "action_id": actions[0],
        "dependency_id": dependency_id,
        "milestone_id": milestone_id,
        "schedule_id": schedule_id,
    }


@pytest.mark.parametrize(("method", "template"), TENANT)
async def test_a_stranger_finds_nothing_at_any_tenant_route(scene, method, template):
    strangers = {
        "person": scene.stranger.person("person"),
        "system": scene.stranger.system,
        "no member": scene.outsider,
        "operator": scene.operator,
    }
    for kind, client in strangers.items():
        answer = await client.request(method, scene.path(template), json={})
        assert answer.status_code == 404, (kind, answer.text)
        assert CANARY not in answer.text


@pytest.mark.parametrize(("method", "template"), TENANT)
async def test_without_a_valid_key_there_is_only_401(scene, method, template):
    for headers in (
        {},
        {"Authorization": "Bearer ent_live_000000000000000000000000000000000000"},
        {"Authorization": "Basic eA=="},
    ):
        async with httpx.AsyncClient(base_url=scene.partnership.manager._http.base_url, headers=headers) as http:
            answer = await http.request(method, scene.path(template), json={})
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


@pytest.mark.parametrize("template", READS)
async def test_a_member_does_find_something_there(scene, template):
    """The counterpart, so that a route which answers 404 to everybody does not pass for isolated."""
    if set(re.findall(r"\{(\w+)\}", template)) <= set(scene.ids):
        answer = await scene.partnership.manager.request("GET", scene.path(template), params=QUERIES.get(template))
        assert answer.status_code == (204 if template.endswith("/ping") else 200), answer.text


@pytest.mark.parametrize("template", [path for path in READS if path not in OF_NOBODY])
async def test_row_level_security_hides_every_row_when_the_own_check_is_off(scene, template, monkeypatch):
    """The application believes here that the stranger is a member with every role; the database does not."""
    load = dependencies.load_member
    party = next(iter(scene.partnership.parties.values()))

    async def admit(session, caller, partnership_id):
        if caller.organisation_id != scene.stranger.id:
            return await load(session, caller, partnership_id)
        return dependencies.Member(partnership_id, caller.organisation_id, party, frozenset(Role), (), caller)

    monkeypatch.setattr(dependencies, "load_member", admit)
    for client in (scene.stranger.person("person"), scene.stranger.system):
        answer = await client.request("GET", scene.path(template), params=QUERIES.get(template))
        assert CANARY not in answer.text
        assert answer.status_code in (200, 404), answer.text
        if answer.status_code == 200:
            assert _empty(answer), answer.text


def _empty(response) -> bool:
    """A table without rows, an iCalendar object without events, a page without items, a tree without nodes, a sample that is nowhere,
    a trend of nothing; or the default ladder or protocol, which is no row but what every partnership without a charter has.
    """
    if response.headers["content-type"].startswith("text/csv"):
        return len(response.text.splitlines()) == 1
    if response.headers["content-type"].startswith("text/calendar"):
        return "BEGIN:VEVENT" not in response.text
    answer = response.json()
    nowhere = answer.get("state") == "unknown" and answer["value"] is None
    unrated = answer.get("count") == 0 and answer["months"] == []
    nothing = [] in (answer.get("items"), answer.get("nodes"))
    return nothing or nowhere or unrated or answer.get("charter_version", 0) is None


async def test_lists_outside_partnerships_show_only_what_is_mine(scene):
    for path in (
        "/v1/partnerships",
        "/v1/organisations",
        "/v1/keys",
        "/v1/me",
        *(f"/v1/{name}/dead-letters" for name in ("kpi", "objectives")),
    ):
        for client in (scene.stranger.person("person"), scene.stranger.system):
            answer = await client.request("GET", path)
            assert answer.status_code == 200, answer.text
            assert scene.partnership.id not in answer.text
            for organisation in scene.partnership.organisations.values():
                assert str(organisation.id) not in answer.text
    ministry = scene.partnership.organisations["Ministry"]
    for path in (f"/v1/organisations/{ministry.id}", f"/v1/organisations/{ministry.id}/persons"):
        answer = await scene.stranger.system.request("GET", path)
        assert answer.status_code in (403, 404)


async def test_the_stream_shows_a_stranger_nothing(scene):
    """Both read from the start: when a member has all of it, the stranger, who asked first, has none."""
    stranger = scene.stranger.person("person")._http
    async with stranger.stream("GET", "/v1/events", headers={"Last-Event-ID": "0"}) as theirs:
        assert theirs.status_code == 200
        async with scene.partnership.manager._http.stream("GET", "/v1/events", headers={"Last-Event-ID": "0"}) as ours:
            async for line in ours.aiter_lines():
                if scene.ids["correlation_id"] in line:
                    break
        seen = ""
        async for piece in theirs.aiter_text():
            seen += piece
            if seen.count("\n:") >= 2:  # two heartbeats later nothing has come
                break
    assert scene.partnership.id not in seen
    assert "data:" not in seen
    answer = await scene.stranger.person("person").request("GET", f"/v1/events?partnership_id={scene.partnership.id}")
    assert answer.status_code == 404


async def test_a_revoked_key_opens_nothing(scene):
    async with World(scene.partnership.manager._world.stack) as world:
        made = await world.operator.post("/v1/keys", {"kind": "operator", "label": "short-lived"})
        client = Client(world, made["secret"])
        assert (await client.request("GET", "/v1/me")).status_code == 200
        await world.operator.delete(f"/v1/keys/{made['id']}")

        async def refused() -> bool:
            return (await client.request("GET", "/v1/me")).status_code == 401

        from support.waiting import eventually

        await eventually(refused, 3)
        assert await refused()


PLUMBING = {"outbox", "parked_event", "timer", "partnership_clock"}


@pytest.mark.parametrize("service", DATABASES)
async def test_every_tenant_table_is_under_forced_row_level_security(stack, service):
    connection = await asyncpg.connect(in_database(stack.admin_dsn, service))
    try:
        rows = await connection.fetch(
            """SELECT c.relname AS name, c.relforcerowsecurity AND c.relrowsecurity AS forced,
                      (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
                      (SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
                        WHERE i.indrelid = c.oid AND i.indisprimary) AS first_key
                 FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = 'partnership_id'
                WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"""
        )
        role = await connection.fetchrow(
            "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = $1", f"entente_{service}"
        )
        owned = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE tableowner = $1", f"entente_{service}")
    finally:
        await connection.close()
    tenants = [row for row in rows if row["name"] not in PLUMBING]
    assert tenants
    assert {row["name"]: (row["forced"], row["policies"] > 0) for row in tenants} == {
        row["name"]: (True, True) for row in tenants
    }
    assert all(row["first_key"] == "partnership_id" for row in tenants if row["name"] != "event_log")
    assert (role["rolsuper"], role["rolbypassrls"], owned) == (False, False, 0)
