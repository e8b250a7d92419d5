"""Calendars of the parties, the roadmap, and schedules of it.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

from entente_shared.migrations import create_tenant_table, protect, refers

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("calendar", "roadmap", "schedule", "action", "milestone", "milestone_action", "action_dependency")


def upgrade() -> None:
    _create_calendars()
    _create_schedules()
    _create_actions()
    _create_milestones()
    protect(*TABLES)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_calendars() -> None:
    create_tenant_table(
        "calendar",
        "party_id uuid?, name text, zone text, validation_days whole, content json, active flag, changed_at moment,"
        "version whole",
        refers("calendar", "party_id", "party", "id"),
    )
    op.create_index(
        "uq_calendar_party_id",
        "calendar",
        ["partnership_id", "party_id"],
        unique=True,
        postgresql_where=sa.text("active AND party_id IS NOT NULL"),
    )


def _create_schedules() -> None:
    create_tenant_table("roadmap", "revision whole", refers("roadmap", "", "partnership", ""), key="")
    create_tenant_table(
        "schedule",
        "party_id uuid, person_id uuid, from_on day, to_on day, revision whole, rule_version text, feasible flag,"
        "inputs json, result json, computed_at moment, accepted_at moment?, accepted_party_id uuid?,"
        "accepted_person_id uuid?, version whole",
        refers("schedule", "party_id", "party", "id"),
    )


def _create_actions() -> None:
    create_tenant_table(
        "action",
        "party_id uuid, accountable_id uuid, title text, kind choice, process_before text?, process_after text?,"
        "duration whole, calendar_ids uuids, validator_ids uuids, earliest_on day?, deadline_on day?, needs_budget flag,"
        "at_cycle_start flag, status choice, progress float, began_on day?, finished_on day?, planned_from day?,"
        "planned_to day?, planned_done day?, schedule_id uuid?, changed_at moment, version whole",
        refers("action", "party_id", "party", "id"),
        refers("action", "accountable_id", "member", "id"),
        refers("action", "schedule_id", "schedule", "id"),
    )
    op.create_index("ix_action_accountable_id", "action", ["partnership_id", "accountable_id"])


def _create_milestones() -> None:
    create_tenant_table(
        "milestone",
        "party_id uuid, title text, due_on day, objective_id uuid?, status choice, reached_on day?, reached_party_id uuid?,"
        "reached_person_id uuid?, changed_at moment, version whole",
        refers("milestone", "party_id", "party", "id"),
        refers("milestone", "objective_id", "objective", "id"),
    )
    create_tenant_table(
        "milestone_action",
        "milestone_id uuid, action_id uuid",
        refers("milestone_action", "milestone_id", "milestone", "id"),
        refers("milestone_action", "action_id", "action", "id"),
        key="milestone_id action_id",
    )
    op.create_index("ix_milestone_action_action_id", "milestone_action", ["partnership_id", "action_id"])
    create_tenant_table(
        "action_dependency",
        "before_id uuid, after_id uuid, lag whole",
        refers("action_dependency", "before_id", "action", "id"),
        refers("action_dependency", "after_id", "action", "id"),
        sa.UniqueConstraint(
            "partnership_id",
            "before_id",
            "after_id",
            name="uq_action_dependency_partnership_id_before_id_after_id",
        ),
    )
    op.create_index("ix_action_dependency_after_id", "action_dependency", ["partnership_id", "after_id"])
