"""Formulas of derived KPIs.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from entente_shared.migrations import protect

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TENANT_TABLES = ("formula_graph", "formula", "formula_version", "formula_input", "formula_due", "formula_gap")
_moment = sa.DateTime(timezone=True)


def _key(*names: str) -> tuple[sa.Column[object], ...]:
    return tuple(sa.Column(name, sa.Uuid(), nullable=False) for name in ("partnership_id", *names))


def _primary(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("partnership_id", *names, name=f"pk_{table}")


def _reference(table: str, column: str, other: str, key: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["partnership_id", column],
        [f"{other}.partnership_id", f"{other}.{key}"],
        name=f"fk_{table}_partnership_id_{column}",
    )


def upgrade() -> None:
    op.create_table(
        "formula_graph", *_key(), sa.Column("version", sa.BigInteger(), nullable=False), _primary("formula_graph")
    )
    op.create_table(
        "formula",
        *_key("kpi_id"),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.Text()),
        _primary("formula", "kpi_id"),
        _reference("formula", "kpi_id", "kpi", "id"),
    )
    op.create_table(
        "formula_version",
        *_key("kpi_id"),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("formula", sa.Text(), nullable=False),
        sa.Column("inputs", JSONB(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", _moment, nullable=False, server_default=sa.text("now()")),
        _primary("formula_version", "kpi_id", "version"),
        _reference("formula_version", "kpi_id", "formula", "kpi_id"),
    )
    op.create_table(
        "formula_input",
        *_key("kpi_id", "input_id"),
        _primary("formula_input", "kpi_id", "input_id"),
        _reference("formula_input", "kpi_id", "formula", "kpi_id"),
        _reference("formula_input", "input_id", "kpi", "id"),
    )
    op.create_index("ix_formula_input_input_id", "formula_input", ["partnership_id", "input_id"])
    op.create_table(
        "formula_due",
        *_key("kpi_id"),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("since", _moment, nullable=False),
        sa.Column("until", _moment),
        sa.Column("input_id", sa.Uuid()),
        _primary("formula_due", "kpi_id", "id"),
    )
    op.create_table(
        "formula_gap",
        *_key("kpi_id"),
        sa.Column("at", _moment, nullable=False),
        sa.Column("fault", sa.String(40), nullable=False),
        sa.Column("value_stands", sa.Boolean(), nullable=False),
        _primary("formula_gap", "kpi_id", "at"),
    )
    protect(*TENANT_TABLES)


def downgrade() -> None:
    for table in reversed(TENANT_TABLES):
        op.drop_table(table)
