"""What `GET /v1/me` tells of a partnership: a projection of partnership_changed."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base


class Partnership(Base):
    __tablename__ = "partnership"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    stage: Mapped[str]
    version: Mapped[int]
