"""Reading cases."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_

from ..context import queries as context
from ..context.domain import in_causal_order, substance
from ..ladder import queries as ladder
from ..settlement import queries as settlement
from .domain import CaseNotFound, CaseState
from .models import Case

ORDER = Case.id


async def get(session: AsyncSession, partnership_id: UUID, case_id: UUID) -> Case:
    return _found(await session.get(Case, (partnership_id, case_id)))


async def locked(session: AsyncSession, partnership_id: UUID, case_id: UUID, *, nowait: bool = False) -> Case:
    """The case under its row lock: whoever changes a case, its ladder or its settlements holds it."""
    lock = {"nowait": nowait}
    return _found(await session.get(Case, (partnership_id, case_id), with_for_update=lock, populate_existing=True))


def listing(partnership_id: UUID, state: CaseState | None) -> Select[Case]:
    statement = select(Case).where(Case.partnership_id == partnership_id)
    return statement if state is None else statement.where(Case.state == state)


async def dossier(session: AsyncSession, case: Case) -> dict[str, Any]:
    """What a case is filled with, by the names of `CaseDetail`."""
    key = (case.partnership_id, case.id)
    saga = await context.saga(session, case.partnership_id, case.correlation_id)
    decision_id = case.cause_id if case.cause_kind == "decision" else None
    filling = substance(saga, decision_id=decision_id, adjustment_id=case.adjustment_id)
    return {
        "charter_version": case.charter_version,
        "ladder": ladder.thaw(case.ladder),
        "steps": await ladder.steps(session, *key),
        "trace": in_causal_order(saga),
        "votes": filling.votes,
        "tally": filling.tally,
        "alternatives": filling.alternatives,
        "settlements": await settlement.of_case(session, *key),
    }


def _found(case: Case | None) -> Case:
    if case is None:
        raise CaseNotFound(N_("This partnership has no case with that id; list its cases to find it."))
    return case
