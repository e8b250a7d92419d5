"""Keep what the health index is made of, and publish it when it changed: once a minute, or when its status did."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import kpi as events
from entente_shared.events.conflicts import CaseClosed, CaseOpened, LevelReached
from entente_shared.events.objectives import CommitmentOutcome, CommitmentResolved
from entente_shared.events.resources import AllocationPublished
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now, schedule

from . import domain, queries
from .domain import MINUTE, TIMER, Component
from .models import Health, HealthReading, HealthRecord, OpenCase, ResolvedCommitment
from .queries import Assessed

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00Z")
_PAUSE = timedelta(seconds=1)


async def note_survey(
    session: AsyncSession,
    partnership_id: UUID,
    survey_id: UUID,
    closed_at: datetime,
    *,
    satisfaction: float | None,
    perception_gap: float | None,
    engagement: float | None,
) -> None:
    """A survey was closed; its figures are 0..1. What is None (too few answered) leaves what an earlier one said."""
    gap = None if perception_gap is None else domain.perception(perception_gap)
    found = {Component.SATISFACTION: satisfaction, Component.PERCEPTION: gap, Component.ENGAGEMENT: engagement}
    ordinal = (closed_at - _EPOCH) // timedelta(microseconds=1)
    for component, value in found.items():
        if value is not None:
            await _read(session, partnership_id, component, value, survey_id, closed_at, ordinal)
    await _look(session, partnership_id, survey_id)


async def note_allocation(session: AsyncSession, event: AllocationPublished) -> None:
    value = domain.equity(event.certificate)
    if value is None:
        return
    now = await partnership_now(session, event.partnership_id)
    await _read(session, event.partnership_id, Component.EQUITY, value, event.allocation_id, now, event.revision)
    await _look(session, event.partnership_id, event.allocation_id)


async def note_case(session: AsyncSession, event: CaseOpened) -> None:
    row = {"partnership_id": event.partnership_id, "case_id": event.case_id, "level": 1}
    await session.execute(insert(OpenCase).values(row).on_conflict_do_nothing())
    await _look(session, event.partnership_id, event.case_id)


async def note_level(session: AsyncSession, event: LevelReached) -> None:
    await session.execute(
        update(OpenCase).filter_by(partnership_id=event.partnership_id, case_id=event.case_id).values(level=event.level)
    )
    await _look(session, event.partnership_id, event.case_id)


async def drop_case(session: AsyncSession, event: CaseClosed) -> None:
    await session.execute(delete(OpenCase).filter_by(partnership_id=event.partnership_id, case_id=event.case_id))
    await _look(session, event.partnership_id, event.case_id)


async def note_commitment(session: AsyncSession, event: CommitmentResolved) -> None:
    if event.outcome is CommitmentOutcome.WAIVED:
        return
    statement = insert(ResolvedCommitment).values(
        partnership_id=event.partnership_id,
        commitment_id=event.commitment_id,
        kept=event.outcome is CommitmentOutcome.KEPT,
        due_at=event.due_at,
        resolved_at=event.resolved_at,
    )
    await session.execute(statement.on_conflict_do_nothing())
    await _look(session, event.partnership_id, event.commitment_id)


async def reassess(session: AsyncSession, partnership_id: UUID, *, armed: bool) -> None:
    """A timer is due: the partnership's own (`armed`), or one that something set which may have changed its health."""
    row, now = await _lock(session, partnership_id)
    if armed:
        row.armed = False
    if row.checked_at is not None and now - row.checked_at < _PAUSE:
        await _arm(session, row, row.checked_at + MINUTE)
        return
    row.checked_at = now
    found = await queries.assess(session, partnership_id)
    again = now + MINUTE if await queries.is_moving(session, partnership_id, 2 * MINUTE) else None
    if found and domain.rounded(found.values) != row.values:
        if row.published_at is None or found.index.status != row.status or now - row.published_at >= MINUTE:
            await _publish(session, row, found, now)
        else:
            again = row.published_at + MINUTE
    if again:
        await _arm(session, row, again)


async def _read(
    session: AsyncSession,
    partnership_id: UUID,
    component: Component,
    value: float,
    source_id: UUID,
    measured_at: datetime,
    ordinal: int,
) -> None:
    """Keep a reading unless a newer one is there."""
    statement = insert(HealthReading).values(
        partnership_id=partnership_id,
        component=component,
        value=value,
        source_id=source_id,
        measured_at=measured_at,
        ordinal=ordinal,
    )
    new = statement.excluded
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["partnership_id", "component"],
            set_={name: new[name] for name in ("value", "source_id", "measured_at", "ordinal")},
            where=HealthReading.ordinal < new.ordinal,
        )
    )


async def _look(session: AsyncSession, partnership_id: UUID, subject_id: UUID) -> None:
    """Have the health reassessed after this transaction. The timer is the subject's own, so that no two writers meet."""
    now = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    await schedule(session, TIMER, partnership_id, subject_id, now, wall=True)


async def _lock(session: AsyncSession, partnership_id: UUID) -> tuple[Health, datetime]:
    """The partnership's row, made when it is first needed, and Postgres' time. Only timers' handlers take this lock."""
    made = insert(Health).values(partnership_id=partnership_id, values={}, armed=False)
    await session.execute(made.on_conflict_do_nothing())
    locked = select(Health).where(Health.partnership_id == partnership_id).with_for_update()
    row = (await session.execute(locked)).scalar_one()
    return row, (await session.execute(select(func.clock_timestamp()))).scalar_one()


async def _arm(session: AsyncSession, row: Health, due_at: datetime) -> None:
    """A timer that is armed is left alone: its handler may be waiting for the row that is held here."""
    if not row.armed:
        row.armed = True
        await schedule(session, TIMER, row.partnership_id, row.partnership_id, due_at, wall=True)


async def _publish(session: AsyncSession, row: Health, found: Assessed, now: datetime) -> None:
    index = found.index
    row.values, row.status, row.published_at = domain.rounded(found.values), index.status, now
    components = [
        events.HealthComponent(
            component=component,
            value=found.measured[component].value,
            weight=weight,
            source=domain.SOURCES[component],
            source_id=found.measured[component].source_id,
            measured_at=found.measured[component].measured_at,
        )
        for component, weight in index.weights.items()
    ]
    fact = events.HealthChanged(
        partnership_id=row.partnership_id,
        at=await partnership_now(session, row.partnership_id),
        score=index.score,
        status=index.status,
        capped=index.capped,
        components=components,
        missing=list(index.missing),
        rule_version=domain.RULE_VERSION,
    )
    session.add(HealthRecord(id=new_id(), **fact.model_dump(exclude={"components"}), components=_plain(components)))
    publish(session, fact)


def _plain(components: list[events.HealthComponent]) -> list[dict[str, object]]:
    return [each.model_dump(mode="json") for each in components]
