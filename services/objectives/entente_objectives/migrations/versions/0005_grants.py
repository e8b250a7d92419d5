"""Notes, withdrawals and comments of a negotiation; party documents, and grants to read them.

Revision ID: 0005
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

from entente_shared.migrations import protect

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

_uuid, _text, _choice, _whole = sa.Uuid(), sa.Text(), sa.String(40), sa.BigInteger()
_moment = sa.DateTime(timezone=True)
_TENANT = "partnership_id"


def upgrade() -> None:
    op.add_column("charter_version", sa.Column("note", sa.Text(), nullable=True))
    _create_negotiation()
    protect("charter_withdrawal", "charter_comment")


def downgrade() -> None:
    for table in ("charter_comment", "charter_withdrawal"):
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
