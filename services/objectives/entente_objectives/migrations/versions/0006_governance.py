"""Committees, delegations, proposals, receipts of a decision's outcome, and recorded dissent.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

from entente_shared.migrations import columns, create_tenant_table, protect, refers

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("committee", "committee_seat", "delegation", "proposal", "decision_notice", "dissent")


def upgrade() -> None:
    _create_committees()
    _widen_decisions()
    _create_the_rest()
    protect(*TABLES)


def downgrade() -> None:
    op.drop_table("dissent")
    op.drop_table("decision_notice")
    op.drop_table("proposal")
    op.drop_table("delegation")
    for name in ("partnership_id_committee_id", "partnership_id_concerns_party_id"):
        op.drop_constraint(f"fk_decision_{name}", "decision")
    op.drop_index("ix_decision_taken_at", "decision")
    for name in ("committee_id", "concerns_party_id", "passed_at"):
        op.drop_column("decision", name)
    op.drop_column("decision_elector", "voter_id")
    op.drop_column("vote", "cast_by")
    op.drop_table("committee_seat")
    op.drop_table("committee")


def _create_committees() -> None:
    create_tenant_table(
        "committee",
        "key text, name text, purpose text, chair_id uuid?, meets_every span?, active flag, created_at moment, version whole",
        refers("committee", "", "partnership", ""),
    )
    create_tenant_table(
        "committee_seat",
        "committee_id uuid, member_id uuid, party_id uuid, person_id uuid, seated_at moment, left_at moment?",
        refers("committee_seat", "committee_id", "committee", "id"),
        refers("committee_seat", "member_id", "member", "id"),
    )
    _unique_where("uq_committee_key", "committee", "key", "active")
    _unique_where("uq_committee_seat", "committee_seat", "committee_id person_id", "left_at IS NULL")


def _unique_where(name: str, table: str, columns: str, where: str) -> None:
    op.create_index(name, table, ["partnership_id", *columns.split()], unique=True, postgresql_where=sa.text(where))


def _widen_decisions() -> None:
    for name in ("committee_id uuid?", "concerns_party_id uuid?", "passed_at moment?"):
        op.add_column("decision", *columns(name))
    for column, to in (("committee_id", "committee"), ("concerns_party_id", "party")):
        names = ["partnership_id", column]
        op.create_foreign_key(f"fk_decision_{'_'.join(names)}", "decision", to, names, ["partnership_id", "id"])
    op.create_index("ix_decision_taken_at", "decision", ["partnership_id", "taken_at", "id"])
    # Until now everybody voted for themselves.
    for table, column in (("decision_elector", "voter_id"), ("vote", "cast_by")):
        op.add_column(table, *columns(f"{column} uuid?"))
        cast = sa.table(table, sa.column(column), sa.column("person_id"))
        op.execute(cast.update().values({column: cast.c.person_id}))
        op.alter_column(table, column, nullable=False)


def _create_the_rest() -> None:
    create_tenant_table(
        "delegation",
        "party_id uuid, person_id uuid, delegate_id uuid, domain choice?, starts_at moment, ends_at moment?,"
        "granted_at moment, revoked_at moment?, version whole",
        refers("delegation", "party_id", "party", "id"),
    )
    op.create_index("ix_delegation_party_id", "delegation", ["partnership_id", "party_id"])
    create_tenant_table(
        "proposal",
        "decision_id uuid, title text, text text, party_id uuid, person_id uuid, proposed_at moment",
        refers("proposal", "decision_id", "decision", "id"),
        refers("proposal", "party_id", "party", "id"),
    )
    create_tenant_table(
        "decision_notice",
        "decision_id uuid, party_id uuid, deemed_at moment, received_at moment?, person_id uuid?",
        refers("decision_notice", "decision_id", "decision", "id"),
        refers("decision_notice", "party_id", "party", "id"),
        key="decision_id party_id",
    )
    create_tenant_table(
        "dissent",
        "decision_id uuid, person_id uuid, party_id uuid, reason text, recorded_at moment",
        refers("dissent", "decision_id", "decision", "id"),
        key="decision_id person_id",
    )
