"""Adjustments that wait for the charter are undecided too.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _one_undecided("state IN ('proposed', 'contested', 'awaiting_charter')")


def downgrade() -> None:
    op.execute("DELETE FROM adjustment WHERE state = 'awaiting_charter'")
    _one_undecided("state IN ('proposed', 'contested')")


def _one_undecided(where: str) -> None:
    op.drop_index("uq_adjustment_undecided", "adjustment")
    columns = ["partnership_id", "kpi_id"]
    op.create_index("uq_adjustment_undecided", "adjustment", columns, unique=True, postgresql_where=sa.text(where))
