"""Where the evaluation of a KPI stands."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from ..trajectories.domain import BEGINNING
from .domain import State


class Track(Base):
    """One row per KPI, locked by whoever writes its samples or evaluates them.

    `state`, `since` and `until` are the machine's; `crossings` is the last number given to one; `contests` are open. A timer that is armed
    is left alone: whoever holds this row must not wait for the row of a timer whose handler waits for this one.
    `plan_version` rises with whatever ingest remembers of a KPI: its definition, its rule and its trajectories.
    `fresh_samples` have not been compacted, the oldest of them since `fresh_since`. Samples before `kept_from_us`
    have been let go, the first of them at `begins_us`.
    """

    __tablename__ = "track"
    __table_args__ = (
        ForeignKeyConstraint(["partnership_id", "kpi_id"], ["kpi.partnership_id", "kpi.id"]),
        Index("ix_track_progress_armed", "progress_armed", postgresql_where=text("progress_armed")),
        Index("ix_track_fresh_since", "fresh_since", postgresql_where=text("fresh_since IS NOT NULL")),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[State] = mapped_column(default=State.OK)
    since: Mapped[datetime] = mapped_column(default=BEGINNING)
    until: Mapped[datetime] = mapped_column(default=BEGINNING)
    crossings: Mapped[int] = mapped_column(default=0)
    latest_at: Mapped[datetime | None]
    latest_value: Mapped[float | None]
    silent: Mapped[bool] = mapped_column(default=False)
    silence_armed: Mapped[bool] = mapped_column(default=False)
    progress_published_at: Mapped[datetime | None]
    progress_armed: Mapped[bool] = mapped_column(default=False)
    plan_version: Mapped[int] = mapped_column(default=1, server_default="1")
    fresh_samples: Mapped[int] = mapped_column(default=0, server_default="0")
    fresh_since: Mapped[datetime | None]
    kept_from_us: Mapped[int | None]
    begins_us: Mapped[int | None]
    contests: Mapped[int] = mapped_column(default=0, server_default="0")
