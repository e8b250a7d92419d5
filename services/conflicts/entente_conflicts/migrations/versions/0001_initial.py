"""The tables of cases, ladders, settlements and the projections that they rest on."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from entente_shared.migrations import create_plumbing, drop_plumbing, protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "charter",
    "partnership",
    "objective",
    "saga_event",
    "case_file",
    "case_step",
    "settlement",
    "settlement_signature",
)
moment = sa.DateTime(timezone=True)
text, number, uuid, choice = sa.Text(), sa.BigInteger(), sa.Uuid(), sa.String(40)


def column(name: str, kind: sa.types.TypeEngine[Any], *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable)


def upgrade() -> None:
    create_plumbing()
    create_projections()
    create_cases()
    create_settlements()
    protect(*TENANT_TABLES)


def create_projections() -> None:
    op.create_table(
        "charter",
        column("partnership_id", uuid),
        column("charter_version", number),
        column("ladder", JSONB()),
        column("version", number),
        sa.PrimaryKeyConstraint("partnership_id", name="pk_charter"),
    )
    op.create_table(
        "partnership",
        column("partnership_id", uuid),
        column("name", text),
        column("parties", JSONB()),
        column("version", number),
        sa.PrimaryKeyConstraint("partnership_id", name="pk_partnership"),
    )
    op.create_table(
        "objective",
        column("partnership_id", uuid),
        column("id", uuid),
        column("kpi_id", uuid),
        column("title", text),
        column("active", sa.Boolean()),
        column("version", number),
        sa.PrimaryKeyConstraint("partnership_id", "id", name="pk_objective"),
    )
    op.create_table(
        "saga_event",
        column("partnership_id", uuid),
        column("id", uuid),
        column("correlation_id", uuid),
        column("causation_id", uuid, nullable=True),
        column("type", text),
        column("aggregate_id", uuid),
        column("occurred_at", moment),
        column("said", JSONB()),
        sa.PrimaryKeyConstraint("partnership_id", "id", name="pk_saga_event"),
    )
    op.create_index("ix_saga_event_correlation", "saga_event", ["partnership_id", "correlation_id"])
    op.create_index("ix_saga_event_aggregate", "saga_event", ["partnership_id", "aggregate_id"])


def create_cases() -> None:
    op.create_table(
        "case_file",
        column("partnership_id", uuid),
        column("id", uuid),
        column("state", choice),
        column("title", text),
        column("description", text),
        column("cause_kind", text),
        column("cause_id", uuid),
        column("deviation_id", uuid, nullable=True),
        column("adjustment_id", uuid, nullable=True),
        column("kpi_id", uuid, nullable=True),
        column("correlation_id", uuid),
        column("last_event_id", uuid, nullable=True),
        column("charter_version", number, nullable=True),
        column("ladder", JSONB()),
        column("step", number),
        column("level", number),
        column("reached_at", moment),
        column("due_at", moment, nullable=True),
        column("opened_at", moment),
        column("settled_at", moment, nullable=True),
        column("closed_at", moment, nullable=True),
        column("outcome", text, nullable=True),
        column("version", number),
        sa.PrimaryKeyConstraint("partnership_id", "id", name="pk_case_file"),
    )
    op.create_index("ix_case_file_state", "case_file", ["partnership_id", "state", "id"])
    op.create_table(
        "case_step",
        column("partnership_id", uuid),
        column("case_id", uuid),
        column("step", number),
        column("level", number),
        column("name", text),
        column("reason", choice),
        column("note", text, nullable=True),
        column("person_id", uuid, nullable=True),
        column("reached_at", moment),
        column("due_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("partnership_id", "case_id", "step", name="pk_case_step"),
        sa.ForeignKeyConstraint(
            ["partnership_id", "case_id"],
            ["case_file.partnership_id", "case_file.id"],
            name="fk_case_step_partnership_id_case_id",
        ),
    )


def create_settlements() -> None:
    op.create_table(
        "settlement",
        column("partnership_id", uuid),
        column("id", uuid),
        column("case_id", uuid),
        column("number", number),
        column("state", choice),
        column("content", JSONB()),
        column("hash", text),
        column("signatories", JSONB()),
        column("party_id", uuid),
        column("person_id", uuid),
        column("proposed_at", moment),
        column("version", number),
        sa.PrimaryKeyConstraint("partnership_id", "id", name="pk_settlement"),
        sa.ForeignKeyConstraint(
            ["partnership_id", "case_id"],
            ["case_file.partnership_id", "case_file.id"],
            name="fk_settlement_partnership_id_case_id",
        ),
        sa.UniqueConstraint("partnership_id", "case_id", "number", name="uq_settlement_partnership_id_case_id_number"),
    )
    op.create_table(
        "settlement_signature",
        column("partnership_id", uuid),
        column("settlement_id", uuid),
        column("party_id", uuid),
        column("person_id", uuid),
        column("hash", text),
        column("signed_at", moment),
        sa.PrimaryKeyConstraint("partnership_id", "settlement_id", "party_id", name="pk_settlement_signature"),
        sa.ForeignKeyConstraint(
            ["partnership_id", "settlement_id"],
            ["settlement.partnership_id", "settlement.id"],
            name="fk_settlement_signature_partnership_id_settlement_id",
        ),
    )


def downgrade() -> None:
    for table in reversed(TENANT_TABLES):
        op.drop_table(table)
    drop_plumbing()
