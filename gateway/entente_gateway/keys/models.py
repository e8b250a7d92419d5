"""API keys and their secrets. They belong to no partnership and stand outside row-level security."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base


class ApiKey(Base):
    __tablename__ = "api_key"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    label: Mapped[str]
    organisation_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    version: Mapped[int]  # the ETag; the row is locked while it is changed

    __table_args__ = (Index("ix_api_key_organisation_id", "organisation_id", "person_id"),)


class KeySecret(Base):
    """One of a key's secrets, of which at most two are live. `prefix` is the part that is shown."""

    __tablename__ = "key_secret"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    key_id: Mapped[UUID] = mapped_column(ForeignKey("api_key.id"), index=True)
    prefix: Mapped[str]
    created_at: Mapped[datetime]
    retires_at: Mapped[datetime | None]
