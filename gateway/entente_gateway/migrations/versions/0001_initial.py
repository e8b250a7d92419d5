"""The gateway's first tables: keys, the log of events, partnerships' names.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from entente_shared import migrations

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_moment = sa.DateTime(timezone=True)
_IN_PARTNERSHIP = "partnership_id = ANY (ARRAY(SELECT entente_partnerships()))"
# `parties:` is followed by organisations. Any other audience, as a case's, is nobody's until there is a rule for it.
_MEANT_FOR_CALLER = """(audience = 'shared' OR (audience LIKE 'parties:%'
  AND entente_setting('organisation_id')::text = ANY (string_to_array(substr(audience, 9), ','))))"""
_OPERATOR = "entente_setting('organisation_id') IS NULL AND entente_setting('partnership_id') IS NULL"

_LOG_POLICIES = f"""
ALTER TABLE event_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_log FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON event_log FOR SELECT USING ({_IN_PARTNERSHIP} AND {_MEANT_FOR_CALLER});
CREATE POLICY unowned ON event_log FOR SELECT USING (partnership_id IS NULL AND {_OPERATOR});
CREATE POLICY logging ON event_log FOR INSERT WITH CHECK (partnership_id IS NULL OR {_IN_PARTNERSHIP});
"""
# Runs as its owner, who sees every row: a stream begins at the end of the log, whoever's events stand there.
_LOG_END = """
CREATE FUNCTION event_log_end() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT coalesce(max(position), 0) FROM event_log $$
"""
# Writers of the log take turns already, so that NOTIFY inside their transaction costs nothing more. Where memberships
# may have changed, everybody looks.
_WAKE = """
CREATE FUNCTION event_log_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.type IN ('entente.objectives.partnership_changed.v1', 'entente.objectives.membership_changed.v1')
     OR NEW.partnership_id IS NULL THEN
    PERFORM pg_notify('event_log', '*');
  ELSE
    PERFORM pg_notify('event_log', NEW.partnership_id::text);
  END IF;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    migrations.create_plumbing()
    _create_keys()
    _create_log()
    op.create_table(
        "partnership",
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("partnership_id", name="pk_partnership"),
    )
    migrations.protect("partnership")


def _create_keys() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("organisation_id", sa.Uuid),
        sa.Column("person_id", sa.Uuid),
        sa.Column("scopes", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("expires_at", _moment),
        sa.Column("revoked_at", _moment),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
    )
    op.create_index("ix_api_key_organisation_id", "api_key", ["organisation_id", "person_id"])
    op.create_table(
        "key_secret",
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("key_id", sa.Uuid, nullable=False),
        sa.Column("prefix", sa.Text, nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("retires_at", _moment),
        sa.PrimaryKeyConstraint("digest", name="pk_key_secret"),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name="fk_key_secret_key_id"),
    )
    op.create_index("ix_key_secret_key_id", "key_secret", ["key_id"])


def _create_log() -> None:
    op.create_table(
        "event_log",
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("producer", sa.Text, nullable=False),
        sa.Column("aggregate", sa.Text, nullable=False),
        sa.Column("aggregate_id", sa.Uuid, nullable=False),
        sa.Column("aggregate_version", sa.BigInteger, nullable=False),
        sa.Column("correlation_id", sa.Uuid, nullable=False),
        sa.Column("causation_id", sa.Uuid),
        sa.Column("occurred_at", _moment, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_event_log"),
        sa.UniqueConstraint("event_id", name="uq_event_log_event_id"),
    )
    op.create_index("ix_event_log_partnership_id", "event_log", ["partnership_id", "position"])
    op.create_index("ix_event_log_correlation_id", "event_log", ["partnership_id", "correlation_id"])
    op.create_index(
        "ix_event_log_saga",
        "event_log",
        ["partnership_id", "position"],
        postgresql_where=sa.text("type = 'entente.kpi.deviation_opened.v1'"),
    )
    for statement in (*_LOG_POLICIES.strip().split(";\n"), _LOG_END, _WAKE):
        op.execute(statement)
    op.execute("CREATE TRIGGER wake AFTER INSERT ON event_log FOR EACH ROW EXECUTE FUNCTION event_log_wake()")


def downgrade() -> None:
    for table in ("partnership", "event_log", "key_secret", "api_key"):
        op.drop_table(table)
    op.execute("DROP FUNCTION event_log_wake()")
    op.execute("DROP FUNCTION event_log_end()")
    migrations.drop_plumbing()
