"""KPIs, samples, trajectories, deviations and verifications.

Revision ID: 0001
"""

from collections.abc import Iterable
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
    "kpi", "threshold_rule", "track", "sample", "correction",
    "objective_trajectory", "path_segment", "deviation", "verification",
)  # fmt: skip
_uuid, _text, _choice, _number, _float = sa.Uuid(), sa.Text(), sa.String(40), sa.BigInteger(), sa.Float(53)
_moment, _duration, _flag = sa.DateTime(timezone=True), sa.Interval(), sa.Boolean()
_now = sa.text("now()")


def upgrade() -> None:
    create_plumbing()
    _create_definitions()
    _create_series()
    _create_trajectories()
    _create_deviations()
    _create_verifications()
    protect(*TENANT_TABLES)


def downgrade() -> None:
    for table in reversed(TENANT_TABLES):
        op.drop_table(table)
    drop_plumbing()


def _columns(kind: Any, *names: str) -> Iterable[sa.Column[Any]]:
    """Columns of one type; a name that ends in `?` is nullable."""
    return (sa.Column(name.rstrip("?"), kind, nullable=name.endswith("?")) for name in names)


def _create(table: str, key: tuple[str, ...], columns: Iterable[sa.Column[Any]], *references: tuple[str, str]) -> None:
    """A tenant's table. References stay inside the partnership."""
    tenant = "partnership_id"
    op.create_table(
        table,
        sa.Column(tenant, _uuid, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint(tenant, *key, name=f"pk_{table}"),
        *(
            sa.ForeignKeyConstraint(
                [tenant, column], [f"{other}.{tenant}", f"{other}.id"], name=f"fk_{table}_{tenant}_{column}"
            )
            for column, other in references
        ),
    )


def _create_definitions() -> None:
    described = (*_columns(_text, "name", "unit"), *_columns(_duration, "cadence"), *_columns(_choice, "on_conflict"))
    created = sa.Column("created_at", _moment, nullable=False, server_default=_now)
    _create("kpi", ("id",), (*_columns(_uuid, "id"), *described, created))
    thresholds = (
        *_columns(_float, "theta_on", "theta_off"),
        *_columns(_duration, "hold", "keep", "stale_after?", "evaluation_delay"),
    )
    columns = (*_columns(_uuid, "id", "kpi_id"), *thresholds, *_columns(_number, "version"))
    _create("threshold_rule", ("id",), columns, ("kpi_id", "kpi"))
    op.create_index("uq_threshold_rule_kpi_id", "threshold_rule", ["partnership_id", "kpi_id"], unique=True)
    columns = (
        *_columns(_uuid, "kpi_id"),
        *_columns(_choice, "state"),
        *_columns(_moment, "since", "until"),
        *_columns(_number, "crossings"),
        *_columns(_moment, "latest_at?"),
        *_columns(_float, "latest_value?"),
        *_columns(_flag, "silent", "silence_armed"),
        *_columns(_moment, "progress_published_at?"),
        *_columns(_flag, "progress_armed"),
    )
    _create("track", ("kpi_id",), columns, ("kpi_id", "kpi"))


def _create_series() -> None:
    _create(
        "sample", ("kpi_id", "at"), (*_columns(_uuid, "kpi_id"), *_columns(_moment, "at"), *_columns(_float, "value"))
    )
    columns = (
        *_columns(_uuid, "id", "kpi_id"),
        *_columns(_moment, "at"),
        *_columns(_float, "replaced", "value"),
        *_columns(_text, "principal"),
        sa.Column("corrected_at", _moment, nullable=False, server_default=_now),
    )
    _create("correction", ("id",), columns)
    op.create_index("ix_correction_kpi_id", "correction", ["partnership_id", "kpi_id", "id"])


def _create_trajectories() -> None:
    columns = (
        *_columns(_uuid, "objective_id", "kpi_id"),
        *_columns(_text, "title"),
        *_columns(_float, "baseline", "target"),
        *_columns(_moment, "starts_at", "due_at"),
        *_columns(_number, "revision"),
        *_columns(_flag, "active"),
        *_columns(_number, "version"),
    )
    _create("objective_trajectory", ("objective_id",), columns)
    op.create_index("ix_objective_trajectory_kpi_id", "objective_trajectory", ["partnership_id", "kpi_id"])
    columns = (
        *_columns(_uuid, "kpi_id"),
        *_columns(_number, "number"),
        *_columns(_moment, "effective_from"),
        *_columns(_uuid, "objective_id?"),
        *_columns(_number, "revision?"),
        *_columns(_float, "baseline?", "target?"),
        *_columns(_moment, "starts_at?", "due_at?"),
    )
    _create("path_segment", ("kpi_id", "number"), columns, ("kpi_id", "kpi"))


def _create_deviations() -> None:
    columns = (
        *_columns(_uuid, "id", "kpi_id", "rule_id"),
        *_columns(_number, "crossing"),
        *_columns(_choice, "state"),
        *_columns(_uuid, "objective_id"),
        *_columns(_number, "trajectory_revision"),
        *_columns(_float, "baseline", "target"),
        *_columns(JSONB(), "rule"),
        *_columns(_moment, "opened_at"),
        *_columns(_float, "value", "planned_value", "progress", "planned", "deviation"),
        *_columns(_moment, "closed_at?"),
        *_columns(_float, "closed_value?"),
        *_columns(_flag, "annulled"),
        *_columns(_text, "annulled_because?"),
        *_columns(_uuid, "correlation_id"),
    )
    _create("deviation", ("id",), columns, ("kpi_id", "kpi"), ("rule_id", "threshold_rule"))
    op.create_index(
        "uq_deviation_crossing", "deviation", ["partnership_id", "kpi_id", "rule_id", "crossing"], unique=True
    )


def _create_verifications() -> None:
    columns = (
        *_columns(_uuid, "id", "kpi_id", "deviation_id"),
        *_columns(_moment, "applied_at", "horizon_at", "deadline"),
        *_columns(_number, "samples"),
        *_columns(_float, "value_at_application", "expected_effect"),
        *_columns(_choice, "outcome"),
        *_columns(_moment, "decided_at?"),
        *_columns(_float, "measured_effect?"),
        *_columns(_uuid, "correlation_id", "causation_id"),
    )
    _create("verification", ("id",), columns, ("kpi_id", "kpi"), ("deviation_id", "deviation"))
    waiting = sa.text("outcome = 'waiting'")
    op.create_index("ix_verification_waiting", "verification", ["partnership_id", "kpi_id"], postgresql_where=waiting)
