"""Definitions in versions that the parties approve; the scorecard's health, and variance reviews.

Revision ID: 0006
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from entente_shared.migrations import protect

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "kpi_version", "kpi_approval", "health_reading", "open_case", "health", "health_record",
    "variance_review", "variance_finding", "review_action",
)  # fmt: skip
_uuid, _text, _choice, _number, _float = sa.Uuid(), sa.Text(), sa.String(40), sa.BigInteger(), sa.Float(53)
_moment, _duration, _flag = sa.DateTime(timezone=True), sa.Interval(), sa.Boolean()

# What the KPIs that are there already say, as their version 1 (durations in ISO 8601).
_FIRST_VERSIONS = """
INSERT INTO kpi_version (partnership_id, kpi_id, number, state, definition, changes, principal, proposed_at, effective_at)
SELECT kpi.partnership_id, kpi.id, 1, 'in_force',
       jsonb_build_object('name', name, 'unit', unit, 'cadence', cadence::text, 'on_conflict', on_conflict,
         'rule', jsonb_build_object('theta_on', theta_on, 'theta_off', theta_off, 'hold', hold::text, 'keep', keep::text,
           'stale_after', stale_after::text, 'evaluation_delay', evaluation_delay::text)),
       '[]', 'migration', created_at, created_at
  FROM kpi JOIN threshold_rule AS rule ON rule.partnership_id = kpi.partnership_id AND rule.kpi_id = kpi.id
"""


def upgrade() -> None:
    _describe_kpis()
    _create_versions()
    _create_health()
    _create_reviews()
    protect(*TENANT_TABLES)


def downgrade() -> None:
    for table in reversed(TENANT_TABLES):
        op.drop_table(table)
    for column in _described():
        op.drop_column("kpi", column.name)


def _columns(kind: Any, *names: str) -> Iterable[sa.Column[Any]]:
    """Columns of one type; a name that ends in `?` is nullable."""
    return (sa.Column(name.rstrip("?"), kind, nullable=name.endswith("?")) for name in names)


def _create(
    table: str,
    key: tuple[str, ...],
    columns: Iterable[sa.Column[Any]],
    *references: tuple[tuple[str, ...], str, tuple[str, ...]],
) -> None:
    """A tenant's table. References stay inside the partnership."""
    tenant = "partnership_id"
    op.create_table(
        table,
        sa.Column(tenant, _uuid, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint(tenant, *key, name=f"pk_{table}"),
        *(
            sa.ForeignKeyConstraint(
                [tenant, *own], [f"{other}.{name}" for name in (tenant, *theirs)], name=f"fk_{table}_{tenant}_{own[0]}"
            )
            for own, other, theirs in references
        ),
    )


def _described() -> list[sa.Column[Any]]:
    return [
        *_columns(_text, "description?", "template?"),
        *_columns(_choice, "level", "direction?", "aggregation"),
        *_columns(ARRAY(_uuid), "sources?"),
        *_columns(_duration, "keep_raw?", "keep_minute?", "keep_hour?", "keep_day?"),
        *_columns(_choice, "approval", "status"),
        *_columns(_number, "version", "newest", "revision"),
    ]


def _describe_kpis() -> None:
    """The KPIs that are there already are operational ones in force, in their first version."""
    present = {
        "level": "operational", "aggregation": "mean", "approval": "not_required", "status": "active",
        "version": "1", "newest": "1", "revision": "1",
    }  # fmt: skip
    for column in _described():
        column.server_default = sa.DefaultClause(present[column.name]) if column.name in present else None
        op.add_column("kpi", column)
        if column.name in present:
            op.alter_column("kpi", column.name, server_default=None)


def _create_versions() -> None:
    columns = (
        *_columns(_uuid, "kpi_id"),
        *_columns(_number, "number"),
        *_columns(_choice, "state"),
        *_columns(JSONB(), "definition", "changes"),
        *_columns(_text, "reason?", "principal"),
        *_columns(_moment, "proposed_at", "effective_at?"),
        *_columns(_text, "refused_because?"),
        *_columns(_uuid, "refused_by?"),
    )
    _create("kpi_version", ("kpi_id", "number"), columns, (("kpi_id",), "kpi", ("id",)))
    columns = (
        *_columns(_uuid, "kpi_id"),
        *_columns(_number, "number"),
        *_columns(_uuid, "party_id", "person_id"),
        *_columns(_moment, "approved_at"),
    )
    version = (("kpi_id", "number"), "kpi_version", ("kpi_id", "number"))
    _create("kpi_approval", ("kpi_id", "number", "party_id"), columns, version)
    op.execute("SET LOCAL intervalstyle = 'iso_8601'")
    op.execute(_FIRST_VERSIONS)


def _create_health() -> None:
    columns = (
        *_columns(_choice, "component"),
        *_columns(_float, "value"),
        *_columns(_uuid, "source_id"),
        *_columns(_moment, "measured_at"),
        *_columns(_number, "ordinal"),
    )
    _create("health_reading", ("component",), columns)
    _create("open_case", ("case_id",), (*_columns(_uuid, "case_id"), *_columns(_number, "level")))
    columns = (
        *_columns(JSONB(), "values"),
        *_columns(_choice, "status?"),
        *_columns(_moment, "published_at?", "checked_at?"),
        *_columns(_flag, "armed"),
    )
    _create("health", (), columns)
    columns = (
        *_columns(_uuid, "id"),
        *_columns(_moment, "at"),
        *_columns(_float, "score"),
        *_columns(_choice, "status"),
        *_columns(_flag, "capped"),
        *_columns(JSONB(), "components", "missing"),
        *_columns(_text, "rule_version"),
    )
    _create("health_record", ("id",), columns)


def _create_reviews() -> None:
    columns = (
        *_columns(_uuid, "id"),
        *_columns(_text, "title"),
        *_columns(_moment, "since", "until"),
        *_columns(_choice, "state"),
        *_columns(_uuid, "opened_by"),
        *_columns(_moment, "opened_at"),
        *_columns(_uuid, "closed_by?"),
        *_columns(_moment, "closed_at?"),
        *_columns(_text, "conclusion?"),
        *_columns(_number, "version"),
    )
    _create("variance_review", ("id",), columns)
    review = (("review_id",), "variance_review", ("id",))
    columns = (
        *_columns(_uuid, "review_id", "kpi_id"),
        *_columns(_moment, "at?"),
        *_columns(_float, "value?", "progress?", "planned?", "deviation?", "change?"),
        *_columns(JSONB(), "deviations"),
        *_columns(_text, "cause?", "comment?"),
    )
    _create("variance_finding", ("review_id", "kpi_id"), columns, review, (("kpi_id",), "kpi", ("id",)))
    columns = (
        *_columns(_uuid, "review_id", "id"),
        *_columns(_text, "title"),
        *_columns(_uuid, "owner_member_id", "party_id"),
        *_columns(_moment, "due_at"),
        *_columns(_uuid, "kpi_id?", "objective_id?"),
    )
    _create("review_action", ("review_id", "id"), columns, review)
