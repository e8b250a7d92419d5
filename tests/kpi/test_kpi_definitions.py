"""Defining and reading KPIs."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kpi.kpi_world import RULE

from entente_kpi.definitions.domain import LONGEST, InvalidRetention, Retention, check_retention
from entente_kpi.units.domain.syntax import InvalidUnit, check_unit
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
        ({"name": None}, "/name"),
        ({"unit": "persons per month"}, "/unit"),
        ({"level": "personal"}, "/level"),
        ({"retention": {"day": "P1D"}}, "/retention/day"),
        ({"sources": ["01939f61-2d01-7f61-b141-a3548fc06001"]}, "/sources/0"),
        ({"template": "wishful_thinking"}, "/template"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_a_definition_that_makes_no_sense_names_the_field(kpis, change, pointer):
    answer = await kpis.http.post("/kpis", json={**BODY, **change})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_template_fills_in_what_is_left_out(kpis):
    listed = {each["key"]: each for each in (await kpis.get("/../../kpi-templates"))["items"]}
    assert {"revenue_generated", "projects_completed", "customer_satisfaction", "speed_of_execution"} <= set(listed)
    french = {"Accept-Language": "fr"}
    for key, template in listed.items():
        made = (await kpis.http.post("/kpis", json={"template": key}, headers=french)).json()
        same = ("unit", "level", "direction", "aggregation", "cadence", "rule")
        assert {name: made[name] for name in same} == {name: template[name] for name in same}
        assert made["template"] == key
        assert made["name"] != template["name"]
    body = {"template": "revenue_generated", "name": "Sales", "unit": "CHF", "description": None, "cadence": "P7D"}
    made = (await kpis.http.post("/kpis", json=body)).json()
    assert {name: made[name] for name in body} == body
    assert made["aggregation"] == "sum"


@pytest.mark.parametrize("missing", ["name", "unit", "cadence", "rule"])
async def test_without_a_template_what_it_would_fill_in_must_be_given(kpis, missing):
    answer = await kpis.http.post("/kpis", json={name: value for name, value in BODY.items() if name != missing})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{missing}")


UNITS = [
    "1", "{person}/mo", "%", "EUR", "EUR/h", "m/s2", "kg.m/s2", "10*3/uL", "mm[Hg]", "/min", "(m.s)/K", "[in_i]", "m{x}", "100",
    "J/(kg.K)", "mo", "kW.h", "MiBy", "Cel", "{a}/{b}", "m-1", "dar",
]  # fmt: skip
NO_UNITS = {
    "{a}{b}": 4, "": 1, "persons": 1, "EURO": 1, "m//s": 3, "m^2": 2, "m s": 2, "(m": 3, "m)": 2, "{": 1, "€": 1, "fEUR": 1,
    "{pér}": 1, "m-": 2, "m0": 2, "/": 2, ".": 1, " 1": 1, "m\n": 2, "(" * 50: 11, "m" + ".m" * 50: 61, "m.": 3, "{a b}": 1,
}  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_units_of_ucum_and_currencies_are_read(unit):
    check_unit(unit)


@pytest.mark.parametrize("unit", NO_UNITS)
def test_what_cannot_be_read_as_a_unit_is_refused_at_its_place(unit):
    with pytest.raises(InvalidUnit) as refused:
        check_unit(unit)
    assert refused.value.params["position"] == NO_UNITS[unit]


@given(st.text(alphabet="m/s.(){}12[]%EURkg*^-+' é", max_size=70))
def test_any_text_is_read_or_refused_as_a_unit(unit):
    refused = None
    try:
        check_unit(unit)
    except InvalidUnit as problem:
        refused = problem
    assert refused is None or 1 <= refused.params["position"] <= len(unit) + 1


kept = st.none() | st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=30_000))


@given(st.tuples(kept, kept, kept, kept))
def test_what_is_coarser_is_kept_at_least_as_long(durations):
    lengths = [LONGEST * 2 if each is None else each for each in durations]
    try:
        check_retention(Retention(*durations))
    except InvalidRetention:
        assert lengths != sorted(lengths)
    else:
        assert lengths == sorted(lengths)


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
