"""Curves and bands of trajectories, burn rates, contested samples.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from entente_shared.migrations import protect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_uuid, _moment, _choice, _text = sa.Uuid(), sa.DateTime(timezone=True), sa.String(40), sa.Text()


def upgrade() -> None:
    for table, nullable in (("objective_trajectory", False), ("path_segment", True)):
        for name, kind, usual in (("curve", _choice, "linear"), ("steps", JSONB(), "[]")):
            op.add_column(table, sa.Column(name, kind, nullable=nullable, server_default=usual))
            op.alter_column(table, name, server_default=None)
        op.add_column(table, sa.Column("band_low", sa.Float(53)))
        op.add_column(table, sa.Column("band_high", sa.Float(53)))
    op.add_column("threshold_rule", sa.Column("burn", JSONB()))
    op.add_column("track", sa.Column("contests", sa.BigInteger(), nullable=False, server_default="0"))
    _create_contests()
    protect("contest")


def downgrade() -> None:
    op.drop_table("contest")
    op.drop_column("track", "contests")
    op.drop_column("threshold_rule", "burn")
    for table in ("objective_trajectory", "path_segment"):
        for name in ("curve", "steps", "band_low", "band_high"):
            op.drop_column(table, name)


def _create_contests() -> None:
    ids = ("partnership_id", "id", "kpi_id", "party_id", "person_id")
    op.create_table(
        "contest",
        *(sa.Column(name, _uuid, nullable=False) for name in ids),
        *(sa.Column(name, _moment, nullable=False) for name in ("from_at", "to_at", "opened_at")),
        sa.Column("reason", _text, nullable=False),
        sa.Column("state", _choice, nullable=False),
        sa.Column("resolved_at", _moment),
        sa.Column("resolved_by", _uuid),
        sa.Column("resolving_party_id", _uuid),
        sa.Column("resolution", _text),
        sa.PrimaryKeyConstraint("partnership_id", "id", name="pk_contest"),
        sa.ForeignKeyConstraint(
            ["partnership_id", "kpi_id"], ["kpi.partnership_id", "kpi.id"], name="fk_contest_partnership_id_kpi_id"
        ),
    )
    op.create_index("ix_contest_kpi_id", "contest", ["partnership_id", "kpi_id", "id"])
