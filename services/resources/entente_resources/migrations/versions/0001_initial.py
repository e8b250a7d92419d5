"""Resources, needs, allocations and adjustments.

Revision ID: 0001
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from entente_shared.migrations import create_plumbing, drop_plumbing, protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "party_weights", "signed_charter", "resource", "need", "need_resource",
    "allocation", "allocation_cell", "adjustment", "kpi_damping",
)  # fmt: skip
_uuid, _text, _choice, _number, _float = sa.Uuid(), sa.Text(), sa.String(40), sa.BigInteger(), sa.Float(53)
_moment, _duration, _flag, _exact = sa.DateTime(timezone=True), sa.Interval(), sa.Boolean(), sa.Numeric()
_json = JSONB()


def upgrade() -> None:
    create_plumbing()
    _create("party_weights", (), (*_columns(_json, "parties"), *_columns(_number, "version")))
    _create("signed_charter", (), (*_columns(_json, "content"), *_columns(_number, "version")))
    _create_catalogue()
    _create_allocations()
    _create_adjustments()
    protect(*TENANT_TABLES)


def downgrade() -> None:
    for table in reversed(TENANT_TABLES):
        op.drop_table(table)
    drop_plumbing()


def _columns(kind: Any, *names: str) -> Iterable[sa.Column[Any]]:
    """Columns of one type; a name that ends in `?` is nullable."""
    return (sa.Column(name.rstrip("?"), kind, nullable=name.endswith("?")) for name in names)


def _created() -> sa.Column[Any]:
    return sa.Column("created_at", _moment, nullable=False, server_default=sa.text("now()"))


def _create(table: str, key: tuple[str, ...], columns: Iterable[sa.Column[Any]], *references: tuple[str, str]) -> None:
    """A tenant's table. References stay inside the partnership."""
    tenant = "partnership_id"
    op.create_table(
        table,
        sa.Column(tenant, _uuid, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint(tenant, *key, name=f"pk_{table}"),
        *(
            sa.ForeignKeyConstraint(
                [tenant, column], [f"{other}.{tenant}", f"{other}.id"], name=f"fk_{table}_{tenant}_{column}"
            )
            for column, other in references
        ),
    )


def _create_catalogue() -> None:
    columns = (
        *_columns(_uuid, "id", "party_id"),
        *_columns(_text, "name", "unit", "currency?"),
        *_columns(_exact, "unit_value?"),
        *_columns(_flag, "indivisible", "active"),
        *_columns(sa.ARRAY(_float), "capacity"),
        *_columns(_number, "version"),
        _created(),
    )
    _create("resource", ("id",), columns)
    columns = (
        *_columns(_uuid, "id", "party_id", "kpi_id?"),
        *_columns(_text, "name"),
        *_columns(_float, "least", "most", "priority"),
        *_columns(_flag, "active"),
        *_columns(_number, "version"),
        _created(),
    )
    _create("need", ("id",), columns)
    key = ("need_id", "resource_id")
    _create("need_resource", key, _columns(_uuid, *key), ("need_id", "need"), ("resource_id", "resource"))


def _create_allocations() -> None:
    columns = (
        *_columns(_uuid, "id", "adjustment_id?"),
        *_columns(_number, "revision"),
        *_columns(_choice, "cause"),
        *_columns(_json, "certificate"),
        _created(),
    )
    _create("allocation", ("id",), columns)
    op.create_index("uq_allocation_revision", "allocation", ["partnership_id", "revision"], unique=True)
    ids = ("allocation_id", "need_id", "resource_id")
    cell = (*_columns(_uuid, *ids), *_columns(_number, "period"), *_columns(_float, "amount"))
    references = (("allocation_id", "allocation"), ("need_id", "need"), ("resource_id", "resource"))
    _create("allocation_cell", (*ids, "period"), cell, *references)


def _create_adjustments() -> None:
    columns = (
        *_columns(
            _uuid, "id", "deviation_id?", "kpi_id?", "decision_id?", "case_id?", "allocation_id?", "correlation_id"
        ),
        *_columns(_number, "crossing?", "version"),
        *_columns(_choice, "state"),
        *_columns(_text, "reason?", "currency?"),
        *_columns(_moment, "event_time", "suppressed_until?", "applied_at?"),
        *_columns(_float, "gap?", "expected_effect", "shortfall?", "churn", "churn_needed?", "penalty"),
        *_columns(_duration, "horizon"),
        *_columns(_exact, "amount?"),
        *_columns(_flag, "automatic"),
        *_columns(_json, "levers", "changes", "parties", "alternatives", "certificate"),
        _created(),
    )
    _create("adjustment", ("id",), columns)
    undecided = sa.text("state = 'proposed'")
    op.create_index(
        "uq_adjustment_undecided", "adjustment", ["partnership_id", "kpi_id"], unique=True, postgresql_where=undecided
    )
    op.create_index(
        "ix_adjustment_automatic", "adjustment", ["partnership_id", "event_time"], postgresql_where=sa.text("automatic")
    )
    columns = (
        *_columns(_uuid, "kpi_id"),
        *_columns(_float, "penalty"),
        *_columns(_moment, "at"),
        *_columns(_flag, "suppressed"),
    )
    _create("kpi_damping", ("kpi_id",), columns)
