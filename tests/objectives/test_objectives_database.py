"""The tables: as the models say, and under row-level security."""

import asyncpg
import pytest
from objectives.tables import dsn, migrate

from entente_objectives.tables import metadata

OUTSIDE = {"organisation", "person"}


@pytest.fixture
async def application(objectives_stack):
    connection = await asyncpg.connect(dsn(objectives_stack.admin_dsn))
    yield connection
    await connection.close()


def test_the_migrations_make_the_tables_of_the_models(objectives_stack):
    done = migrate(objectives_stack.admin_dsn, "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_tenant_table_starts_with_the_partnership_and_refers_inside_it():
    for table in metadata.tables.values():
        if table.name in OUTSIDE:
            continue
        assert next(column.name for column in table.primary_key.columns) == "partnership_id", table.name
        for reference in table.foreign_key_constraints:
            assert reference.column_keys[0] == "partnership_id", (table.name, reference.name)


@pytest.mark.parametrize("table", sorted(set(metadata.tables)))
async def test_without_a_caller_no_row_is_there(scene, application, table):
    await scene.circle("1", "1")
    if table == "organisation":
        return
    assert await application.fetchval(f"SELECT count(*) FROM {table}") == 0
    forced = await application.fetchval("SELECT relforcerowsecurity FROM pg_class WHERE relname = $1", table)
    assert forced is True


async def test_another_partnerships_rows_can_neither_be_seen_nor_written(scene, application):
    mine, other = await scene.circle("1", "1"), await scene.circle("1", "1")
    async with application.transaction():
        settings = {"organisation_id": mine.first.id, "person_id": mine.first.id_of("sponsor")}
        for name, value in settings.items():
            await application.execute("SELECT set_config($1, $2, true)", f"entente.{name}", str(value))
        seen = await application.fetch("SELECT partnership_id FROM party")
        assert {row["partnership_id"] for row in seen} == {mine.id}
        persons = await application.fetch("SELECT organisation_id FROM person")
        assert {row["organisation_id"] for row in persons} == {mine.first.id}
        assert (
            await application.execute("UPDATE party SET weight = 9 WHERE partnership_id = $1", other.id) == "UPDATE 0"
        )
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with application.transaction():
                await application.execute("INSERT INTO charter (partnership_id, newest) VALUES ($1, 1)", other.id)
