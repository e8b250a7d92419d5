"""Reads of the decision log: what was taken, how, and against whom."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.governance.models import Decision
from entente_objectives.governance.queries import Poll, load_polls
from entente_objectives.mandates.domain import Domain
from entente_objectives.proposals.models import Proposal
from entente_shared.events.objectives import Outcome

from . import domain
from .domain import Ballot, Dissent, Statement
from .models import RecordedDissent


@dataclass(frozen=True)
class Entry:
    """A decision with the title of the proposal that it is on (None: something else), and the dissent."""

    poll: Poll
    title: str | None
    dissents: tuple[Dissent, ...]


@dataclass(frozen=True)
class Filter:
    """`since` is included, `before` is not."""

    domain: Domain | None = None
    outcome: Outcome | None = None
    since: datetime | None = None
    before: datetime | None = None

    def apply(self, statement: Select[Decision]) -> Select[Decision]:
        if self.domain is not None:
            statement = statement.where(Decision.subject_kind == self.domain)
        if self.outcome is not None:
            statement = statement.where(Decision.status == self.outcome.value)
        if self.since is not None:
            statement = statement.where(Decision.taken_at >= self.since)
        if self.before is not None:
            statement = statement.where(Decision.taken_at < self.before)
        return statement


async def list_log(
    session: AsyncSession, partnership_id: UUID, wanted: Filter, cursor: UUID | None, limit: int
) -> tuple[list[Entry], str | None]:
    """Taken decisions, newest first. The cursor is a decision: when it was taken never changes."""
    taken = select(Decision).where(Decision.partnership_id == partnership_id, Decision.taken_at.is_not(None))
    statement = wanted.apply(taken)
    if cursor is not None:
        last = select(Decision.taken_at, Decision.id).where(
            Decision.partnership_id == partnership_id, Decision.id == cursor
        )
        statement = statement.where(tuple_(Decision.taken_at, Decision.id) < last.scalar_subquery())
    ordered = statement.order_by(Decision.taken_at.desc(), Decision.id.desc()).limit(limit + 1)
    rows = list((await session.execute(ordered)).scalars())
    page = rows[:limit]
    return await _entries(session, partnership_id, page), str(page[-1].id) if len(rows) > limit else None


async def _entries(session: AsyncSession, partnership_id: UUID, decisions: Sequence[Decision]) -> list[Entry]:
    ids = [decision.id for decision in decisions]
    titles = await session.execute(
        select(Proposal.decision_id, Proposal.title).where(
            Proposal.partnership_id == partnership_id, Proposal.decision_id.in_(ids)
        )
    )
    title = {row.decision_id: row.title for row in titles}
    recorded = await _recorded(session, partnership_id, ids)
    polls = await load_polls(session, partnership_id, decisions)
    return [Entry(poll, title.get(poll.decision.id), _dissents(poll, recorded[poll.decision.id])) for poll in polls]


async def load_entry(session: AsyncSession, decision: Decision) -> Entry:
    return (await _entries(session, decision.partnership_id, [decision]))[0]


async def _recorded(
    session: AsyncSession, partnership_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, dict[UUID, Statement]]:
    statement = select(RecordedDissent).where(
        RecordedDissent.partnership_id == partnership_id, RecordedDissent.decision_id.in_(ids)
    )
    found = defaultdict[UUID, dict[UUID, Statement]](dict)
    for row in (await session.execute(statement)).scalars():
        found[row.decision_id][row.person_id] = Statement(row.reason, row.recorded_at)
    return found


def _dissents(poll: Poll, recorded: dict[UUID, Statement]) -> tuple[Dissent, ...]:
    parties = {elector.person_id: elector.party_id for elector in poll.electors}
    ballots = [Ballot(v.person_id, v.cast_by, parties[v.person_id], v.choice, v.reason) for v in poll.votes]
    return tuple(domain.dissents(poll.decision.status, ballots, recorded))
