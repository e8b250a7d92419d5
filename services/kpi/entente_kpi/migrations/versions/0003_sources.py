"""Foreign series: mapping rules, quarantine, and the starts of counters.

Revision ID: 0003
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from entente_shared.migrations import protect

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "mapping_rule", "mapping_set", "counter_start",
    "quarantine_holder", "quarantined_series", "quarantined_sample", "quarantine_drop",
)  # fmt: skip
OWN_TABLES = TENANT_TABLES[3:]
_uuid, _text, _number, _float = sa.Uuid(), sa.Text(), sa.BigInteger(), sa.Float(53)
_moment, _choice, _digest = sa.DateTime(timezone=True), sa.String(40), sa.LargeBinary()


def upgrade() -> None:
    _create_mappings()
    _create_starts()
    _create_quarantine()
    _create_drops()
    protect(*TENANT_TABLES)
    for table in OWN_TABLES:  # competitors share a partnership: what one of them pushed by mistake is its own affair
        own = "organisation_id = entente_setting('organisation_id')"
        op.execute(f"CREATE POLICY own ON {table} AS RESTRICTIVE USING ({own}) WITH CHECK ({own})")


def downgrade() -> None:
    for table in ("quarantine_drop", "quarantined_sample", *reversed(TENANT_TABLES[:5])):
        op.drop_table(table)


def _required(kind: Any, *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(name, _moment, nullable=False, server_default=sa.text("now()"))


def _create(table: str, key: tuple[str, ...], *columns: sa.Column[Any] | sa.Constraint) -> None:
    tenant = sa.Column("partnership_id", _uuid, nullable=False)
    op.create_table(table, tenant, *columns, sa.PrimaryKeyConstraint("partnership_id", *key, name=f"pk_{table}"))


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_partnership_id_{column}"
    return sa.ForeignKeyConstraint(["partnership_id", column], [f"{other}.partnership_id", f"{other}.id"], name=name)


def _create_mappings() -> None:
    _create(
        "mapping_rule",
        ("id",),
        *_required(_uuid, "id", "kpi_id"),
        *_required(_text, "name", "principal"),
        *_required(_choice, "kind"),
        *_required(JSONB(), "labels"),
        *_required(_float, "scale", "shift"),
        *_required(_number, "priority", "version"),
        _now("created_at"),
        _now("updated_at"),
        _reference("mapping_rule", "kpi_id", "kpi"),
    )
    _create("mapping_set", (), *_required(_number, "revision"))


def _create_starts() -> None:
    _create(
        "counter_start",
        ("kpi_id", "started_at", "digest"),
        *_required(_uuid, "kpi_id"),
        *_required(_moment, "started_at"),
        *_required(_digest, "digest"),
        *_required(_text, "name"),
        *_required(JSONB(), "labels"),
        _now("received_at"),
    )


def _create_quarantine() -> None:
    organisation = _required(_uuid, "organisation_id")
    _create("quarantine_holder", ("organisation_id",), *organisation, *_required(_number, "samples", "series"))
    _create(
        "quarantined_series",
        ("id",),
        *_required(_uuid, "id", "organisation_id"),
        *_required(_digest, "digest"),
        *_required(_text, "name"),
        *_required(JSONB(), "labels"),
        *_required(_choice, "reason"),
        _now("first_received_at"),
        _now("last_received_at"),
    )
    _create(
        "quarantined_sample",
        ("series_id", "at", "value"),
        *_required(_uuid, "series_id", "organisation_id"),
        *_required(_moment, "at"),
        *_required(_float, "value"),
        sa.Column("position", _number, sa.Identity(always=True), nullable=False),
        *_required(sa.Boolean(), "correction"),
        sa.Column("started_at", _moment),
        *_required(_text, "principal"),
        _now("received_at"),
        sa.Column("refused", _text),
        _reference("quarantined_sample", "series_id", "quarantined_series"),
    )
    key = ["partnership_id", "organisation_id", "digest"]
    op.create_index("uq_quarantined_series_digest", "quarantined_series", key, unique=True)


def _create_drops() -> None:
    _create(
        "quarantine_drop",
        ("id",),
        *_required(_uuid, "id", "organisation_id"),
        *_required(_digest, "digest"),
        *_required(_text, "name", "because", "principal"),
        *_required(JSONB(), "labels"),
        *_required(_number, "samples"),
        *_required(_moment, "first_at", "last_at"),
        _now("dropped_at"),
    )
    op.create_index("ix_quarantine_drop_digest", "quarantine_drop", ["partnership_id", "organisation_id", "digest"])
