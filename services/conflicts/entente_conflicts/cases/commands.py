"""What happens to a case as a whole."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import Event
from entente_shared.events.conflicts import CaseClosed
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from .domain import CaseState, require_settled
from .models import Case


def tell(session: AsyncSession, case: Case, event: Event) -> None:
    """Publish what happened to a case, as the next link of its saga."""
    case.last_event_id = publish(session, event, correlation_id=case.correlation_id, causation_id=case.last_event_id)


async def close_case(session: AsyncSession, case: Case, outcome: str) -> None:
    """Close a locked case whose settlement is signed."""
    require_settled(case.state)
    now = await partnership_now(session, case.partnership_id)
    case.state, case.outcome, case.closed_at = CaseState.CLOSED, outcome, now
    event = CaseClosed(partnership_id=case.partnership_id, case_id=case.id, outcome=outcome, closed_at=now)
    tell(session, case, event)
