"""Notes, withdrawals and comments of a negotiation; party documents, and grants to read them.

Revision ID: 0005
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

from entente_shared.migrations import protect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_uuid, _text, _choice, _whole = sa.Uuid(), sa.Text(), sa.String(40), sa.BigInteger()
_moment = sa.DateTime(timezone=True)
_TENANT = "partnership_id"

TENANT_TABLES = (
    "charter_withdrawal", "charter_comment",
    "party_document", "access_grant", "grant_reader", "grant_access",
)  # fmt: skip

# Beside what row-level security asks of every row: what a caller sees, and what they may write.
_OWN = "organisation_id = entente_setting('organisation_id')"
_OWN_OR_GRANTED = f"{_OWN} OR grantor_organisation_id = entente_setting('organisation_id')"
_GIVEN_OR_RECEIVED = (
    f"{_OWN} OR EXISTS (SELECT FROM grant_reader r WHERE r.partnership_id = access_grant.partnership_id"
    " AND r.grant_id = access_grant.id AND r.organisation_id = entente_setting('organisation_id'))"
)
_GRANTED_FOR_THE_STATED_PURPOSE = (
    "EXISTS (SELECT FROM access_grant g JOIN grant_reader r ON r.partnership_id = g.partnership_id AND r.grant_id = g.id"
    " WHERE g.partnership_id = party_document.partnership_id AND g.record = 'document' AND g.record_id = party_document.id"
    " AND g.organisation_id = party_document.organisation_id"
    " AND r.organisation_id = entente_setting('organisation_id')"
    " AND g.revoked_at IS NULL"
    " AND g.expires_at > entente_now(g.partnership_id)"
    " AND g.purpose = current_setting('entente.purpose', true))"
)
RESTRICTIONS = {
    "party_document": (
        f"{_OWN} OR visibility = 'shared' OR (visibility = 'named' AND {_GRANTED_FOR_THE_STATED_PURPOSE})",
        _OWN,
    ),
    "access_grant": (_GIVEN_OR_RECEIVED, _OWN),
    "grant_reader": (_OWN_OR_GRANTED, "grantor_organisation_id = entente_setting('organisation_id')"),
    "grant_access": (_OWN_OR_GRANTED, _OWN),
}


def upgrade() -> None:
    op.add_column("charter_version", sa.Column("note", sa.Text(), nullable=True))
    _create_negotiation()
    _create_grants()
    protect(*TENANT_TABLES)
    for table, (seen, written) in RESTRICTIONS.items():
        op.execute(f"CREATE POLICY restricted ON {table} AS RESTRICTIVE USING ({seen}) WITH CHECK ({written})")


def downgrade() -> None:
    op.execute("DROP POLICY restricted ON party_document")  # it reads the tables of grants
    for table in ("grant_access", "grant_reader", "access_grant"):
        op.execute(f"DROP POLICY restricted ON {table}")
    for table in reversed(TENANT_TABLES):
        op.drop_table(table)
    op.drop_column("charter_version", "note")


def _columns(kind: Any, *names: str) -> Iterable[sa.Column[Any]]:
    """Columns of one type; a name that ends in `?` is nullable."""
    return (sa.Column(name.rstrip("?"), kind, nullable=name.endswith("?"), autoincrement=False) for name in names)


def _refers(table: str, column: str, to: str, key: str = "id") -> sa.ForeignKeyConstraint:
    """A foreign key inside the partnership."""
    return sa.ForeignKeyConstraint(
        [_TENANT, column], [f"{to}.{_TENANT}", f"{to}.{key}"], name=f"fk_{table}_{_TENANT}_{column}"
    )


def _create(table: str, key: tuple[str, ...], columns: Iterable[sa.Column[Any]], *references: Any) -> None:
    primary = sa.PrimaryKeyConstraint(_TENANT, *key, name=f"pk_{table}")
    op.create_table(table, sa.Column(_TENANT, _uuid, nullable=False), *columns, primary, *references)


def _create_negotiation() -> None:
    for table, text, at in (
        ("charter_withdrawal", ("reason",), "withdrawn_at"),
        ("charter_comment", ("path", "text"), "made_at"),
    ):
        columns = (
            *_columns(_uuid, "id", "party_id", "person_id"),
            *_columns(_whole, "number"),
            *(_columns(_choice, "what") if table == "charter_withdrawal" else ()),
            *_columns(_text, *text),
            *_columns(_moment, at),
        )
        references = (_refers(table, "number", "charter_version", "number"), _refers(table, "party_id", "party"))
        _create(table, ("id",), columns, *references)
        op.create_index(f"ix_{table}_number", table, [_TENANT, "number"])


def _create_grants() -> None:
    owner = ("party_id", "organisation_id")
    columns = (
        *_columns(_uuid, "id", *owner, "person_id"),
        *_columns(_choice, "visibility"),
        *_columns(_text, "title", "text", "link?"),
        *_columns(_moment, "created_at", "changed_at"),
        *_columns(_whole, "version"),
    )
    _create("party_document", ("id",), columns, _refers("party_document", "party_id", "party"))
    columns = (
        *_columns(_choice, "record"),
        *_columns(_uuid, "id", "record_id", *owner, "person_id", "revoked_by?"),
        *_columns(_text, "purpose", "term?", "revocation?"),
        *_columns(_moment, "granted_at", "expires_at", "revoked_at?"),
        *_columns(_whole, "version"),
    )
    _create("access_grant", ("id",), columns, _refers("access_grant", "party_id", "party"))
    op.create_index("ix_access_grant_record_id", "access_grant", [_TENANT, "record_id"])
    _create(
        "grant_reader",
        ("grant_id", "party_id"),
        _columns(_uuid, "grant_id", *owner, "grantor_organisation_id"),
        _refers("grant_reader", "grant_id", "access_grant"),
        _refers("grant_reader", "party_id", "party"),
    )
    columns = (
        *_columns(_uuid, "id", "grant_id", *owner, "grantor_organisation_id", "person_id?"),
        *_columns(_text, "purpose"),
        *_columns(_moment, "accessed_at"),
    )
    _create("grant_access", ("id",), columns, _refers("grant_access", "grant_id", "access_grant"))
    op.create_index("ix_grant_access_grant_id", "grant_access", [_TENANT, "grant_id", "id"])
