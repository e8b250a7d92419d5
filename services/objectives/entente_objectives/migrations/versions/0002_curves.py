"""The curve of a path, and the band that it may lead into.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    curve = sa.Column("curve", sa.String(40), nullable=False, server_default="linear")
    op.add_column("objective_revision", curve)
    op.alter_column("objective_revision", "curve", server_default=None)
    for table in ("objective", "objective_revision"):
        op.add_column(table, sa.Column("steps", JSONB(), nullable=False, server_default="[]"))
        op.alter_column(table, "steps", server_default=None)
        op.add_column(table, sa.Column("band_low", sa.Double()))
        op.add_column(table, sa.Column("band_high", sa.Double()))


def downgrade() -> None:
    for table in ("objective", "objective_revision"):
        for column in ("steps", "band_low", "band_high"):
            op.drop_column(table, column)
    op.drop_column("objective_revision", "curve")
