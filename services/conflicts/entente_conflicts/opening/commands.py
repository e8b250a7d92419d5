"""Opening a case, whatever its cause."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.events.conflicts import CaseOpened, Cause, CauseKind
from entente_shared.events.kpi import DeviationOpened
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from ..cases.domain import Actor, CaseState, DeviationUnknown
from ..cases.models import Case
from ..charter import queries as charter
from ..context import queries as context
from ..context.domain import Entry
from ..ladder import commands as ladder_commands
from ..ladder import queries as ladder_queries
from ..ladder.domain import Reason, enter


@dataclass(frozen=True)
class Opening:
    """What a case starts from. Without a `correlation_id` it starts a saga of its own."""

    partnership_id: UUID
    case_id: UUID
    cause: Cause
    title: str
    at: datetime
    description: str = ""
    deviation_id: UUID | None = None
    adjustment_id: UUID | None = None
    kpi_id: UUID | None = None
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
    person_id: UUID | None = None


async def open_case(session: AsyncSession, opening: Opening) -> Case:
    """Open a case unless it is there already: an id derived from its cause lets one cause open one case."""
    known = await session.get(Case, (opening.partnership_id, opening.case_id))
    if known is not None:
        return known
    charter_version, ladder = await ladder_queries.in_force(session, opening.partnership_id)
    standing = enter(ladder, await charter.roles_held(session, opening.partnership_id), opening.at)
    event_id = _publish(session, opening)
    case = Case(
        partnership_id=opening.partnership_id,
        id=opening.case_id,
        state=CaseState.OPEN,
        title=opening.title,
        description=opening.description,
        cause_kind=opening.cause.kind,
        cause_id=opening.cause.id,
        deviation_id=opening.deviation_id,
        adjustment_id=opening.adjustment_id,
        kpi_id=opening.kpi_id,
        correlation_id=opening.correlation_id or event_id,
        last_event_id=event_id,
        charter_version=charter_version,
        ladder=ladder_queries.freeze(ladder),
        opened_at=opening.at,
    )
    session.add(case)
    await ladder_commands.stand(session, case, standing, Reason.OPENED, person_id=opening.person_id)
    return case


async def open_by_person(
    session: AsyncSession,
    partnership_id: UUID,
    actor: Actor,
    *,
    title: str,
    description: str,
    deviation_id: UUID | None,
) -> Case:
    """Open a case on a person's word; about a deviation it continues that deviation's saga."""
    about = await _deviation(session, partnership_id, deviation_id) if deviation_id else None
    opening = Opening(
        partnership_id=partnership_id,
        case_id=new_id(),
        cause=Cause(kind=CauseKind.PERSON, id=actor.person_id),
        title=title,
        description=description,
        at=await partnership_now(session, partnership_id),
        deviation_id=deviation_id,
        kpi_id=UUID(about.said["kpi_id"]) if about else None,
        correlation_id=about.event_id if about else None,
        causation_id=about.event_id if about else None,
        person_id=actor.person_id,
    )
    return await open_case(session, opening)


async def _deviation(session: AsyncSession, partnership_id: UUID, deviation_id: UUID) -> Entry:
    entry = await context.latest(session, DeviationOpened, partnership_id, deviation_id)
    if entry is None:
        raise DeviationUnknown(
            N_("This partnership has no deviation with that id; leave it out, or name one of its own."),
            pointer="/deviation_id",
        )
    return entry


def _publish(session: AsyncSession, opening: Opening) -> UUID:
    event = CaseOpened(
        partnership_id=opening.partnership_id,
        case_id=opening.case_id,
        cause=opening.cause,
        title=opening.title,
        deviation_id=opening.deviation_id,
        adjustment_id=opening.adjustment_id,
        kpi_id=opening.kpi_id,
        opened_at=opening.at,
    )
    return publish(
        session,
        event,
        correlation_id=opening.correlation_id,
        causation_id=opening.causation_id,
        starts_saga=opening.correlation_id is None,
    )
