"""Calendars of the parties, the roadmap, and schedules of it.

Revision ID: 0008
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from entente_shared.migrations import protect

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("calendar", "roadmap", "schedule", "action", "milestone", "milestone_action", "action_dependency")
KINDS: dict[str, Any] = {
    "uuid": sa.Uuid(), "uuids": sa.ARRAY(sa.Uuid()), "text": sa.Text(), "choice": sa.String(40), "flag": sa.Boolean(),
    "json": JSONB(), "whole": sa.BigInteger(), "float": sa.Double(), "day": sa.Date(), "moment": sa.DateTime(timezone=True),
}  # fmt: skip


def upgrade() -> None:
    _create_calendars()
    _create_schedules()
    _create_actions()
    _create_milestones()
    protect(*TABLES)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _columns(text: str) -> list[sa.Column[Any]]:
    """`name text, due_on day?`: columns by name and kind, nullable with a question mark."""
    pairs = [part.split() for part in text.split(",")]
    return [
        sa.Column(name, KINDS[kind.rstrip("?")], nullable=kind.endswith("?"), autoincrement=False)
        for name, kind in pairs
    ]


def _tenant(table: str, columns: str, *constraints: Any, key: str = "id") -> None:
    """A table whose primary key starts with the partnership, and goes on with `key`."""
    own = _columns("partnership_id uuid" + (", id uuid" if key == "id" else ""))
    primary = sa.PrimaryKeyConstraint("partnership_id", *key.split(), name=f"pk_{table}")
    op.create_table(table, *own, *_columns(columns), primary, *constraints)


def _refers(table: str, columns: str, to: str, keys: str) -> sa.ForeignKeyConstraint:
    """A foreign key inside the partnership."""
    names = ("partnership_id", *columns.split())
    remote = [f"{to}.{key}" for key in ("partnership_id", *keys.split())]
    return sa.ForeignKeyConstraint(names, remote, name=f"fk_{table}_{'_'.join(names)}")


def _create_calendars() -> None:
    _tenant(
        "calendar",
        "party_id uuid?, name text, zone text, validation_days whole, content json, active flag, changed_at moment,"
        "version whole",
        _refers("calendar", "party_id", "party", "id"),
    )
    op.create_index(
        "uq_calendar_party_id",
        "calendar",
        ["partnership_id", "party_id"],
        unique=True,
        postgresql_where=sa.text("active AND party_id IS NOT NULL"),
    )


def _create_schedules() -> None:
    _tenant("roadmap", "revision whole", _refers("roadmap", "", "partnership", ""), key="")
    _tenant(
        "schedule",
        "party_id uuid, person_id uuid, from_on day, to_on day, revision whole, rule_version text, feasible flag,"
        "inputs json, result json, computed_at moment, accepted_at moment?, accepted_party_id uuid?,"
        "accepted_person_id uuid?, version whole",
        _refers("schedule", "party_id", "party", "id"),
    )


def _create_actions() -> None:
    _tenant(
        "action",
        "party_id uuid, accountable_id uuid, title text, kind choice, process_before text?, process_after text?,"
        "duration whole, calendar_ids uuids, validator_ids uuids, earliest_on day?, deadline_on day?, needs_budget flag,"
        "at_cycle_start flag, status choice, progress float, began_on day?, finished_on day?, planned_from day?,"
        "planned_to day?, planned_done day?, schedule_id uuid?, changed_at moment, version whole",
        _refers("action", "party_id", "party", "id"),
        _refers("action", "accountable_id", "member", "id"),
        _refers("action", "schedule_id", "schedule", "id"),
    )
    op.create_index("ix_action_accountable_id", "action", ["partnership_id", "accountable_id"])


def _create_milestones() -> None:
    _tenant(
        "milestone",
        "party_id uuid, title text, due_on day, objective_id uuid?, status choice, reached_on day?, reached_party_id uuid?,"
        "reached_person_id uuid?, changed_at moment, version whole",
        _refers("milestone", "party_id", "party", "id"),
        _refers("milestone", "objective_id", "objective", "id"),
    )
    _tenant(
        "milestone_action",
        "milestone_id uuid, action_id uuid",
        _refers("milestone_action", "milestone_id", "milestone", "id"),
        _refers("milestone_action", "action_id", "action", "id"),
        key="milestone_id action_id",
    )
    op.create_index("ix_milestone_action_action_id", "milestone_action", ["partnership_id", "action_id"])
    _tenant(
        "action_dependency",
        "before_id uuid, after_id uuid, lag whole",
        _refers("action_dependency", "before_id", "action", "id"),
        _refers("action_dependency", "after_id", "action", "id"),
        sa.UniqueConstraint(
            "partnership_id",
            "before_id",
            "after_id",
            name="uq_action_dependency_partnership_id_before_id_after_id",
        ),
    )
    op.create_index("ix_action_dependency_after_id", "action_dependency", ["partnership_id", "after_id"])
