"""Defining and reading KPIs."""

from uuid import uuid4

import pytest
from kpi.kpi_world import RULE

from entente_shared.events.objectives import Role

BODY = {"name": "Speed", "unit": "1", "cadence": "P1D", "rule": RULE}


async def test_a_defined_kpi_is_told_of_with_its_rule(kpis):
    kpi = await kpis.define(**{"for": "PT1H", "keep": "P1D", "stale_after": "P3D"})
    [told] = await kpis.events("kpi_changed")
    assert told.data["kpi_id"] == str(kpi.id)
    assert told.data["rule"] == {
        "theta_on": -0.25, "theta_off": -0.1, "for_": "PT1H", "keep": "P1D", "stale_after": "P3D", "evaluation_delay": "PT0S", "version": 1,
        "burn": None,
    }  # fmt: skip
    read = await kpis.get(f"/kpis/{kpi.id}")
    assert read["rule"]["for"] == "PT1H"
    assert (read["state"], read["latest_at"], read["rule_version"]) == ("ok", None, 1)


async def test_kpis_are_listed_page_by_page_to_their_partnership_alone(kpis, found):
    made = [str((await kpis.define()).id) for _ in range(3)]
    await (await found()).define()
    page = await kpis.get("/kpis", limit=2)
    rest = await kpis.get("/kpis", limit=2, cursor=page["next_cursor"])
    assert [each["id"] for each in page["items"] + rest["items"]] == made
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"rule": {"theta_on": -0.1, "theta_off": -0.1}}, "/rule/theta_off"),
        ({"rule": {**RULE, "for": "P1M"}}, "/rule/for"),
        ({"rule": {**RULE, "for_": "P1D"}}, "/rule/for_"),
        ({"cadence": "PT0S"}, "/cadence"),
        ({"on_conflict": "ignore"}, "/on_conflict"),
        ({"name": ""}, "/name"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_a_definition_that_makes_no_sense_names_the_field(kpis, change, pointer):
    answer = await kpis.http.post("/kpis", json={**BODY, **change})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_who_may_define(kpis, found):
    statuses = {role: (await (await kpis.member(role)).post("/kpis", json=BODY)).status_code for role in Role}
    allowed = {Role.SPONSOR, Role.ALLIANCE_MANAGER}
    assert statuses == {role: 201 if role in allowed else 403 for role in Role}
    stranger = kpis.client("system", (await found()).organisation, None, "organisation:admin")
    kpi = await kpis.define()
    for path in (
        "/kpis",
        f"/kpis/{kpi.id}",
        f"/kpis/{kpi.id}/samples",
        f"/kpis/{kpi.id}/progress",
        "/deviations",
        "/verifications",
    ):
        assert (await stranger.get(path)).status_code == 404
    assert (await kpis.http.get(f"/kpis/{uuid4()}")).status_code == 404


async def test_every_tenant_table_is_under_forced_row_level_security(kpis):
    await (await kpis.define()).push({0: 1.0})
    tables = await kpis.admin.fetch(
        "SELECT relname, relforcerowsecurity FROM pg_class c JOIN information_schema.columns i ON i.table_name = relname"
        " WHERE column_name = 'partnership_id' AND relkind = 'r' AND table_schema = 'public'"
    )
    outside = {row["relname"] for row in tables if not row["relforcerowsecurity"]}
    assert outside == {
        "outbox",
        "timer",
        "parked_event",
        "partnership_clock",
    }  # queues of ids, and the plumbing's clock
    async with kpis.database.transaction() as session:
        connection = await session.connection()
        for row in tables:
            if row["relforcerowsecurity"]:
                seen = await connection.exec_driver_sql(f"SELECT count(*) FROM {row['relname']}")
                assert seen.scalar_one() == 0, row["relname"]
