"""Committees, delegations, proposals, receipts of a decision's outcome, and recorded dissent.

Revision ID: 0006
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from entente_shared.migrations import protect

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("committee", "committee_seat", "delegation", "proposal", "decision_notice", "dissent")
KINDS: dict[str, Any] = {
    "uuid": sa.Uuid(), "text": sa.Text(), "choice": sa.String(40), "flag": sa.Boolean(),
    "whole": sa.BigInteger(), "moment": sa.DateTime(timezone=True), "span": sa.Interval(),
}  # fmt: skip


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


def _column(part: str) -> sa.Column[Any]:
    name, kind = part.split()
    return sa.Column(name, KINDS[kind.rstrip("?")], nullable=kind.endswith("?"), autoincrement=False)


def _tenant(table: str, columns: str, *constraints: Any, key: str = "id") -> None:
    """A table whose primary key starts with the partnership, and goes on with `key`."""
    own = "partnership_id uuid, " + ("id uuid, " if key == "id" else "")
    primary = sa.PrimaryKeyConstraint("partnership_id", *key.split(), name=f"pk_{table}")
    op.create_table(table, *(_column(part) for part in (own + columns).split(",")), primary, *constraints)


def _refers(table: str, columns: str, to: str, keys: str) -> sa.ForeignKeyConstraint:
    names = ("partnership_id", *columns.split())
    remote = [f"{to}.{key}" for key in ("partnership_id", *keys.split())]
    return sa.ForeignKeyConstraint(names, remote, name=f"fk_{table}_{'_'.join(names)}")


def _create_committees() -> None:
    _tenant(
        "committee",
        "key text, name text, purpose text, chair_id uuid?, meets_every span?, active flag, created_at moment, version whole",
        _refers("committee", "", "partnership", ""),
    )
    _tenant(
        "committee_seat",
        "committee_id uuid, member_id uuid, party_id uuid, person_id uuid, seated_at moment, left_at moment?",
        _refers("committee_seat", "committee_id", "committee", "id"),
        _refers("committee_seat", "member_id", "member", "id"),
    )
    _unique_where("uq_committee_key", "committee", "key", "active")
    _unique_where("uq_committee_seat", "committee_seat", "committee_id person_id", "left_at IS NULL")


def _unique_where(name: str, table: str, columns: str, where: str) -> None:
    op.create_index(name, table, ["partnership_id", *columns.split()], unique=True, postgresql_where=sa.text(where))


def _widen_decisions() -> None:
    for name in ("committee_id uuid?", "concerns_party_id uuid?", "passed_at moment?"):
        op.add_column("decision", _column(name))
    for column, to in (("committee_id", "committee"), ("concerns_party_id", "party")):
        names = ["partnership_id", column]
        op.create_foreign_key(f"fk_decision_{'_'.join(names)}", "decision", to, names, ["partnership_id", "id"])
    op.create_index("ix_decision_taken_at", "decision", ["partnership_id", "taken_at", "id"])
    # Until now everybody voted for themselves.
    for table, column in (("decision_elector", "voter_id"), ("vote", "cast_by")):
        op.add_column(table, _column(f"{column} uuid?"))
        cast = sa.table(table, sa.column(column), sa.column("person_id"))
        op.execute(cast.update().values({column: cast.c.person_id}))
        op.alter_column(table, column, nullable=False)


def _create_the_rest() -> None:
    _tenant(
        "delegation",
        "party_id uuid, person_id uuid, delegate_id uuid, domain choice?, starts_at moment, ends_at moment?,"
        "granted_at moment, revoked_at moment?, version whole",
        _refers("delegation", "party_id", "party", "id"),
    )
    op.create_index("ix_delegation_party_id", "delegation", ["partnership_id", "party_id"])
    _tenant(
        "proposal",
        "decision_id uuid, title text, text text, party_id uuid, person_id uuid, proposed_at moment",
        _refers("proposal", "decision_id", "decision", "id"),
        _refers("proposal", "party_id", "party", "id"),
    )
    _tenant(
        "decision_notice",
        "decision_id uuid, party_id uuid, deemed_at moment, received_at moment?, person_id uuid?",
        _refers("decision_notice", "decision_id", "decision", "id"),
        _refers("decision_notice", "party_id", "party", "id"),
        key="decision_id party_id",
    )
    _tenant(
        "dissent",
        "decision_id uuid, person_id uuid, party_id uuid, reason text, recorded_at moment",
        _refers("dissent", "decision_id", "decision", "id"),
        key="decision_id person_id",
    )
