"""Organisations, partnerships, the charter, objectives, decisions and commitments.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

from entente_shared.migrations import columns, create_plumbing, create_tenant_table, drop_plumbing, protect, refers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "partnership", "party", "member",
    "charter", "charter_version", "charter_signature",
    "objective", "objective_revision", "kpi_progress",
    "decision", "decision_elector", "vote", "rebaseline", "commitment",
)  # fmt: skip

PATH = "baseline float, target float, starts_at moment, due_at moment"


def upgrade() -> None:
    create_plumbing()
    _create_organisations()
    _create_partnerships()
    _create_charter()
    _create_objectives()
    _create_decisions()
    _create_consequences()
    protect(*TENANT_TABLES)


def downgrade() -> None:
    for table in reversed(TENANT_TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION organisation_of_person(uuid)")
    op.drop_table("person")
    op.drop_table("organisation")
    drop_plumbing()


def _unique(table: str, columns: str) -> sa.UniqueConstraint:
    names = ("partnership_id", *columns.split())
    return sa.UniqueConstraint(*names, name=f"uq_{table}_{'_'.join(names)}")


def _unique_where(name: str, table: str, columns: str, where: str) -> None:
    op.create_index(name, table, ["partnership_id", *columns.split()], unique=True, postgresql_where=sa.text(where))


def _create_organisations() -> None:
    op.create_table(
        "organisation", *columns("id uuid, name text"), sa.PrimaryKeyConstraint("id", name="pk_organisation")
    )
    op.create_table(
        "person",
        *columns("organisation_id uuid, id uuid, name text, email text?"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name="pk_person"),
        sa.UniqueConstraint("id", name="uq_person_id"),
    )
    op.execute("ALTER TABLE person ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    own = "organisation_id = entente_setting('organisation_id')"
    op.execute(f"CREATE POLICY organisation ON person USING ({own}) WITH CHECK ({own})")
    # Whose person an opaque id is, without a name: what a partner needs to give the person a role.
    op.execute(
        "CREATE FUNCTION organisation_of_person(person_id uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER"
        " SET search_path = public, pg_temp AS $$ SELECT organisation_id FROM person WHERE id = person_id $$"
    )


def _create_partnerships() -> None:
    create_tenant_table("partnership", "name text, clock choice, stage choice, version whole", key="")
    create_tenant_table(
        "party",
        "organisation_id uuid, weight decimal",
        refers("party", "", "partnership", ""),
        _unique("party", "organisation_id"),
    )
    create_tenant_table(
        "member",
        "party_id uuid, organisation_id uuid, person_id uuid, role choice, active flag, version whole",
        refers("member", "party_id", "party", "id"),
    )
    _unique_where("uq_member_role", "member", "person_id role", "active")


def _create_charter() -> None:
    create_tenant_table("charter", "newest whole, agreed whole?", refers("charter", "", "partnership", ""), key="")
    create_tenant_table(
        "charter_version",
        "number whole, based_on whole?, canonical text, hash text, party_id uuid, person_id uuid, proposed_at moment",
        refers("charter_version", "", "charter", ""),
        _unique("charter_version", "number"),
    )
    create_tenant_table(
        "charter_signature",
        "number whole, party_id uuid, person_id uuid, hash text, signed_at moment",
        refers("charter_signature", "number", "charter_version", "number"),
        refers("charter_signature", "party_id", "party", "id"),
        key="number party_id",
    )


def _create_objectives() -> None:
    create_tenant_table(
        "objective",
        f"key text, title text, kpi_id uuid, {PATH}, curve choice, revision whole, first_baseline float,"
        "charter_version whole, active flag, version whole",
    )
    _unique_where("uq_objective_kpi_id", "objective", "kpi_id", "active")
    create_tenant_table(
        "objective_revision",
        f"objective_id uuid, revision whole, {PATH}, reason text, decision_id uuid?, case_id uuid?, revised_at moment",
        refers("objective_revision", "objective_id", "objective", "id"),
        _unique("objective_revision", "objective_id revision"),
    )
    create_tenant_table(
        "kpi_progress",
        "kpi_id uuid, objective_id uuid, at moment, value float, progress float, planned float, deviation float,"
        "state text, version whole",
        key="kpi_id",
    )


def _create_decisions() -> None:
    create_tenant_table(
        "decision",
        "subject_kind choice, subject_id uuid, mandated_tier choice, tier choice, mandate json, charter_version whole,"
        "amount decimal?, currency text?, status choice, opened_at moment, expires_at moment, veto_until moment?,"
        "taken_at moment?, tally json, veto_ground text?, veto_reason text?, veto_party_id uuid?, veto_person_id uuid?,"
        "rule_version text, correlation_id uuid, opened_event_id uuid, version whole",
        _unique("decision", "subject_kind subject_id"),
    )
    create_tenant_table(
        "decision_elector",
        "decision_id uuid, person_id uuid, member_id uuid, party_id uuid, party_weight decimal",
        refers("decision_elector", "decision_id", "decision", "id"),
        key="decision_id person_id",
    )
    create_tenant_table(
        "vote",
        "decision_id uuid, person_id uuid, choice choice, reason text?, at moment, replaced_at moment?",
        refers("vote", "decision_id person_id", "decision_elector", "decision_id person_id"),
    )
    _unique_where("uq_vote_standing", "vote", "decision_id person_id", "replaced_at IS NULL")


def _create_consequences() -> None:
    create_tenant_table(
        "rebaseline",
        "objective_id uuid, decision_id uuid, baseline float, target float, due_at moment, reason text,"
        "person_id uuid, requested_at moment",
        refers("rebaseline", "objective_id", "objective", "id"),
        refers("rebaseline", "decision_id", "decision", "id"),
    )
    op.create_index("ix_rebaseline_objective_id", "rebaseline", ["partnership_id", "objective_id"])
    create_tenant_table(
        "commitment",
        "party_id uuid, case_id uuid, settlement_id uuid, what text, due_at moment, made_at moment",
        refers("commitment", "party_id", "party", "id"),
    )
