"""Rounds of sealed profiles and assessments, what they found, and the opportunity's analyses.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

from entente_shared.migrations import create_tenant_table, protect, refers

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "sealed_round", "sealed_receipt", "sealed_declaration", "friction",
    "opportunity", "opportunity_score", "opportunity_position",
)  # fmt: skip

_OWN = (
    "EXISTS (SELECT FROM party p WHERE p.partnership_id = {0}.partnership_id AND p.id = {0}.party_id"
    " AND p.organisation_id = entente_setting('organisation_id'))"
)
_REVEALED = (
    "EXISTS (SELECT FROM sealed_round r WHERE r.partnership_id = {0}.partnership_id AND r.id = {0}.round_id"
    " AND r.revealed_at IS NOT NULL)"
)
_OPEN = (
    "EXISTS (SELECT FROM sealed_round r WHERE r.partnership_id = {0}.partnership_id AND r.id = {0}.round_id"
    " AND r.revealed_at IS NULL AND r.withdrawn_at IS NULL)"
)
_WRITABLE = f"{_OWN} AND {_OPEN}"
# Beside what row-level security asks of every row. What is sealed is its party's alone until the round is revealed, and
# nobody's to change after it. What was withdrawn stays sealed.
POLICIES = (
    ("sealed_declaration", "seen", f"FOR SELECT USING ({_OWN} OR {_REVEALED})"),
    ("sealed_declaration", "declared", f"FOR INSERT WITH CHECK ({_WRITABLE})"),
    ("sealed_declaration", "replaced", f"FOR UPDATE USING ({_WRITABLE}) WITH CHECK ({_WRITABLE})"),
    ("sealed_declaration", "kept", "FOR DELETE USING (false)"),
    ("sealed_receipt", "declared", f"FOR INSERT WITH CHECK ({_OWN})"),
    ("sealed_receipt", "unchanged", "FOR UPDATE USING (false)"),
    ("sealed_receipt", "kept", "FOR DELETE USING (false)"),
)
# It counts what the caller does not see, as its owner, whom row-level security does not bind.
_GUARD = """
CREATE FUNCTION sealed_round_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.revealed_at IS NOT NULL AND NEW.revealed_at IS DISTINCT FROM OLD.revealed_at THEN
    RAISE EXCEPTION 'a round is revealed once' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.revealed_at IS NOT NULL AND NEW.withdrawn_at IS NOT NULL THEN
    RAISE EXCEPTION 'what was withdrawn stays sealed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.revealed_at IS NOT NULL AND EXISTS (
    SELECT FROM party p WHERE p.partnership_id = NEW.partnership_id AND NOT EXISTS (
      SELECT FROM sealed_declaration d
       WHERE d.partnership_id = NEW.partnership_id AND d.round_id = NEW.id AND d.party_id = p.id))
  THEN
    RAISE EXCEPTION 'a round is revealed when every party has declared' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$
"""


def upgrade() -> None:
    _create_rounds()
    _create_frictions()
    _create_opportunities()
    protect(*TENANT_TABLES)
    for table, name, rule in POLICIES:
        op.execute(f"CREATE POLICY {name} ON {table} AS RESTRICTIVE {rule.format(table)}")
    op.execute(_GUARD)
    op.execute(
        "CREATE TRIGGER sealed_round_guard BEFORE INSERT OR UPDATE OF revealed_at, withdrawn_at ON sealed_round"
        " FOR EACH ROW EXECUTE FUNCTION sealed_round_guard()"
    )


def downgrade() -> None:
    for table, name, _ in POLICIES:
        op.execute(f"DROP POLICY {name} ON {table}")
    for table in reversed(TENANT_TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION sealed_round_guard()")


def _create_rounds() -> None:
    create_tenant_table(
        "sealed_round",
        "kind choice, number whole, party_id uuid, asked json, opened_at moment, revealed_at moment?,"
        "withdrawn_at moment?, version whole",
        sa.UniqueConstraint("partnership_id", "kind", "number", name="uq_sealed_round_partnership_id_kind_number"),
        refers("sealed_round", "party_id", "party"),
    )
    op.create_index(
        "uq_sealed_round_open",
        "sealed_round",
        ["partnership_id", "kind"],
        unique=True,
        postgresql_where=sa.text("revealed_at IS NULL AND withdrawn_at IS NULL"),
    )
    for table, more in (
        ("sealed_receipt", ""),
        ("sealed_declaration", ", person_id uuid, content json, declared_at moment, version whole"),
    ):
        create_tenant_table(
            table,
            f"round_id uuid, party_id uuid{more}",
            refers(table, "round_id", "sealed_round"),
            refers(table, "party_id", "party"),
            key="round_id party_id",
        )


def _create_frictions() -> None:
    create_tenant_table(
        "friction",
        "round_id uuid, nature choice, ground choice, subject text, aspect text, first_party_id uuid,"
        "second_party_id uuid, distance float, threshold float, rule_version text, found_at moment",
        refers("friction", "round_id", "sealed_round"),
        refers("friction", "first_party_id", "party"),
        refers("friction", "second_party_id", "party"),
    )


def _create_opportunities() -> None:
    create_tenant_table(
        "opportunity",
        "number whole, title text, party_id uuid, status choice, opened_at moment, concluded_at moment?,version whole",
        sa.UniqueConstraint("partnership_id", "number", name="uq_opportunity_partnership_id_number"),
        refers("opportunity", "party_id", "party"),
    )
    op.create_index(
        "uq_opportunity_open",
        "opportunity",
        ["partnership_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    create_tenant_table(
        "opportunity_score",
        "opportunity_id uuid, party_id uuid, dimension choice, score whole, reason text, person_id uuid, at moment",
        refers("opportunity_score", "opportunity_id", "opportunity"),
        refers("opportunity_score", "party_id", "party"),
        key="opportunity_id party_id dimension",
    )
    create_tenant_table(
        "opportunity_position",
        "opportunity_id uuid, party_id uuid, person_id uuid, position choice, reason text, at moment,"
        "replaced_at moment?",
        refers("opportunity_position", "opportunity_id", "opportunity"),
        refers("opportunity_position", "party_id", "party"),
    )
    op.create_index(
        "uq_opportunity_position_standing",
        "opportunity_position",
        ["partnership_id", "opportunity_id", "party_id"],
        unique=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
