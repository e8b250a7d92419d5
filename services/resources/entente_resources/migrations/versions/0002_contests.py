"""Contested samples, and adjustments that wait for what becomes of them.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

from entente_shared.migrations import protect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contest",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("partnership_id", "contest_id", "kpi_id")),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partnership_id", "contest_id", name="pk_contest"),
    )
    op.create_index("ix_contest_open", "contest", ["partnership_id", "kpi_id"], postgresql_where=sa.text("open"))
    protect("contest")
    _one_undecided("state IN ('proposed', 'contested')")


def downgrade() -> None:
    _one_undecided("state = 'proposed'")
    op.drop_table("contest")


def _one_undecided(where: str) -> None:
    op.drop_index("uq_adjustment_undecided", "adjustment")
    columns = ["partnership_id", "kpi_id"]
    op.create_index("uq_adjustment_undecided", "adjustment", columns, unique=True, postgresql_where=sa.text(where))
