"""Reads of decisions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.mandates.domain import Mandate
from entente_objectives.partnerships.models import Member, Party
from entente_objectives.receipts.domain import Notice, counts_receipts
from entente_objectives.receipts.models import DecisionNotice
from entente_objectives.voting.domain import Choice, Elector
from entente_shared.errors import N_, NotFound
from entente_shared.web import CurrentMember, CurrentSession, paginate

from .domain import Seat, Status
from .models import Decision, DecisionElector, Vote

_MANDATE = TypeAdapter(Mandate)


@dataclass(frozen=True)
class Poll:
    """A decision with its frozen electorate, the votes that stand, and when its parties were told."""

    decision: Decision
    electors: tuple[DecisionElector, ...]
    votes: tuple[Vote, ...]
    notices: tuple[DecisionNotice, ...] = ()

    @property
    def mandate(self) -> Mandate:
        return _MANDATE.validate_python(self.decision.mandate)

    @property
    def electorate(self) -> list[Elector]:
        return [
            Elector(e.member_id, e.party_id, e.person_id, e.party_weight, _other(e.voter_id, e.person_id))
            for e in self.electors
        ]

    @property
    def choices(self) -> dict[UUID, Choice]:
        return {vote.person_id: vote.choice for vote in self.votes}

    def elector(self, person_id: UUID | None) -> DecisionElector | None:
        return next((elector for elector in self.electors if elector.person_id == person_id), None)

    def ballots(self, person_id: UUID | None) -> list[DecisionElector]:
        """The electors whose vote this person casts: their own, unless it was delegated, and those delegated to them."""
        return [elector for elector in self.electors if elector.voter_id == person_id]

    @property
    def told(self) -> list[Notice]:
        return [Notice(row.party_id, row.deemed_at, row.received_at) for row in self.notices]

    def notice(self, party_id: UUID) -> Notice | None:
        return next((notice for notice in self.told if notice.party_id == party_id), None)

    def veto_until(self, party_id: UUID) -> datetime | None:
        """When this party's own window ends. Where receipts count, nothing runs out before the votes have passed it."""
        veto = self.mandate.veto
        if veto is None or not counts_receipts(self.mandate):
            return self.decision.veto_until
        notice = self.notice(party_id)
        return notice.until(veto.window) if notice else self.decision.expires_at


def _other(voter_id: UUID, person_id: UUID) -> UUID | None:
    return voter_id if voter_id != person_id else None


async def load_polls(session: AsyncSession, partnership_id: UUID, decisions: Sequence[Decision]) -> list[Poll]:
    ids = [decision.id for decision in decisions]
    notices = defaultdict[UUID, list[DecisionNotice]](list)
    for notice in (
        await session.execute(
            select(DecisionNotice)
            .where(DecisionNotice.partnership_id == partnership_id, DecisionNotice.decision_id.in_(ids))
            .order_by(DecisionNotice.party_id)
        )
    ).scalars():
        notices[notice.decision_id].append(notice)
    electors = defaultdict[UUID, list[DecisionElector]](list)
    for elector in (
        await session.execute(
            select(DecisionElector)
            .where(DecisionElector.partnership_id == partnership_id, DecisionElector.decision_id.in_(ids))
            .order_by(DecisionElector.member_id)
        )
    ).scalars():
        electors[elector.decision_id].append(elector)
    votes = defaultdict[UUID, list[Vote]](list)
    for vote in (
        await session.execute(
            select(Vote)
            .where(Vote.partnership_id == partnership_id, Vote.decision_id.in_(ids), Vote.replaced_at.is_(None))
            .order_by(Vote.at, Vote.id)
        )
    ).scalars():
        votes[vote.decision_id].append(vote)
    return [Poll(d, tuple(electors[d.id]), tuple(votes[d.id]), tuple(notices[d.id])) for d in decisions]


async def load_poll(session: AsyncSession, decision: Decision) -> Poll:
    return (await load_polls(session, decision.partnership_id, [decision]))[0]


async def list_decisions(
    session: AsyncSession,
    partnership_id: UUID,
    *,
    status: Status | None,
    subject_id: UUID | None,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[Any], str | None]:
    statement = select(Decision).where(Decision.partnership_id == partnership_id)
    if status is not None:
        statement = statement.where(Decision.status == status)
    if subject_id is not None:
        statement = statement.where(Decision.subject_id == subject_id)
    rows, next_cursor = await paginate(session, statement, Decision.id, cursor, limit)
    return await load_polls(session, partnership_id, rows), next_cursor


async def list_votes(
    session: AsyncSession, decision: Decision, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    """All votes, those that were replaced too."""
    statement = select(Vote).where(Vote.partnership_id == decision.partnership_id, Vote.decision_id == decision.id)
    return await paginate(session, statement, Vote.id, cursor, limit)


async def seats(session: AsyncSession, partnership_id: UUID) -> list[Seat]:
    rows = await session.execute(
        select(Member, Party.weight)
        .join(Party, (Party.partnership_id == Member.partnership_id) & (Party.id == Member.party_id))
        .where(Member.partnership_id == partnership_id, Member.active)
        .order_by(Member.id)
    )
    return [Seat(member.id, member.party_id, member.person_id, member.role, weight) for member, weight in rows]


async def load_decision(session: AsyncSession, partnership_id: UUID, decision_id: UUID, *, lock: bool) -> Decision:
    found = await session.get(Decision, (partnership_id, decision_id), with_for_update=lock or None)
    if found is None:
        raise NotFound(N_("There is no such decision; GET .../decisions lists them."))
    return found


async def _loaded(decision_id: UUID, member: CurrentMember, session: CurrentSession) -> Decision:
    return await load_decision(session, member.partnership_id, decision_id, lock=False)


async def _locked(decision_id: UUID, member: CurrentMember, session: CurrentSession) -> Decision:
    return await load_decision(session, member.partnership_id, decision_id, lock=True)


LoadedDecision = Annotated[Decision, Depends(_loaded)]
LockedDecision = Annotated[Decision, Depends(_locked)]
