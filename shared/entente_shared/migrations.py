"""What a service's Alembic environment and migrations need."""

import asyncio
import os
from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from . import plumbing

_FUNCTIONS = """
CREATE FUNCTION entente_setting(name text) RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('entente.' || name, true), '')::uuid $$;

CREATE FUNCTION entente_partnerships() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
  SELECT partnership_id FROM membership
   WHERE active AND organisation_id = entente_setting('organisation_id')
     AND (CASE WHEN entente_setting('person_id') IS NULL THEN person_id IS NULL ELSE person_id = entente_setting('person_id') END)
  UNION SELECT entente_setting('partnership_id') WHERE entente_setting('partnership_id') IS NOT NULL
$$;

CREATE FUNCTION entente_now(partnership uuid) RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT coalesce((SELECT replayed_now FROM partnership_clock WHERE partnership_id = partnership), now()) $$;
"""
KINDS: dict[str, Any] = {
    "uuid": sa.Uuid(), "uuids": sa.ARRAY(sa.Uuid()), "text": sa.Text(), "texts": sa.ARRAY(sa.Text()), "choice": sa.String(40),
    "flag": sa.Boolean(), "json": JSONB(), "whole": sa.BigInteger(), "float": sa.Double(), "decimal": sa.Numeric(),
    "moment": sa.DateTime(timezone=True), "day": sa.Date(), "span": sa.Interval(), "bytes": sa.LargeBinary(),
}  # fmt: skip
_POLICY = "partnership_id = ANY (ARRAY(SELECT entente_partnerships()))"


def create_plumbing() -> None:
    """Create the tables of `plumbing`, and the functions that row-level security and the partnership clock rest on.

    The function that reads `membership` runs as its owner, who bypasses row-level security: a policy that read its own
    table would recurse.
    """
    plumbing.metadata.create_all(op.get_bind(), checkfirst=False)
    for statement in _FUNCTIONS.split(";\n\n"):
        op.execute(statement)
    protect("membership")


def drop_plumbing() -> None:
    for function in ("entente_now(uuid)", "entente_partnerships()", "entente_setting(text)"):
        op.execute(f"DROP FUNCTION {function} CASCADE")
    plumbing.metadata.drop_all(op.get_bind(), checkfirst=False)


def protect(*tables: str) -> None:
    """Put tables under FORCE row-level security: a row is there only for those in its partnership."""
    for table in tables:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} USING ({_POLICY}) WITH CHECK ({_POLICY})")


def columns(text: str) -> list[sa.Column[Any]]:
    """`name text, due_on day?`: columns by name and kind (`KINDS`), nullable with a question mark."""
    pairs = [part.split() for part in text.split(",")]
    return [
        sa.Column(name, KINDS[kind.rstrip("?")], nullable=kind.endswith("?"), autoincrement=False)
        for name, kind in pairs
    ]


def create_tenant_table(table: str, text: str, *constraints: Any, key: str = "id") -> None:
    """Create a table of `columns(text)` whose primary key starts with the partnership, and goes on with `key`."""
    own = columns("partnership_id uuid" + (", id uuid" if key == "id" else ""))
    primary = sa.PrimaryKeyConstraint("partnership_id", *key.split(), name=f"pk_{table}")
    op.create_table(table, *own, *columns(text), primary, *constraints)


def refers(table: str, names: str, to: str, keys: str = "id") -> sa.ForeignKeyConstraint:
    """A foreign key inside the partnership."""
    here = ("partnership_id", *names.split())
    there = [f"{to}.{key}" for key in ("partnership_id", *keys.split())]
    return sa.ForeignKeyConstraint(here, there, name=f"fk_{table}_{'_'.join(here)}")


def run(metadata: MetaData) -> None:
    """The whole of a service's `env.py`: run migrations as the owner role, one at a time (advisory lock)."""
    asyncio.run(_run(metadata))


async def _run(metadata: MetaData) -> None:
    engine = create_async_engine(os.environ["ENTENTE_OWNER_DATABASE_URL"], poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(text("SELECT pg_advisory_lock(hashtext('entente_migrations'))"))
        await connection.execute(text("SET lock_timeout = '5s'"))
        await connection.commit()
        await connection.run_sync(_migrate, metadata)
    await engine.dispose()


def _migrate(connection: Connection, metadata: MetaData) -> None:
    context.configure(
        connection=connection,
        target_metadata=[metadata, plumbing.metadata],
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
