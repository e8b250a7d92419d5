"""Pages of tracks keep room for the next versions of their rows: ingest rewrites all tracks of a batch at once.

Without it the versions spill to other pages, need entries in the index each, and are found through dead ones.

Revision ID: 0008
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ROOM = "fillfactor = 25, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000"


def upgrade() -> None:
    op.execute(f"ALTER TABLE track SET ({_ROOM})")


def downgrade() -> None:
    op.execute("ALTER TABLE track RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)")
