"""Samples packed, many to a row, with rollups; `sample` becomes a view of plain rows for reporting tools.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

from entente_shared.migrations import protect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TENANT_TABLES = ("fresh", "chunk", "rollup")
_uuid, _number, _bytes = sa.Uuid(), sa.BigInteger(), sa.LargeBinary()

# The same rule as entente_kpi.series.domain.packing. `packed || ''` fetches the whole once, not a slice for each number.
_UNPACK = """
CREATE FUNCTION entente_unpack(amount bigint, packed bytea) RETURNS TABLE (place bigint, number bigint)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  WITH whole AS MATERIALIZED (SELECT packed || ''::bytea AS content),
  head AS MATERIALIZED (
    SELECT content, substring(content FROM 1 FOR 8)::bigint AS base, substring(content FROM 9 FOR 8)::bigint AS step,
           substring(content FROM 17 FOR 8)::bigint AS unit, get_byte(content, 24) AS bits, get_byte(content, 25) AS summed
      FROM whole),
  units AS (
    SELECT i, base, step, unit, summed, CASE bits
             WHEN 0 THEN 0
             WHEN 64 THEN substring(content FROM 27 + 8 * i::integer FOR 8)::bigint
             ELSE (substring(content FROM 27 + (i * bits / 8)::integer FOR 8)::bigint >> (64 - bits - (i * bits % 8)::integer))
                  & ((1::bigint << bits) - 1) END AS u
      FROM head, generate_series(0, amount - 1) AS i)
  SELECT i, base + i * step + unit * CASE summed WHEN 1 THEN (sum(u) OVER (ORDER BY i))::bigint ELSE u END FROM units
$$
"""
_FLOAT = """
CREATE FUNCTION entente_float8(ordered bigint) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN bits < 0 THEN -1 ELSE 1 END * CASE (bits >> 52) & 2047
           WHEN 0 THEN (bits & 4503599627370495)::float8 * power(2::float8, -1074)
           ELSE ((bits & 4503599627370495) + 4503599627370496)::float8 * power(2::float8, ((bits >> 52) & 2047) - 1075) END
    FROM (SELECT CASE WHEN ordered < 0 THEN ordered # 9223372036854775807 ELSE ordered END AS bits) AS double
$$
"""
_VIEW = """
CREATE VIEW sample WITH (security_invoker = true) AS
SELECT partnership_id, kpi_id, timestamptz 'epoch' + moment.number * interval '1 microsecond' AS at,
       CASE scale WHEN -1 THEN entente_float8(worth.number) ELSE worth.number / power(10::float8, scale) END AS value
  FROM (SELECT * FROM chunk UNION ALL SELECT * FROM fresh) AS packed
  CROSS JOIN LATERAL entente_unpack(samples, times) AS moment
  JOIN LATERAL entente_unpack(samples, values) AS worth USING (place)
"""
_MOVE = """
INSERT INTO fresh (partnership_id, kpi_id, first_us, last_us, samples, scale, times, values)
SELECT partnership_id, kpi_id, us, us, 1, -1, head || int8send(us),
       head || int8send(CASE WHEN bits < 0 THEN bits # 9223372036854775807 ELSE bits END)
  FROM (SELECT partnership_id, kpi_id, (extract(epoch FROM at) * 1000000)::bigint AS us, float8send(value)::bigint AS bits,
               decode('0000000000000000000000000000000000000000000000014000', 'hex') AS head FROM old_sample) AS given
"""
_COUNT = """
UPDATE track SET fresh_samples = counted.samples, fresh_since = now()
  FROM (SELECT partnership_id, kpi_id, sum(samples) AS samples FROM fresh GROUP BY 1, 2) AS counted
 WHERE track.partnership_id = counted.partnership_id AND track.kpi_id = counted.kpi_id
"""

# Background work has no caller: it learns of ids only, and opens each partnership by itself.
_PROGRESS_DUE = """
CREATE FUNCTION entente_progress_due(pause interval) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT partnership_id FROM track
   WHERE progress_armed AND (progress_published_at IS NULL OR progress_published_at <= now() - pause)
$$
"""
_COMPACTION_DUE = """
CREATE FUNCTION entente_compaction_due(enough bigint, patience interval) RETURNS TABLE (partnership uuid, kpi uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT partnership_id, kpi_id FROM track
   WHERE fresh_since IS NOT NULL AND (fresh_samples >= enough OR fresh_since <= now() - patience)
   ORDER BY fresh_samples DESC LIMIT 64
$$
"""


def upgrade() -> None:
    for table in ("fresh", "chunk"):
        _create_samples(table)
    _create(
        "rollup",
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("span", _number, nullable=False),
        key=("level", "span"),
        rest=[sa.Column("buckets", _bytes, nullable=False)],
    )
    op.add_column("track", sa.Column("plan_version", _number, nullable=False, server_default="1"))
    op.add_column("track", sa.Column("fresh_samples", _number, nullable=False, server_default="0"))
    for column in ("kept_from_us", "begins_us"):
        op.add_column("track", sa.Column(column, _number, nullable=True))
    op.add_column("track", sa.Column("fresh_since", sa.DateTime(timezone=True), nullable=True))
    op.rename_table("sample", "old_sample")
    op.execute(_MOVE)
    op.execute(_COUNT)
    op.drop_table("old_sample")
    _index_work()
    for statement in (_UNPACK, _FLOAT, _VIEW, _PROGRESS_DUE, _COMPACTION_DUE):
        op.execute(statement)
    protect(*TENANT_TABLES)


def _index_work() -> None:
    """On columns that most writes of a track leave as they are, so that those stay cheap (heap-only tuples)."""
    for column, work in (("progress_armed", "progress_armed"), ("fresh_since", "fresh_since IS NOT NULL")):
        op.create_index(f"ix_track_{column}", "track", [column], postgresql_where=sa.text(work))


def downgrade() -> None:
    op.execute("ALTER VIEW sample RENAME TO packed_sample")
    op.create_table(
        "sample",
        sa.Column("partnership_id", _uuid, nullable=False),
        sa.Column("kpi_id", _uuid, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("partnership_id", "kpi_id", "at", name="pk_sample"),
    )
    op.execute("INSERT INTO sample SELECT partnership_id, kpi_id, at, value FROM packed_sample")
    op.execute("DROP VIEW packed_sample")
    op.execute("DROP FUNCTION entente_progress_due(interval)")
    op.execute("DROP FUNCTION entente_compaction_due(bigint, interval)")
    op.execute("DROP FUNCTION entente_float8(bigint)")
    op.execute("DROP FUNCTION entente_unpack(bigint, bytea)")
    for column in ("progress_armed", "fresh_since"):
        op.drop_index(f"ix_track_{column}", "track")
    for column in ("plan_version", "fresh_samples", "fresh_since", "kept_from_us", "begins_us"):
        op.drop_column("track", column)
    for table in TENANT_TABLES:
        op.drop_table(table)
    protect("sample")


def _create(table: str, *key_columns: sa.Column[object], key: tuple[str, ...], rest: list[sa.Column[object]]) -> None:
    op.create_table(
        table,
        sa.Column("partnership_id", _uuid, nullable=False),
        sa.Column("kpi_id", _uuid, nullable=False),
        *key_columns,
        *rest,
        sa.PrimaryKeyConstraint("partnership_id", "kpi_id", *key, name=f"pk_{table}"),
    )


def _create_samples(table: str) -> None:
    """Packed bytes do not shrink by compression: none is tried."""
    _create(
        table,
        sa.Column("first_us", _number, nullable=False),
        key=("first_us",),
        rest=[
            sa.Column("last_us", _number, nullable=False),
            sa.Column("samples", _number, nullable=False),
            sa.Column("scale", _number, nullable=False),
            sa.Column("times", _bytes, nullable=False),
            sa.Column("values", _bytes, nullable=False),
        ],
    )
    op.execute(f"ALTER TABLE {table} ALTER times SET STORAGE EXTERNAL, ALTER values SET STORAGE EXTERNAL")
