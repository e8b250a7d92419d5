"""Surveys, interviews, benefits, costs and verdicts.

Revision ID: 0005
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from entente_shared.migrations import protect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "survey", "survey_respondent", "survey_sheet", "interview", "interview_count",
    "verdict", "benefit", "benefit_share", "benefit_realisation", "cost",
)  # fmt: skip
_uuid, _text, _choice, _number, _exact = sa.Uuid(), sa.Text(), sa.String(40), sa.BigInteger(), sa.Numeric()
_moment, _json = sa.DateTime(timezone=True), JSONB(none_as_null=True)
_TENANT = "partnership_id"

# Beside what row-level security asks of every row. What a person confided is for that person, and for adding it up.
_CONFIDED = "person_id = entente_setting('person_id') OR partnership_id = entente_setting('confidential')"
_OWN_UNTIL_SHARED = "visibility = 'shared' OR organisation_id = entente_setting('organisation_id')"
_WITH_ITS_BENEFIT = (
    "EXISTS (SELECT FROM benefit b WHERE b.partnership_id = {0}.partnership_id AND b.id = {0}.benefit_id)"
)
RESTRICTIONS = {
    "survey_sheet": _CONFIDED,
    "interview": _CONFIDED,
    "benefit": _OWN_UNTIL_SHARED,
    "cost": _OWN_UNTIL_SHARED,
    "benefit_share": _WITH_ITS_BENEFIT.format("benefit_share"),
    "benefit_realisation": _WITH_ITS_BENEFIT.format("benefit_realisation"),
}


def upgrade() -> None:
    _create_surveys()
    _create_interviews()
    _create_benefits()
    _create_costs()
    protect(*TENANT_TABLES)
    for table, rule in RESTRICTIONS.items():
        op.execute(f"CREATE POLICY restricted ON {table} AS RESTRICTIVE USING ({rule}) WITH CHECK ({rule})")


def downgrade() -> None:
    for table in reversed(TENANT_TABLES):
        if table != "benefit":
            op.drop_table(table)
    op.drop_table("benefit")


def _columns(kind: Any, *names: str) -> Iterable[sa.Column[Any]]:
    """Columns of one type; a name that ends in `?` is nullable."""
    return (sa.Column(name.rstrip("?"), kind, nullable=name.endswith("?")) for name in names)


def _create(table: str, key: tuple[str, ...], columns: Iterable[sa.Column[Any]], *references: tuple[str, str]) -> None:
    """A tenant's table. References stay inside the partnership."""
    op.create_table(
        table,
        sa.Column(_TENANT, _uuid, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint(_TENANT, *key, name=f"pk_{table}"),
        *(
            sa.ForeignKeyConstraint(
                [_TENANT, column], [f"{other}.{_TENANT}", f"{other}.id"], name=f"fk_{table}_{_TENANT}_{column}"
            )
            for column, other in references
        ),
    )


def _created() -> sa.Column[Any]:
    return sa.Column("created_at", _moment, nullable=False, server_default=sa.text("now()"))


def _create_surveys() -> None:
    columns = (
        *_columns(_uuid, "id", "party_id"),
        *_columns(_text, "title"),
        *_columns(_json, "questions"),
        *_columns(_moment, "opens_at", "closes_at", "closed_at?"),
        *_columns(_uuid, "closed_by?"),
        *_columns(_json, "participation?", "results?"),
        _created(),
        *_columns(_number, "version"),
    )
    _create("survey", ("id",), columns)
    who = ("survey_id", "person_id", "party_id")
    _create("survey_respondent", who[:2], _columns(_uuid, *who), ("survey_id", "survey"))
    columns = (
        *_columns(_uuid, *who),
        *_columns(_json, "answers"),
        *_columns(_moment, "answered_at"),
        *_columns(_number, "version"),
    )
    _create("survey_sheet", who[:2], columns, ("survey_id", "survey"))


def _create_interviews() -> None:
    columns = (
        *_columns(_uuid, "id", "party_id", "person_id"),
        *_columns(_number, "number", "version"),
        *_columns(_moment, "held_at"),
        *_columns(_json, "codes"),
    )
    _create("interview", ("id",), columns)
    op.create_index("uq_interview_number", "interview", [_TENANT, "party_id", "number"], unique=True)
    _create("interview_count", ("party_id",), (*_columns(_uuid, "party_id"), *_columns(_number, "recorded")))


def _create_benefits() -> None:
    columns = (
        *_columns(_uuid, "id", "subject_id", "party_id", "person_id"),
        *_columns(_number, "number", "revision"),
        *_columns(_choice, "opinion"),
        *_columns(_text, "reason"),
        *_columns(_moment, "at"),
    )
    _create("verdict", ("id",), columns)
    op.create_index("uq_verdict_number", "verdict", [_TENANT, "subject_id", "number"], unique=True)
    columns = (
        *_columns(_uuid, "id", "party_id", "organisation_id", "kpi_id?", "objective_id?"),
        *_columns(_choice, "visibility", "kind", "standing"),
        *_columns(_text, "title", "description", "currency?"),
        *_columns(_exact, "expected_amount?"),
        *_columns(_number, "expected_score?", "revision", "version"),
        *_columns(_moment, "expected_at"),
        _created(),
    )
    _create("benefit", ("id",), columns, ("kpi_id", "kpi"))
    columns = (*_columns(_uuid, "benefit_id", "party_id"), *_columns(_exact, "share"))
    _create("benefit_share", ("benefit_id", "party_id"), columns, ("benefit_id", "benefit"))
    columns = (
        *_columns(_uuid, "id", "benefit_id"),
        *_columns(_moment, "at", "recorded_at"),
        *_columns(_exact, "amount?"),
        *_columns(_number, "score?", "version"),
        *_columns(_text, "note"),
        *_columns(_choice, "standing"),
    )
    _create("benefit_realisation", ("id",), columns, ("benefit_id", "benefit"))
    op.create_index("ix_benefit_realisation_benefit_id", "benefit_realisation", [_TENANT, "benefit_id", "id"])


def _create_costs() -> None:
    columns = (
        *_columns(_uuid, "id", "party_id", "organisation_id"),
        *_columns(_choice, "visibility", "basis", "standing"),
        *_columns(_text, "title", "currency"),
        *_columns(_exact, "amount"),
        *_columns(_moment, "at", "recorded_at"),
        *_columns(_number, "version"),
    )
    _create("cost", ("id",), columns)
    op.create_index("ix_cost_party_id", "cost", [_TENANT, "party_id", "id"])
