"""Goals in a tree, and why a decision on another path needs a heavier tier.

Revision ID: 0007
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from entente_shared.migrations import protect

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("goal_forest", "goal", "goal_edge", "goal_revision", "goal_assessment", "goal_weight")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _table("goal_forest", "", (("version", sa.BigInteger()),), ("", "partnership", ""))
    _table(
        "goal",
        "id",
        (
            ("statement", sa.Text()), ("level", sa.String(40)), ("measure", sa.String(40)), ("objective_id?", sa.Uuid()),
            ("anchors", JSONB()), ("owner_member_id", sa.Uuid()), ("due_at", MOMENT), ("score?", sa.BigInteger()),
            ("revision", sa.BigInteger()), ("archived", sa.Boolean()), ("version", sa.BigInteger()),
        ),
        ("objective_id", "objective", "id"),
        ("owner_member_id", "member", "id"),
    )  # fmt: skip
    measured = ["partnership_id", "objective_id"]
    op.create_index("uq_goal_objective_id", "goal", measured, unique=True, postgresql_where=sa.text("NOT archived"))
    _table(
        "goal_edge",
        "child_id parent_id",
        (("weight", sa.Double()),),
        ("child_id", "goal", "id"),
        ("parent_id", "goal", "id"),
    )
    op.create_index("ix_goal_edge_parent_id", "goal_edge", ["partnership_id", "parent_id"])
    _table(
        "goal_revision",
        "id",
        (
            ("goal_id", sa.Uuid()), ("revision", sa.BigInteger()), ("content", JSONB()), ("reason", sa.Text()),
            ("person_id", sa.Uuid()), ("revised_at", MOMENT),
        ),
        ("goal_id", "goal", "id"),
    )  # fmt: skip
    once = "uq_goal_revision_partnership_id_goal_id_revision"
    op.create_unique_constraint(once, "goal_revision", ["partnership_id", "goal_id", "revision"])
    _table(
        "goal_assessment",
        "id",
        (
            ("goal_id", sa.Uuid()), ("score", sa.BigInteger()), ("anchor", sa.Text()), ("reason", sa.Text()),
            ("member_id", sa.Uuid()), ("assessed_at", MOMENT),
        ),
        ("goal_id", "goal", "id"),
        ("member_id", "member", "id"),
    )  # fmt: skip
    op.create_index("ix_goal_assessment_goal_id", "goal_assessment", ["partnership_id", "goal_id"])
    _table(
        "goal_weight",
        "goal_id party_id",
        (("factor", sa.Double()), ("person_id", sa.Uuid()), ("set_at", MOMENT)),
        ("goal_id", "goal", "id"),
        ("party_id", "party", "id"),
    )
    protect(*TABLES)
    op.add_column("decision", sa.Column("raised_by", JSONB()))


def downgrade() -> None:
    op.drop_column("decision", "raised_by")
    for table in reversed(TABLES):
        op.drop_table(table)


def _table(
    name: str,
    keys: str,
    columns: tuple[tuple[str, Any], ...],
    *references: tuple[str, str, str],
) -> None:
    """`keys` follow the partnership in the primary key; a reference is (column, table, its column) inside the partnership."""
    primary = ["partnership_id", *keys.split()]
    op.create_table(
        name,
        *(sa.Column(key, sa.Uuid(), nullable=False) for key in primary),
        *(sa.Column(column.rstrip("?"), kind, nullable=column.endswith("?")) for column, kind in columns),
        sa.PrimaryKeyConstraint(*primary, name=f"pk_{name}"),
        *(
            sa.ForeignKeyConstraint(
                ["partnership_id", *column.split()],
                [f"{table}.{key}" for key in ("partnership_id", *remote.split())],
                name="_".join(("fk", name, "partnership_id", *column.split())),
            )
            for column, table, remote in references
        ),
    )
