"""The stages that a partnership went through, invitations, commitments that end, risks, and reviews.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

from entente_shared.migrations import columns, create_tenant_table, protect, refers

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = (
    "stage_entry", "known_case", "exit_settlement", "exit_signature",
    "invitation",
    "commitment_part", "commitment_change",
    "risk", "risk_review", "risk_occurrence",
    "review_series", "review", "review_minutes", "review_confirmation", "known_deviation",
)  # fmt: skip
ADDED = (
    "checkpoint_id uuid?, grace span?, status choice?, declared_at moment?, decides_at moment?, resolved_at moment?,"
    "resolved_by_party_id uuid?, version whole?"
)
FILLED = ("grace", "status", "decides_at", "version")
LOOK = "owner_member_id uuid, probability whole, impact whole, response choice, plan text?, status choice"


def upgrade() -> None:
    _create_lifecycle()
    _create_invitations()
    _extend_commitments()
    _create_risks()
    _create_reviews()
    protect(*TABLES)


def downgrade() -> None:
    op.execute("DROP FUNCTION partnership_of_invitation(bytea, uuid)")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DELETE FROM timer WHERE kind IN ('commitment_due', 'review_due')")
    op.drop_index("ix_commitment_status", "commitment")
    for column in reversed(columns(ADDED)):
        op.drop_column("commitment", column.name)


def _unique(table: str, columns: str) -> sa.UniqueConstraint:
    names = ("partnership_id", *columns.split())
    return sa.UniqueConstraint(*names, name=f"uq_{table}_{'_'.join(names)}")


def _create_lifecycle() -> None:
    create_tenant_table(
        "stage_entry",
        "stage choice, entered_at moment, party_id uuid?, person_id uuid?, settlement_id uuid?",
        refers("stage_entry", "", "partnership", ""),
    )
    # Of those that were there before, only the present stage is known, from now on.
    op.execute(
        "INSERT INTO stage_entry (partnership_id, id, stage, entered_at)"
        " SELECT partnership_id, gen_random_uuid(), stage, entente_now(partnership_id) FROM partnership"
    )
    create_tenant_table("known_case", "title text, opened_at moment, closed_at moment?")
    create_tenant_table(
        "exit_settlement",
        "text text, matters json, hash text, party_id uuid, person_id uuid, proposed_at moment",
        refers("exit_settlement", "", "partnership", ""),
    )
    create_tenant_table(
        "exit_signature",
        "settlement_id uuid, party_id uuid, person_id uuid, signed_at moment",
        refers("exit_signature", "settlement_id", "exit_settlement"),
        refers("exit_signature", "party_id", "party"),
        _unique("exit_signature", "settlement_id party_id"),
    )


def _create_invitations() -> None:
    create_tenant_table(
        "invitation",
        "party_id uuid, organisation_id uuid, role choice, token_hash bytes, invited_by uuid, invited_at moment,"
        "expires_at moment, revoked_at moment?, accepted_at moment?, accepted_by uuid?, member_id uuid?, version whole",
        refers("invitation", "party_id", "party"),
        refers("invitation", "member_id", "member"),
    )
    op.create_index("ix_invitation_token_hash", "invitation", ["token_hash"])
    # Who was invited is no member yet and sees nothing of the partnership: the token leads there, and to nothing else.
    op.execute(
        "CREATE FUNCTION partnership_of_invitation(token bytea, organisation uuid) RETURNS uuid LANGUAGE sql STABLE"
        " SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT partnership_id FROM invitation"
        " WHERE token_hash = token AND organisation_id = organisation $$"
    )


def _extend_commitments() -> None:
    for column in columns(ADDED):
        op.add_column("commitment", column)
    # Nobody could declare what was due before: it has a week from now on.
    op.execute(
        "UPDATE commitment SET grace = interval '7 days' + greatest(entente_now(partnership_id) - due_at, interval '0')"
    )
    op.execute("UPDATE commitment SET status = 'open', decides_at = due_at + grace, version = 1")
    for name in FILLED:
        op.alter_column("commitment", name, nullable=False)
    op.create_index("ix_commitment_status", "commitment", ["partnership_id", "status"])
    op.execute(
        "INSERT INTO timer (kind, partnership_id, subject_id, due_at, wall)"
        " SELECT 'commitment_due', partnership_id, id, decides_at, false FROM commitment"
    )
    create_tenant_table(
        "commitment_part",
        "commitment_id uuid, member_id uuid, part choice",
        refers("commitment_part", "commitment_id", "commitment"),
        refers("commitment_part", "member_id", "member"),
        key="commitment_id member_id",
    )
    create_tenant_table(
        "commitment_change",
        "commitment_id uuid, kind choice, at moment, party_id uuid?, person_id uuid?, note text?, said json",
        refers("commitment_change", "commitment_id", "commitment"),
    )
    op.create_index("ix_commitment_change_commitment_id", "commitment_change", ["partnership_id", "commitment_id"])


def _create_risks() -> None:
    create_tenant_table(
        "risk",
        f"title text, description text?, {LOOK}, kpi_id uuid?, objective_id uuid?, review_due_at moment,"
        "entered_at moment, version whole",
        refers("risk", "owner_member_id", "member"),
    )
    create_tenant_table(
        "risk_review",
        f"risk_id uuid, at moment, party_id uuid, person_id uuid, {LOOK}, review_due_at moment, note text?",
        refers("risk_review", "risk_id", "risk"),
    )
    create_tenant_table(
        "risk_occurrence",
        "risk_id uuid, occurred_at moment, party_id uuid, person_id uuid, description text",
        refers("risk_occurrence", "risk_id", "risk"),
    )
    for table in ("risk_review", "risk_occurrence"):
        op.create_index(f"ix_{table}_risk_id", table, ["partnership_id", "risk_id"])


def _create_reviews() -> None:
    create_tenant_table(
        "review_series",
        "title text, rrule text, time_zone text, starts_at moment, ends_at moment?, notice span, revision_every whole,"
        "made whole, next_at moment?, active flag, party_id uuid, person_id uuid, version whole",
        refers("review_series", "", "partnership", ""),
    )
    create_tenant_table(
        "review",
        "series_id uuid, number whole, title text, scheduled_at moment, made_at moment, agenda json, held_at moment?,"
        "newest whole, confirmed whole?, version whole",
        refers("review", "series_id", "review_series"),
        _unique("review", "series_id number"),
    )
    create_tenant_table(
        "review_minutes",
        "review_id uuid, number whole, text text, attendance json, actions json, hash text, party_id uuid,"
        "person_id uuid, written_at moment",
        refers("review_minutes", "review_id", "review"),
        _unique("review_minutes", "review_id number"),
    )
    create_tenant_table(
        "review_confirmation",
        "review_id uuid, number whole, party_id uuid, person_id uuid, confirmed_at moment",
        refers("review_confirmation", "review_id number", "review_minutes", "review_id number"),
        refers("review_confirmation", "party_id", "party"),
        _unique("review_confirmation", "review_id number party_id"),
    )
    create_tenant_table(
        "known_deviation",
        "kpi_id uuid, state text, opened_at moment, closed_at moment?, annulled flag, version whole",
    )
