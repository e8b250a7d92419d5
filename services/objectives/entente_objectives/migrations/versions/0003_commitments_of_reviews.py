"""Commitments come from variance reviews too, and name who of the party answers for them.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ORIGINS = ("case_id", "settlement_id")
ADDED = ("review_id", "owner_member_id", "kpi_id", "objective_id")


def upgrade() -> None:
    for name in ORIGINS:
        op.alter_column("commitment", name, nullable=True)
    for name in ADDED:
        op.add_column("commitment", sa.Column(name, sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM commitment WHERE settlement_id IS NULL")
    for name in ADDED:
        op.drop_column("commitment", name)
    for name in ORIGINS:
        op.alter_column("commitment", name, nullable=False)
