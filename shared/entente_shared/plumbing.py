"""The tables that every service's database has. They hold no business state; see `migrations.create_plumbing`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB

from .naming import new_metadata

metadata = new_metadata()
_moment = DateTime(timezone=True)
_now = text("now()")

outbox = Table(
    "outbox",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("partnership_id", Uuid),
    Column("aggregate", Text, nullable=False),
    Column("aggregate_id", Uuid, nullable=False),
    Column("aggregate_version", BigInteger, nullable=False),
    Column("audience", Text, nullable=False),
    Column("correlation_id", Uuid, nullable=False),
    Column("causation_id", Uuid),
    Column("traceparent", Text),
    Column("snapshot_of", Uuid),
    Column("occurred_at", _moment, nullable=False, server_default=_now),
    Column("data", Text, nullable=False),
    Column("published_at", _moment),
    Column("stream_sequence", BigInteger),
)
Index("ix_outbox_unpublished", outbox.c.position, postgresql_where=outbox.c.published_at.is_(None))
Index("ix_outbox_published_at", outbox.c.published_at)
Index("ix_outbox_stream_sequence", outbox.c.stream_sequence)
Index(
    "ix_outbox_state", outbox.c.type, outbox.c.aggregate_id, outbox.c.aggregate_version,
    postgresql_where=(outbox.c.kind == "state") & outbox.c.snapshot_of.is_(None),
)  # fmt: skip

aggregate_version = Table(
    "aggregate_version",
    metadata,
    Column("aggregate", Text, nullable=False),
    Column("aggregate_id", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("aggregate", "aggregate_id"),
)

relay_state = Table(
    "relay_state",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("stream_created", Text, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("producer", Text, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("handled_at", _moment, nullable=False, server_default=_now),
    PrimaryKeyConstraint("producer", "event_id"),
)

Index("ix_inbox_handled_at", inbox.c.handled_at)

consumer_position = Table(
    "consumer_position",
    metadata,
    Column("producer", Text, primary_key=True),
    Column("stream_created", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("snapshot_received", Boolean, nullable=False, server_default=text("false")),
)

parked_event = Table(
    "parked_event",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("producer", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("partnership_id", Uuid),
    Column("aggregate", Text, nullable=False),
    Column("aggregate_id", Uuid, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("data", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_attempt_at", _moment, nullable=False, server_default=_now),
    Column("dead", Boolean, nullable=False, server_default=text("false")),
    Column("error", Text),
    Column("parked_at", _moment, nullable=False, server_default=_now),
)
Index(
    "ix_parked_event_order",
    parked_event.c.producer,
    parked_event.c.aggregate,
    parked_event.c.aggregate_id,
    parked_event.c.sequence,
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("principal", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", Integer),
    Column("headers", JSONB),
    Column("body", LargeBinary),
    Column("created_at", _moment, nullable=False, server_default=_now),
    PrimaryKeyConstraint("principal", "key"),
)

Index("ix_idempotency_key_created_at", idempotency_key.c.created_at)

timer = Table(
    "timer",
    metadata,
    Column("kind", Text, nullable=False),
    Column("partnership_id", Uuid, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("due_at", _moment, nullable=False),
    Column("wall", Boolean, nullable=False, server_default=text("false")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("not_before", _moment, nullable=False, server_default=_now),
    PrimaryKeyConstraint("partnership_id", "kind", "subject_id"),
)
Index("ix_timer_due_at", timer.c.due_at)

membership = Table(
    "membership",
    metadata,
    Column("partnership_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("party_id", Uuid, nullable=False),
    Column("organisation_id", Uuid, nullable=False),
    Column("person_id", Uuid),
    Column("role", Text),
    Column("active", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("partnership_id", "member_id"),
)
Index("ix_membership_organisation_id", membership.c.organisation_id, membership.c.person_id)

partnership_clock = Table(
    "partnership_clock",
    metadata,
    Column("partnership_id", Uuid, primary_key=True),
    Column("replayed_now", _moment),
    Column("version", BigInteger, nullable=False),
)
