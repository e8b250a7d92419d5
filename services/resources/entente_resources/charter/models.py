"""What the parties signed, as this service needs it: a projection of objectives' state."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base


class PartyWeights(Base):
    """`parties` as `partnership_changed` has them."""

    __tablename__ = "party_weights"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    parties: Mapped[list[Any]] = mapped_column(JSONB)
    version: Mapped[int]


class SignedCharter(Base):
    """`content` is the body of `charter_signed`: levers, mandates, floors and policy."""

    __tablename__ = "signed_charter"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int]
