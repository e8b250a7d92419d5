"""Dissent: a no that lost, and why."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from entente_objectives.governance.domain import Status
from entente_objectives.voting.domain import Choice
from entente_shared.errors import N_, Conflict, Forbidden

CARRIED = {Status.PASSED, Status.APPROVED}


class NothingLost(Conflict):
    slug, title = "nothing-lost", N_("No vote was lost in this decision")


class NotADissenter(Forbidden):
    slug, title = "not-a-dissenter", N_("Only who voted no may record their dissent")


class DissentRecorded(Conflict):
    slug, title = "dissent-recorded", N_("Your dissent is on the record already")


@dataclass(frozen=True)
class Ballot:
    """A vote as it stands: of `person_id`, cast by `cast_by`."""

    person_id: UUID
    cast_by: UUID
    party_id: UUID
    choice: Choice
    reason: str | None


@dataclass(frozen=True)
class Statement:
    """What somebody recorded after the vote."""

    reason: str
    recorded_at: datetime


@dataclass(frozen=True)
class Dissent:
    """A person's no that lost, for those whom they voted for. `reason` came with the vote, `statement` after it."""

    person_id: UUID
    party_id: UUID
    elector_ids: tuple[UUID, ...]
    reason: str | None
    statement: Statement | None

    @property
    def reason_is_awaited(self) -> bool:
        return self.reason is None and self.statement is None


def dissents(status: Status, votes: Collection[Ballot], recorded: Mapping[UUID, Statement]) -> list[Dissent]:
    """Who said no to what was carried all the same, one entry for each person who cast such votes."""
    if status not in CARRIED:
        return []
    lost = defaultdict[UUID, list[Ballot]](list)
    for vote in votes:
        if vote.choice is Choice.NO:
            lost[vote.cast_by].append(vote)
    return [
        Dissent(
            person_id,
            ballots[0].party_id,
            tuple(ballot.person_id for ballot in ballots),
            ballots[0].reason,
            recorded.get(person_id),
        )
        for person_id, ballots in lost.items()
    ]


def check_dissent(status: Status, person_id: UUID | None, lost: Collection[Dissent]) -> Dissent:
    """The dissent that a person may state. It is stated once, as it goes on the record."""
    if status not in CARRIED:
        raise NothingLost(N_("Dissent is recorded on what was carried; vote no while the decision is open."))
    own = next((each for each in lost if each.person_id == person_id), None)
    if own is None:
        raise NotADissenter(N_("You cast no vote against this decision, so there is no dissent of yours."))
    if own.statement is not None:
        raise DissentRecorded(N_("The record is not rewritten; your first statement stands."))
    return own
