"""What became of the parties' commitments, for the health index.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

from entente_shared.migrations import protect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resolved_commitment",
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("partnership_id", "commitment_id", name="pk_resolved_commitment"),
    )
    protect("resolved_commitment")


def downgrade() -> None:
    op.drop_table("resolved_commitment")
